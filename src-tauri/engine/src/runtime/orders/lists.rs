//! Orders about lists.

use serde_json::{Value, json};

use super::{Carried, Operator, Order, Taken};
use crate::runtime::message::{Import, Imported};
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::templates;

impl Order for Import {
    type Done = Imported;
    const BRINGS_NEW: bool = true;

    fn take(&self, turn: &mut Turn<'_>, by: &Operator) -> Taken<Imported> {
        let done = match turn.import(self, by.who)? {
            Ok(done) => done,
            Err(refused) => return Ok(Err(refused)),
        };
        if done.list.is_none() {
            return Ok(Ok(Carried::unchanged(done)));
        }
        let subject = Subject::new("list", self.list_id.to_string()).named(&self.name);
        let mut after = json!({
            "accounts_added": done.accounts_added,
            "accounts_named": self.accounts.len(),
            "rehearsal": self.rehearsal,
            "tasks": done.tasks,
        });
        if let Some(template) = self.template {
            templates::used(&turn.tables, template, turn.ts)?;
            after["template_id"] = template.to_string().into();
        }
        let entry = Entry::new("list.import", subject, Value::Null, after);
        Ok(Ok(Carried::new(done, entry)))
    }
}
