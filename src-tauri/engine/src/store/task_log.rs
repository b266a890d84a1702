//! Table `task_log`: what happened to a task, step by step, for people.

use rusqlite::{Connection, params};
use signalbox_scheduler::TaskId;

use super::{Result, tasks};

/// Adds a line.
pub fn insert(
    connection: &Connection,
    task: TaskId,
    event: &str,
    data: &serde_json::Value,
    ts: i64,
) -> Result<()> {
    let sql = "INSERT INTO task_log (task_id, ts, event, data) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![
        tasks::id(task),
        ts,
        event,
        data.to_string()
    ])?;
    Ok(())
}

/// A line as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number: lines of one task grow by it.
    pub seq: i64,
    /// When, ms since 1970 UTC.
    pub ts: i64,
    /// What happened.
    pub event: String,
    /// More about it, as JSON.
    pub data: String,
}

/// The lines of a task after a number, in order.
pub fn page(
    connection: &Connection,
    task: TaskId,
    after: i64,
    skip: u32,
    limit: u32,
) -> Result<Vec<Line>> {
    let sql = "SELECT seq, ts, event, data FROM task_log WHERE task_id = ?1 AND seq > ?2
               ORDER BY seq LIMIT ?3 OFFSET ?4";
    let mut statement = connection.prepare_cached(sql)?;
    let values = params![tasks::id(task), after, limit, skip];
    let rows = statement.query_map(values, |row| {
        Ok(Line {
            seq: row.get(0)?,
            ts: row.get(1)?,
            event: row.get(2)?,
            data: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
