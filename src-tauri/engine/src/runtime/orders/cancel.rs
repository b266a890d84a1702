//! Orders that cancel tasks: one, those that are named, or what waits of a list or an account.

use serde_json::{Value, json};
use signalbox_scheduler::{Answer, Input, ListNo, TaskId};

use super::{Carried, Operator, Order, Taken};
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::store;
use crate::store::audit::{Entry, Subject};
use crate::store::tasks::{self, uuid};

/// Tasks that one order takes out at most, so that the loop is not held up by it.
const CANCEL_AT_ONCE: usize = 256;

/// One task is taken out of its line, or is to end at its next safe point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cancel(pub(crate) TaskId);

/// Whose waiting tasks are meant.
#[derive(Debug, Clone)]
pub(crate) enum Rest {
    /// A list's, from this row of its file on.
    List(ListNo, u32),
    /// An account's, by its id.
    Account(String),
}

/// What waits of a list or an account is taken out, as much of it as one order may.
#[derive(Debug, Clone)]
pub(crate) struct CancelRest(pub(crate) Rest);

/// What came of it.
#[derive(Debug, Clone)]
pub(crate) struct Cancelled {
    /// Tasks that were taken out.
    pub(crate) tasks: usize,
    /// Where to go on, if there may be more.
    pub(crate) more: Option<Rest>,
}

impl Order for Cancel {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let Some(row) = tasks::get(&turn.tables, self.0)? else {
            return Ok(Err(Refused::new("unknown_task", "There is no such task.")));
        };
        if let Err(mut refused) = turn.order_core(&Input::Cancel { task: self.0 })? {
            if refused.code == "not_live" {
                let message = format!("The task has ended already: it is {}.", row.status);
                refused = Refused::new("ended", message);
            }
            return Ok(Err(refused));
        }
        let subject = Subject::new("task", uuid(self.0).to_string());
        let (running, before) = (row.status == "running", json!({ "status": row.status }));
        let after = match running {
            true => json!({ "cancel_asked": true, "status": "running" }),
            false => json!({ "status": "cancelled" }),
        };
        let entry = Entry::new("task.cancel", subject, before, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for CancelRest {
    type Done = Cancelled;

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<Cancelled> {
        let (subject, found, more) = match turn.rest(&self.0)? {
            Ok(rest) => rest,
            Err(refused) => return Ok(Err(refused)),
        };
        let order = Input::CancelMany { tasks: found };
        let tasks = match turn.order_core(&order)? {
            Ok(Answer::Cancelled(tasks)) => tasks,
            Ok(_) => 0,
            Err(refused) => return Ok(Err(refused)),
        };
        let done = Cancelled { tasks, more };
        if tasks == 0 {
            return Ok(Ok(Carried::unchanged(done)));
        }
        let action = match self.0 {
            Rest::List(..) => "list.cancel",
            Rest::Account(_) => "account.cancel_tasks",
        };
        let after = json!({ "cancelled": tasks });
        let entry = Entry::new(action, subject, Value::Null, after);
        Ok(Ok(Carried::new(done, entry)))
    }
}

/// What an order is about, the tasks it takes out, and where another one goes on.
type Found = (Subject, Vec<TaskId>, Option<Rest>);

impl Turn<'_> {
    fn rest(&self, rest: &Rest) -> store::Result<Result<Found, Refused>> {
        let directory = &self.memory.directory;
        match rest {
            Rest::List(list, from) => {
                let Some(row) = directory.list(*list) else {
                    return Ok(Err(Refused::new("unknown_list", "There is no such list.")));
                };
                let subject = Subject::new("list", row.list_id.to_string()).named(&row.name);
                let found = tasks::waiting_of_list(&self.tables, *list, *from, CANCEL_AT_ONCE)?;
                let last = found.last().filter(|_| found.len() == CANCEL_AT_ONCE);
                let more = last.map(|(_, row)| Rest::List(*list, row.saturating_add(1)));
                let found = found.into_iter().map(|(task, _)| task).collect();
                Ok(Ok((subject, found, more)))
            }
            Rest::Account(id) => {
                let no = match self.account_of(id) {
                    Ok(no) => no,
                    Err(refused) => return Ok(Err(refused)),
                };
                // From the tail, so that nothing moves up that goes as well.
                let state = &self.memory.state;
                let line = state.line(no).rev();
                let outside = state.scheduled().filter(|task| task.account == no);
                let tasks = line.chain(outside).map(signalbox_scheduler::Task::id);
                let found: Vec<TaskId> = tasks.take(CANCEL_AT_ONCE).collect();
                let more = (found.len() == CANCEL_AT_ONCE).then(|| rest.clone());
                Ok(Ok((self.account_subject(no), found, more)))
            }
        }
    }
}
