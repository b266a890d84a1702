//! Writes into the tables what a record says, in the record's own transaction.

use rusqlite::Connection;
use signalbox_scheduler::{Record, TaskEnd, TaskId};

use super::tasks::TaskSpec;
use super::{Result, StoreError, accounts, attempts, intents, interactions, tasks};

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

/// Mirrors one record. Rows that need names of their own (accounts, phones, lists, intents) are
/// written where the names are known, in the same transaction.
pub fn mirror(
    connection: &Connection,
    record: &Record,
    names: &impl Names,
    at: u64,
    ts: i64,
) -> Result<()> {
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
            tasks::insert(connection, spec, account, list, Some(seq), ts)
        }
        Record::Scheduled {
            ref task,
            list,
            account,
        } => {
            let spec = names.spec(task.task).ok_or_else(missing)?;
            tasks::insert(connection, spec, account, list, None, ts)
        }
        Record::Joined { task, seq, .. } => tasks::set_seq(connection, task, seq),
        Record::Started {
            attempt,
            task,
            account,
            phone,
        } => {
            attempts::begin(connection, attempt, task, account, phone, ts)?;
            tasks::set_running(connection, task, ts)
        }
        Record::Acted {
            attempt,
            step,
            act: Some(_),
            done,
        } => intents::set_done(connection, attempt, step, done),
        Record::Ended { attempt, ending } => attempts::end(connection, attempt, &word(ending), ts),
        Record::Doubted { attempt, cause } => {
            attempts::doubt(connection, attempt, &word(cause), ts)
        }
        Record::Quieted { attempt } => attempts::quiet(connection, attempt, ts),
        Record::Released { attempt } => attempts::release(connection, attempt),
        Record::Marked { task, .. } => tasks::set_marked(connection, task),
        Record::TaskEnded { task, end } => {
            interactions::insert_unknown(connection, task, at, ts)?;
            tasks::set_ended(connection, task, end_word(end), ts)
        }
        Record::SignedIn { phone, account } => {
            accounts::set_signed_in(connection, account, phone, true, ts)
        }
        Record::NotOnPhone { phone, account } => {
            accounts::set_signed_in(connection, account, phone, false, ts)
        }
        _ => Ok(()),
    }
}
