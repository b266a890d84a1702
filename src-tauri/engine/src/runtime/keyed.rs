//! Rows under idempotency keys: what was accepted before is not accepted again.

use std::collections::HashMap;

use signalbox_scheduler::TaskId;

use super::message::{Import, Imported, Refused};
use super::turn::Turn;
use crate::list_file::Key;
use crate::store::{self, keys};

/// The rows of an import that were accepted before, by their places, each as its task.
pub(super) struct Before(HashMap<usize, TaskId>);

impl Before {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What is new of the import.
    pub(super) fn rest(&self, import: &Import) -> Import {
        let tasks = import.tasks.iter().enumerate();
        let tasks = tasks.filter(|(place, _)| !self.0.contains_key(place));
        Import {
            list_id: import.list_id,
            name: import.name.clone(),
            hash: import.hash,
            rehearsal: import.rehearsal,
            template: import.template,
            accounts: import.accounts.clone(),
            tasks: tasks.map(|(_, task)| task.clone()).collect(),
        }
    }

    /// What came of what is new, with the tasks there were before.
    pub(super) fn beside(&self, done: Imported, import: &Import) -> Imported {
        let all = import.tasks.iter().enumerate();
        let all = all.map(|(place, (task, _))| self.0.get(&place).unwrap_or(task));
        Imported {
            all: all.copied().collect(),
            ..done
        }
    }
}

impl Turn<'_> {
    /// Which rows were accepted before; two rows under one key are refused.
    pub(super) fn accepted_before(
        &self,
        import: &Import,
    ) -> store::Result<Result<Before, Refused>> {
        let mut before = HashMap::new();
        let mut lines = HashMap::new();
        for (place, (_, row)) in import.tasks.iter().enumerate() {
            let Some(key) = &row.key else {
                continue;
            };
            if let Some(line) = lines.insert(key.text.as_str(), row.line) {
                let message = format!("Line {line} has the idempotency key of this row already.");
                return Ok(Err(Refused::new("duplicate_key", message).at(row.line)));
            }
            match self.used_before(key, import.rehearsal)? {
                None => {}
                Some(Ok(task)) => drop(before.insert(place, task)),
                Some(Err(refused)) => return Ok(Err(refused.at(row.line))),
            }
        }
        Ok(Ok(Before(before)))
    }

    /// The task that the key was used for, if it was used: refused where that is another one.
    pub(super) fn used_before(
        &self,
        key: &Key,
        rehearsal: bool,
    ) -> store::Result<Option<Result<TaskId, Refused>>> {
        let found = keys::find(&self.tables, &key.text)?;
        Ok(found.map(|(task, hash)| match hash == key.hash(rehearsal) {
            true => Ok(task),
            false => {
                let message = "The idempotency key was used for another task. Choose a new key.";
                Err(Refused::new("key_reused", message))
            }
        }))
    }

    /// Remembers what the keys of the rows are used for now.
    pub(super) fn keep_keys(&self, import: &Import) -> store::Result<()> {
        for (task, row) in &import.tasks {
            if let Some(key) = &row.key {
                keys::put(&self.tables, &key.text, &key.hash(import.rehearsal), *task)?;
            }
        }
        Ok(())
    }
}
