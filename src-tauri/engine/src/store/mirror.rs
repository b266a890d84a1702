//! Writes into the tables what a record says, in the record's own transaction.

use signalbox_scheduler::ids::IdMap;
use signalbox_scheduler::{Attempt, AttemptNo, Phase, Record, State, TaskEnd, TaskId};

use super::attempts::{Error, Held};
use super::tasks::TaskSpec;
use super::{Prepared, Result, StoreError, accounts, attempts, intents, interactions, tasks};

/// Where the names stand that a record does not carry.
pub trait Names {
    /// What an accepted task is to do.
    fn spec(&self, task: TaskId) -> Option<&TaskSpec>;
}

/// The word for how a task ended.
pub fn end_word(end: TaskEnd) -> &'static str {
    match end {
        TaskEnd::Completed => "completed",
        TaskEnd::Failed => "failed",
        TaskEnd::Cancelled => "cancelled",
        TaskEnd::Interrupted => "interrupted",
    }
}

/// A word that serde gives to a plain enum value, for a column.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// What stands beside a record when it is mirrored.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'b> {
    /// The state before the record is applied.
    pub state: &'b State,
    /// When attempts began that did since the engine did, wall time, ms.
    pub started: &'b IdMap<AttemptNo, i64>,
    /// Why the attempt that the record is about did not complete its task.
    pub error: Error<'b>,
    /// An attempt that ended in this turn left an act without an outcome.
    pub unsettled: bool,
    /// Policy time, ms.
    pub at: u64,
    /// Wall time, ms.
    pub ts: i64,
}

impl Beside<'_> {
    fn lease(&self, attempt: AttemptNo) -> Result<&Attempt> {
        let missing = || StoreError::damaged("a record is about an attempt that holds nothing");
        self.state.attempt(attempt).ok_or_else(missing)
    }

    fn held(&self, attempt: AttemptNo) -> Result<Held> {
        let phone = self.lease(attempt)?.phone;
        Ok(Held { attempt, phone })
    }

    /// Whether an act of the task may be left without an outcome. One attempt that ended in good
    /// order has settled each of its acts before the next, and the last by its end.
    fn may_leave_acts(&self, task: TaskId) -> bool {
        self.state.task(task).is_none_or(|task| {
            let once = self.unsettled || task.phase == Phase::Waiting;
            task.attempts > 1 || task.attempts == 1 && once
        })
    }
}

/// Mirrors one record. Rows that need names of their own (accounts, phones, lists, intents) are
/// written where the names are known, in the same transaction.
pub fn mirror(
    tables: &Prepared<'_>,
    record: &Record,
    names: &impl Names,
    beside: Beside<'_>,
) -> Result<()> {
    let (at, ts) = (beside.at, beside.ts);
    let missing = || StoreError::damaged("an accepted task has no description");
    match *record {
        Record::Queued {
            ref task,
            list,
            account,
            seq,
            ..
        } => {
            let spec = names.spec(task.task).ok_or_else(missing)?;
            tasks::insert(tables, spec, account, list, Some(seq), ts)
        }
        Record::Scheduled {
            ref task,
            list,
            account,
        } => {
            let spec = names.spec(task.task).ok_or_else(missing)?;
            tasks::insert(tables, spec, account, list, None, ts)
        }
        Record::Joined { task, seq, .. } => tasks::set_seq(tables, task, seq),
        Record::Started {
            attempt,
            task,
            account,
            phone,
        } => attempts::begin(tables, Held { attempt, phone }, task, account, ts),
        Record::Acted {
            attempt,
            step,
            act: Some(_),
            done,
            ..
        } => intents::set_done(tables, attempt, step, done),
        Record::Ended { attempt, ending } => {
            let (held, lease) = (beside.held(attempt)?, beside.lease(attempt)?);
            let released = || StoreError::damaged("a released attempt ended in good order");
            let account = lease.account.ok_or_else(released)?;
            let since = match beside.started.get(&attempt) {
                Some(since) => *since,
                None => attempts::started(tables, held)?,
            };
            let of = (lease.task, account, since);
            attempts::end(tables, held, of, &word(ending), beside.error, ts)
        }
        Record::Doubted { attempt, cause } => {
            let held = beside.held(attempt)?;
            attempts::doubt(tables, held, &word(cause), beside.error, ts)
        }
        Record::Quieted { attempt } => attempts::quiet(tables, beside.held(attempt)?, ts),
        Record::Released { attempt } => attempts::release(tables, beside.held(attempt)?),
        Record::Marked { task, .. } => tasks::set_marked(tables, task),
        Record::TaskEnded { task, end } => {
            if beside.may_leave_acts(task) {
                interactions::insert_unknown(tables, task, at, ts)?;
            }
            tasks::set_ended(tables, task, end_word(end), ts)
        }
        Record::SignedIn { phone, account } => {
            accounts::set_signed_in(tables, account, phone, true, ts)
        }
        Record::NotOnPhone { phone, account } => {
            accounts::set_signed_in(tables, account, phone, false, ts)
        }
        ref record => mirror_order(tables, record, ts),
    }
}

/// What the operator ordered of ended tasks and of accounts.
fn mirror_order(tables: &Prepared<'_>, record: &Record, ts: i64) -> Result<()> {
    match *record {
        Record::Retried { ref task, seq, .. } => {
            interactions::drop_unknown(tables, task.task)?;
            tasks::set_retried(tables, task.task, seq)
        }
        Record::Resolved { task, happened } => {
            if happened {
                interactions::comment_happened(tables, task)?;
            }
            intents::settle_comment(tables, task, happened)
        }
        Record::AccountRemoved { account } => {
            accounts::set_removed(tables, account, ts)?;
            accounts::forget_places(tables, account)
        }
        Record::AccountRenamed { account } => accounts::forget_places(tables, account),
        _ => Ok(()),
    }
}
