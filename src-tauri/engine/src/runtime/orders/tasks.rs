//! Orders about tasks.

use serde_json::{Value, json};

use super::{Carried, Operator, Order, Taken};
use crate::list_file::kind_word;
use crate::runtime::message::{Create, Created};
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::tasks::uuid;

impl Order for Create {
    type Done = Created;
    const BRINGS_NEW: bool = true;

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<Created> {
        let done = match turn.create(self)? {
            Ok(done) => done,
            Err(refused) => return Ok(Err(refused)),
        };
        // The same idempotency key again: nothing new came of it.
        if done.task != self.spec.task {
            return Ok(Ok(Carried::unchanged(done)));
        }
        let subject = Subject::new("task", uuid(done.task).to_string());
        let actions = self.spec.actions.iter().map(|action| action.as_str());
        let after = json!({
            "account_created": done.account_created,
            "account_id": done.account_id,
            "actions": actions.collect::<Vec<_>>(),
            "target_username": self.spec.target.reveal(),
            "task_type": kind_word(self.spec.kind),
        });
        let entry = Entry::new("task.create", subject, Value::Null, after);
        Ok(Ok(Carried::new(done, entry)))
    }
}
