//! What came of a task so far: its attempts, and the last outcome of each of its steps.

use rusqlite::{Connection, OptionalExtension as _, params};
use signalbox_scheduler::TaskId;

use super::id;
use crate::store::Result;

/// One attempt, with when it began and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// Its number, which grows over all tasks.
    pub no: i64,
    /// Serial of its phone.
    pub udid: String,
    /// Began at, ms since 1970 UTC.
    pub started_ts: i64,
    /// Ended at; `None` while it is under way.
    pub ended_ts: Option<i64>,
    /// `completed`, `failed` and so on; `None` while it is under way.
    pub ending: Option<String>,
    /// Why it was in doubt, if it was.
    pub doubt: Option<String>,
    /// Code of what went wrong.
    pub error_code: Option<String>,
    /// The same as a sentence.
    pub error: Option<String>,
}

/// What came last of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which step, from 0.
    pub step: u16,
    /// What was done.
    pub action: String,
    /// Whom it is about.
    pub target: String,
    /// What came of it.
    pub status: String,
    /// A stable word; empty where the status says all.
    pub reason: String,
    /// How long it took.
    pub latency_ms: i64,
    /// When, ms since 1970 UTC.
    pub ts: i64,
}

/// A comment of which nobody knows whether it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Whom it is about.
    pub target: String,
    /// What it says.
    pub text: String,
    /// When it was about to be sent, ms since 1970 UTC.
    pub ts: i64,
}

/// Attempts of a task, the first one first, no more than `most`.
pub fn tries(connection: &Connection, task: TaskId, most: u32) -> Result<Vec<Try>> {
    let sql = "SELECT no, (SELECT udid FROM phones p WHERE p.no = t.phone_no), started_ts,
               ended_ts, ending, doubt, error_code, error FROM tries t
               WHERE task_id = ?1 ORDER BY no LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![id(task), most], |row| {
        Ok(Try {
            no: row.get(0)?,
            udid: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            started_ts: row.get(2)?,
            ended_ts: row.get(3)?,
            ending: row.get(4)?,
            doubt: row.get(5)?,
            error_code: row.get(6)?,
            error: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The last outcome of each step that has one, in the order of the steps, no more than `most`.
pub fn told(connection: &Connection, task: TaskId, most: u32) -> Result<Vec<Told>> {
    // SQLite takes the other columns of the row that has the greatest number.
    let sql = "SELECT i.step, i.action, i.target, i.status, i.reason, i.latency_ms, i.ts,
               max(i.seq) FROM tries t JOIN interactions i ON i.attempt_no = t.no
               WHERE t.task_id = ?1 GROUP BY i.step ORDER BY i.step LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![id(task), most], |row| {
        Ok(Told {
            step: row.get(0)?,
            action: row.get(1)?,
            target: row.get(2)?,
            status: row.get(3)?,
            reason: row.get(4)?,
            latency_ms: row.get(5)?,
            ts: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The newest comment of a task of which nobody knows whether it is there.
pub fn unknown(connection: &Connection, task: TaskId) -> Result<Option<Unknown>> {
    let sql = "SELECT target_key, text, ts FROM intents WHERE task_id = ?1 AND act = 'comment'
               AND done IS NULL ORDER BY attempt_no DESC, step DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row(params![id(task)], |row| {
        Ok(Unknown {
            target: row.get(0)?,
            text: row.get(1)?,
            ts: row.get(2)?,
        })
    });
    Ok(row.optional()?)
}
