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
