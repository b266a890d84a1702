//! Table `keys`: which task each idempotency key was used for.

use rusqlite::{Connection, OptionalExtension as _, params};
use signalbox_scheduler::TaskId;

use super::{Result, tasks};

/// The task an idempotency key was used for, with the hash of what it asked.
pub fn find(connection: &Connection, key: &str) -> Result<Option<(TaskId, [u8; 32])>> {
    let sql = "SELECT task_id, hash FROM keys WHERE idempotency_key = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![key], |row| {
        Ok((TaskId(u128::from_be_bytes(row.get(0)?)), row.get(1)?))
    });
    Ok(found.optional()?)
}

/// Remembers what an idempotency key was used for.
pub fn put(connection: &Connection, key: &str, hash: &[u8; 32], task: TaskId) -> Result<()> {
    let sql = "INSERT INTO keys (idempotency_key, hash, task_id) VALUES (?1, ?2, ?3)";
    connection
        .prepare_cached(sql)?
        .execute(params![key, hash, tasks::id(task)])?;
    Ok(())
}
