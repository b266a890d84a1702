//! Table `tasks`: what each task is to do, and where it stands.

use rusqlite::{Connection, OptionalExtension, Row, params};
use signalbox_automation::{Action, Handle};
use signalbox_scheduler::{AccountNo, Kind, ListNo, Priority, TaskId};

use super::{Result, StoreError};
use crate::list_file::{KINDS, PRIORITIES, kind_word, priority_word};

/// What a task is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSpec {
    /// Its id.
    pub task: TaskId,
    /// The line of the list's file it came from.
    pub row: Option<u32>,
    /// What sort of task it is.
    pub kind: Kind,
    /// Whom it is about; empty when no action needs it.
    pub target: Handle,
    /// What to do, in order.
    pub actions: Vec<Action>,
    /// Posts one `like_post` likes.
    pub max_likes: u8,
    /// Follows it may do.
    pub max_follows: u8,
    /// Urgency.
    pub priority: Priority,
    /// Wall time before which it does not start, ms.
    pub not_before: Option<i64>,
    /// A note for people.
    pub note: String,
    /// It only looks.
    pub rehearsal: bool,
}

/// A task as the tables have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// What it is to do.
    pub spec: TaskSpec,
    /// Its account.
    pub account: AccountNo,
    /// Its list.
    pub list: Option<ListNo>,
    /// `queued`, `running`, `completed`, `failed`, `cancelled`, `interrupted`.
    pub status: String,
    /// The first step that has no final outcome.
    pub next_step: u16,
    /// Attempts so far.
    pub attempts: u32,
    /// Durable retry marks so far.
    pub retry_marks: u32,
    /// Why it was put back or failed, as a code.
    pub error_code: Option<String>,
    /// The same as a sentence.
    pub error: Option<String>,
    /// Accepted at, ms since 1970 UTC.
    pub created_ts: i64,
    /// First started at.
    pub started_ts: Option<i64>,
    /// Ended at.
    pub ended_ts: Option<i64>,
}

fn meaning<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, meaning)| *meaning)
}

/// Adds an accepted task; `seq` is its place in the account's order, none while scheduled.
pub fn insert(
    connection: &Connection,
    spec: &TaskSpec,
    account: AccountNo,
    list: Option<ListNo>,
    seq: Option<u64>,
    ts: i64,
) -> Result<()> {
    let sql = "INSERT INTO tasks (task_id, account_no, list_no, row_no, kind, target, target_key,
               actions, max_likes, max_follows, priority, not_before, note, rehearsal, status, seq,
               created_ts)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'queued', ?15,
               ?16)";
    let actions: Vec<&str> = spec.actions.iter().map(|action| action.as_str()).collect();
    connection.prepare_cached(sql)?.execute(params![
        id(spec.task),
        account.0,
        list.map(|list| list.0),
        spec.row,
        kind_word(spec.kind),
        spec.target.reveal(),
        spec.target.reveal().to_lowercase(),
        actions.join(";"),
        spec.max_likes,
        spec.max_follows,
        priority_word(spec.priority),
        spec.not_before,
        spec.note,
        spec.rehearsal,
        seq.and_then(|seq| i64::try_from(seq).ok()),
        ts
    ])?;
    Ok(())
}

/// The 16 bytes a task's id is stored as.
pub fn id(task: TaskId) -> [u8; 16] {
    task.0.to_be_bytes()
}

/// A scheduled task joined its line.
pub fn set_seq(connection: &Connection, task: TaskId, seq: u64) -> Result<()> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let sql = "UPDATE tasks SET seq = ?2 WHERE task_id = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![id(task), seq])?;
    Ok(())
}

/// An attempt of the task began.
pub fn set_running(connection: &Connection, task: TaskId, ts: i64) -> Result<()> {
    let sql = "UPDATE tasks SET status = 'running', attempts = attempts + 1,
               started_ts = coalesce(started_ts, ?2) WHERE task_id = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![id(task), ts])?;
    Ok(())
}

/// The durable retry mark.
pub fn set_marked(connection: &Connection, task: TaskId) -> Result<()> {
    let sql =
        "UPDATE tasks SET status = 'queued', retry_marks = retry_marks + 1 WHERE task_id = ?1";
    connection.prepare_cached(sql)?.execute(params![id(task)])?;
    Ok(())
}

/// The task ended.
pub fn set_ended(connection: &Connection, task: TaskId, status: &str, ts: i64) -> Result<()> {
    let sql = "UPDATE tasks SET status = ?2, ended_ts = ?3 WHERE task_id = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![id(task), status, ts])?;
    Ok(())
}

/// The step after the last one with a final outcome.
pub fn set_next_step(connection: &Connection, task: TaskId, next: u16) -> Result<()> {
    let sql = "UPDATE tasks SET next_step = max(next_step, ?2) WHERE task_id = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![id(task), next])?;
    Ok(())
}

/// Why the last attempt did not complete it; `None` clears it.
pub fn set_error(connection: &Connection, task: TaskId, error: Option<(&str, &str)>) -> Result<()> {
    let sql = "UPDATE tasks SET error_code = ?2, error = ?3 WHERE task_id = ?1";
    let (code, sentence) = error.unzip();
    connection
        .prepare_cached(sql)?
        .execute(params![id(task), code, sentence])?;
    Ok(())
}

const COLUMNS: &str = "SELECT task_id, row_no, kind, target, actions, max_likes, max_follows,
    priority, not_before, note, rehearsal, account_no, list_no, status, next_step, attempts,
    retry_marks, error_code, error, created_ts, started_ts, ended_ts FROM tasks ";

/// One task.
pub fn get(connection: &Connection, task: TaskId) -> Result<Option<TaskRow>> {
    let sql = [COLUMNS, "WHERE task_id = ?1"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement
        .query_row(params![id(task)], |row| Ok(read(row)))
        .optional()?;
    row.transpose()
}

/// The tasks of a list in the order of its rows, one after the other to `each`.
pub fn each_of_list(
    connection: &Connection,
    list: ListNo,
    mut each: impl FnMut(TaskRow),
) -> Result<()> {
    let sql = [COLUMNS, "WHERE list_no = ?1 ORDER BY row_no, task_id"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![list.0])?;
    while let Some(row) = rows.next()? {
        each(read(row)?);
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<TaskRow> {
    let task = TaskId(u128::from_be_bytes(row.get(0)?));
    let word = |what: &str, word: String| {
        StoreError::damaged(format!("task {}: its {what} is “{word}”", uuid(task)))
    };
    let kind: String = row.get(2)?;
    let priority: String = row.get(7)?;
    let actions: String = row.get(4)?;
    let spec = TaskSpec {
        task,
        row: row.get(1)?,
        kind: meaning(&KINDS, &kind).ok_or_else(|| word("kind", kind))?,
        target: Handle::new(row.get::<_, String>(3)?),
        actions: actions.split(';').filter_map(Action::parse).collect(),
        max_likes: row.get(5)?,
        max_follows: row.get(6)?,
        priority: meaning(&PRIORITIES, &priority).ok_or_else(|| word("priority", priority))?,
        not_before: row.get(8)?,
        note: row.get(9)?,
        rehearsal: row.get(10)?,
    };
    Ok(TaskRow {
        spec,
        account: AccountNo(row.get(11)?),
        list: row.get::<_, Option<u32>>(12)?.map(ListNo),
        status: row.get(13)?,
        next_step: row.get(14)?,
        attempts: row.get(15)?,
        retry_marks: row.get(16)?,
        error_code: row.get(17)?,
        error: row.get(18)?,
        created_ts: row.get(19)?,
        started_ts: row.get(20)?,
        ended_ts: row.get(21)?,
    })
}

/// The id as other programs know it.
pub fn uuid(task: TaskId) -> uuid::Uuid {
    uuid::Uuid::from_u128(task.0)
}

/// The task an idempotency key was used for, with the hash of what it asked.
pub fn by_key(connection: &Connection, key: &str) -> Result<Option<(TaskId, [u8; 32])>> {
    let sql = "SELECT task_id, hash FROM keys WHERE idempotency_key = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![key], |row| {
        Ok((TaskId(u128::from_be_bytes(row.get(0)?)), row.get(1)?))
    });
    Ok(found.optional()?)
}

/// Remembers what an idempotency key was used for.
pub fn put_key(connection: &Connection, key: &str, hash: &[u8; 32], task: TaskId) -> Result<()> {
    let sql = "INSERT INTO keys (idempotency_key, hash, task_id) VALUES (?1, ?2, ?3)";
    connection
        .prepare_cached(sql)?
        .execute(params![key, hash, id(task)])?;
    Ok(())
}
