//! Orders that try an ended task again, or tell what became of an act of it.

use serde_json::json;
use signalbox_automation::Status;
use signalbox_scheduler::{EndedTask, Input, Need, NewTask, TaskEnd, TaskId};

use super::{Carried, Operator, Order, Taken};
use crate::action_no;
use crate::runtime::accept::{actions_of, need};
use crate::runtime::attempt::need_of;
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::mirror::end_word;
use crate::store::tasks::{self, uuid};
use crate::store::{self, intents, interactions};

/// A failed, cancelled or interrupted task goes to the tail of its account's line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retry(pub(crate) TaskId);

/// The operator saw whether the unknown act of an interrupted task happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolve {
    pub(crate) task: TaskId,
    pub(crate) happened: bool,
}

/// A task that ended, with what is left of it.
pub(super) struct Found {
    pub(super) ended: EndedTask,
    left: bool,
}

impl Order for Retry {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let Some(found) = turn.ended(self.0, false)? else {
            return Ok(Err(unknown_task()));
        };
        let before = end_word(found.ended.end);
        if let Err(refused) = turn.order_core(&Input::Retry(found.ended))? {
            return Ok(Err(refused));
        }
        let (before, after) = (json!({ "status": before }), json!({ "status": "queued" }));
        let entry = Entry::new("task.retry", subject(self.0), before, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for Resolve {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let Self { task, happened } = *self;
        let Some(Found { ended, left }) = turn.ended(task, happened)? else {
            return Ok(Err(unknown_task()));
        };
        let before = end_word(ended.end);
        let order = Input::Resolve {
            ended,
            happened,
            left,
        };
        if let Err(refused) = turn.order_core(&order)? {
            return Ok(Err(refused));
        }
        let after = match happened && !left {
            true => "completed",
            false => "queued",
        };
        let entry = Entry::new(
            "task.resolve",
            subject(task),
            json!({ "happened": null, "status": before }),
            json!({ "happened": happened, "status": after }),
        );
        Ok(Ok(Carried::new((), entry)))
    }
}

fn subject(task: TaskId) -> Subject {
    Subject::new("task", uuid(task).to_string())
}

fn unknown_task() -> Refused {
    Refused::new("unknown_task", "There is no such task.")
}

/// How a word of the table says that a task ended; one that has not ended counts as cancelled, and
/// the core knows better.
fn end_of(status: &str) -> TaskEnd {
    let ends = [TaskEnd::Completed, TaskEnd::Failed, TaskEnd::Interrupted];
    let found = ends.into_iter().find(|end| end_word(*end) == status);
    found.unwrap_or(TaskEnd::Cancelled)
}

impl Turn<'_> {
    /// What the tables know of a task, for the core, which forgot it. `happened`: a comment of
    /// which nobody knew is there, and what is left is what comes behind it.
    pub(super) fn ended(&self, id: TaskId, happened: bool) -> store::Result<Option<Found>> {
        let Some(row) = tasks::get(&self.tables, id)? else {
            return Ok(None);
        };
        let comment = intents::unknown_comment(&self.tables, id)?;
        let mut next = tasks::next_step(&self.tables, id, Status::final_word)?;
        if let (Some(step), true) = (comment, happened) {
            next = next.max(step.saturating_add(1));
        }
        let need = match &row.spec.work {
            // Room is needed for what is left of the page it goes on with.
            Some(work) if !row.spec.rehearsal => need_of(work.rest(next).unwrap_or_default()),
            _ => {
                let told = interactions::acts_told(&self.tables, id, next)?;
                let mut need: Need = need(&row.spec);
                for (need, told) in need.0.iter_mut().zip(told) {
                    *need = need.saturating_sub(told);
                }
                need
            }
        };
        let task = NewTask {
            task: id,
            account: Some(row.account),
            kind: row.spec.kind,
            priority: row.spec.priority,
            need,
            actions: action_no::all(&actions_of(&row.spec), row.spec.rehearsal),
            not_before: None,
        };
        let ended = EndedTask {
            task,
            list: row.list,
            end: end_of(&row.status),
            attempts: u16::try_from(row.attempts).unwrap_or(u16::MAX),
            unknown: comment.is_some(),
        };
        let left = next < row.spec.steps();
        Ok(Some(Found { ended, left }))
    }
}
