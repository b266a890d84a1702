//! Table `jobs`: orders over many tasks, how far each came, and what it could not do.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_scheduler::TaskId;
use uuid::Uuid;

use super::{Result, StoreError, tasks};

/// The table. `selection` and `refused` are JSON.
pub const SCHEMA: &str = "
CREATE TABLE jobs (
    job_id    BLOB PRIMARY KEY,
    work      TEXT NOT NULL,
    who       TEXT NOT NULL,
    why       TEXT,
    selection TEXT NOT NULL,
    state     TEXT NOT NULL,
    total     INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    refused   TEXT NOT NULL,
    begun_ts  INTEGER NOT NULL,
    ended_ts  INTEGER
) STRICT, WITHOUT ROWID;
";

/// The word of a job that is at work.
pub const RUNNING: &str = "running";

/// Tasks named under each code; the others are counted.
const NAMED_MAX: usize = 100;

/// One job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRow {
    /// Its id, a UUIDv7: ids grow with time.
    pub id: Uuid,
    /// `cancel`, `retry`.
    pub work: String,
    /// Through which face it was ordered.
    pub who: String,
    /// Why, where it was said.
    pub why: Option<String>,
    /// Which tasks were meant.
    pub selection: Value,
    /// `running`, `done`, `cancelled`, `interrupted`.
    pub state: String,
    /// Tasks that were meant.
    pub total: u64,
    /// Tasks that it changed.
    pub changed: u64,
    /// Tasks that it could not change, by code.
    pub refused: Vec<RefusedTasks>,
    /// Begun at, ms since 1970 UTC.
    pub begun_ts: i64,
    /// Ended at.
    pub ended_ts: Option<i64>,
}

/// Tasks that a job could not change for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, ts_rs::TS)]
pub struct RefusedTasks {
    /// The reason: a stable code.
    pub code: String,
    /// How many there are.
    pub tasks: u64,
    /// The ids of the first hundred.
    pub task_ids: Vec<String>,
}

impl JobRow {
    /// Tasks that it came to.
    pub fn done(&self) -> u64 {
        let refused: u64 = self.refused.iter().map(|it| it.tasks).sum();
        self.changed + refused
    }

    /// One more task that could not be changed.
    pub fn refuse(&mut self, task: TaskId, code: &str) {
        let known = self.refused.iter().position(|it| it.code == code);
        let place = known.unwrap_or_else(|| {
            self.refused.push(RefusedTasks {
                code: code.to_owned(),
                tasks: 0,
                task_ids: Vec::new(),
            });
            self.refused.len() - 1
        });
        if let Some(refused) = self.refused.get_mut(place) {
            refused.tasks += 1;
            if refused.task_ids.len() < NAMED_MAX {
                refused.task_ids.push(tasks::uuid(task).to_string());
            }
        }
    }
}

/// Writes a job: a new one, or how far one is.
pub fn put(connection: &Connection, job: &JobRow) -> Result<()> {
    let refused = serde_json::to_string(&job.refused);
    let refused = refused.map_err(|error| StoreError::damaged(format!("a job: {error}")))?;
    let sql = "INSERT INTO jobs (job_id, work, who, why, selection, state, total, changed, refused,
               begun_ts, ended_ts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
               ON CONFLICT (job_id) DO UPDATE SET state = excluded.state,
               changed = excluded.changed, refused = excluded.refused,
               ended_ts = excluded.ended_ts";
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    connection.prepare_cached(sql)?.execute(params![
        job.id.as_bytes(),
        job.work,
        job.who,
        job.why,
        job.selection.to_string(),
        job.state,
        signed(job.total),
        signed(job.changed),
        refused,
        job.begun_ts,
        job.ended_ts
    ])?;
    Ok(())
}

/// Forgets the jobs before the newest `kept`.
pub fn forget(connection: &Connection, kept: u32) -> Result<()> {
    let sql = "DELETE FROM jobs WHERE state <> 'running' AND job_id <
               (SELECT job_id FROM jobs ORDER BY job_id DESC LIMIT 1 OFFSET ?1)";
    connection.prepare_cached(sql)?.execute([kept])?;
    Ok(())
}

/// The job of an id.
pub fn get(connection: &Connection, id: Uuid) -> Result<Option<JobRow>> {
    let sql = [COLUMNS, "WHERE job_id = ?1"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement.query_row([id.as_bytes()], |row| Ok(read(row)));
    row.optional()?.transpose()
}

/// The jobs that are not known to have ended.
pub fn running(connection: &Connection) -> Result<Vec<JobRow>> {
    let sql = [COLUMNS, "WHERE state = 'running' ORDER BY job_id"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// A page of them, the newest first, and how many there are.
pub fn page(connection: &Connection, skip: u32, limit: u32) -> Result<(Vec<JobRow>, u64)> {
    let sql = [COLUMNS, "ORDER BY job_id DESC LIMIT ?1 OFFSET ?2"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([limit, skip], |row| Ok(read(row)))?;
    let rows: Result<Vec<JobRow>> = rows.map(|row| row?).collect();
    let mut statement = connection.prepare_cached("SELECT count(*) FROM jobs")?;
    let count: i64 = statement.query_row([], |row| row.get(0))?;
    Ok((rows?, count.unsigned_abs()))
}

const COLUMNS: &str = "SELECT job_id, work, who, why, selection, state, total, changed, refused,
    begun_ts, ended_ts FROM jobs ";

fn read(row: &Row<'_>) -> Result<JobRow> {
    let damaged = |error| StoreError::damaged(format!("a job cannot be read: {error}"));
    let (selection, refused): (String, String) = (row.get(4)?, row.get(8)?);
    Ok(JobRow {
        id: Uuid::from_bytes(row.get(0)?),
        work: row.get(1)?,
        who: row.get(2)?,
        why: row.get(3)?,
        selection: serde_json::from_str(&selection).map_err(damaged)?,
        state: row.get(5)?,
        total: row.get::<_, i64>(6)?.unsigned_abs(),
        changed: row.get::<_, i64>(7)?.unsigned_abs(),
        refused: serde_json::from_str(&refused).map_err(damaged)?,
        begun_ts: row.get(9)?,
        ended_ts: row.get(10)?,
    })
}
