//! What the core is measured beside: a map of the tasks and a queue an account, of the standard
//! library, with none of the rules. No phones, no leases, no counts, no record of anything.

use std::collections::{BTreeSet, HashMap, VecDeque};

use signalbox_scheduler::{AccountNo, NewTask, TaskId};

use super::desk::Tasks;

/// A map of tasks, and a queue an account.
pub struct Plain {
    tasks: HashMap<TaskId, NewTask>,
    lines: Vec<VecDeque<TaskId>>,
    /// Accounts with a task, by when they had their turn.
    ready: BTreeSet<(u64, AccountNo)>,
    turns: u64,
}

impl Plain {
    pub fn with(tasks: &Tasks) -> Self {
        let mut plain = Self {
            tasks: HashMap::new(),
            lines: vec![VecDeque::new(); tasks.accounts()],
            ready: BTreeSet::new(),
            turns: 0,
        };
        let all: Vec<_> = tasks.all().collect();
        plain.add(&all);
        plain
    }

    pub fn add(&mut self, tasks: &[(TaskId, AccountNo)]) {
        for (id, account) in tasks {
            self.tasks.insert(*id, NewTask::look(*id, *account));
            let line = &mut self.lines[account.0 as usize];
            line.push_back(*id);
            if line.len() == 1 {
                self.ready.insert((self.turns, *account));
            }
        }
    }

    pub fn position(&self, id: TaskId) -> Option<usize> {
        let account = self.tasks.get(&id)?.account?;
        let line = &self.lines[account.0 as usize];
        line.iter().position(|other| *other == id)
    }

    pub fn remove(&mut self, id: TaskId) -> Option<TaskId> {
        let place = self.position(id)?;
        let account = self.tasks.remove(&id)?.account?;
        self.lines[account.0 as usize].remove(place)
    }

    /// The first task of the first account is done, and the account gets another.
    pub fn cycle(&mut self, next: TaskId) {
        let (_, account) = self.ready.pop_first().unwrap();
        let line = &mut self.lines[account.0 as usize];
        let done = line.pop_front().unwrap();
        self.tasks.remove(&done).unwrap();
        self.tasks.insert(next, NewTask::look(next, account));
        line.push_back(next);
        self.turns += 1;
        self.ready.insert((self.turns, account));
    }
}
