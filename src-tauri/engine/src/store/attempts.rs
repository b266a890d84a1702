//! Tables `leases` and `attempts`: a try of a task that is not over and what it holds, and those
//! that are. The view `tries` shows both.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use signalbox_scheduler::{AccountNo, AttemptNo, PhoneNo, TaskId};

use super::{Prepared, Result, StoreError, tasks};

/// Attempts that failed are counted by their index, in which the others have no place.
pub const FAILED: &str = "
CREATE INDEX attempts_failed ON attempts (error_code) WHERE error_code IS NOT NULL;
";

/// Why an attempt did not complete its task: a stable code and a sentence.
pub type Error<'e> = Option<(&'e str, &'e str)>;

/// The attempt that holds a phone.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// The attempt.
    pub attempt: AttemptNo,
    /// The phone it holds.
    pub phone: PhoneNo,
}

fn number(attempt: AttemptNo) -> Result<i64> {
    i64::try_from(attempt.0).map_err(|_| StoreError::damaged("an attempt number is out of range"))
}

/// An attempt begins: its lease is unique on account and unique on phone, or nothing begins.
pub fn begin(
    tables: &Prepared<'_>,
    held: Held,
    task: TaskId,
    account: AccountNo,
    ts: i64,
) -> Result<()> {
    let sql = "INSERT INTO leases (phone_no, holds_no, attempt_no, task_id, account_no, started_ts)
               VALUES (?1, ?2, ?3, ?4, ?2, ?5)";
    let (no, task) = (number(held.attempt)?, tasks::id(task));
    tables.execute(sql, params![held.phone.0, account.0, no, task, ts])?;
    Ok(())
}

/// When an attempt that still holds its phone began, wall time, ms: its lease tells.
pub fn started(tables: &Prepared<'_>, held: Held) -> Result<i64> {
    let sql = "SELECT started_ts FROM leases WHERE phone_no = ?1 AND attempt_no = ?2";
    let no = number(held.attempt)?;
    let mut statement = tables.prepare_cached(sql)?;
    Ok(statement.query_row(params![held.phone.0, no], |row| row.get(0))?)
}

/// An attempt ended with nothing in flight: its task, its account, and when it began.
pub fn end(
    tables: &Prepared<'_>,
    held: Held,
    (task, account, since): (TaskId, AccountNo, i64),
    ending: &str,
    error: Error<'_>,
    ts: i64,
) -> Result<()> {
    let sql = "INSERT INTO attempts (task_id, no, account_no, phone_no, started_ts, ended_ts,
               ending, error_code, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let (no, (code, sentence)) = (number(held.attempt)?, error.unzip());
    let (task, phone) = (tasks::id(task), held.phone.0);
    tables.execute(
        sql,
        params![
            task, no, account.0, phone, since, ts, ending, code, sentence
        ],
    )?;
    drop_lease(tables, held)
}

/// An attempt ended, and what its phone still does is not known: the lease stays.
pub fn doubt(
    tables: &Prepared<'_>,
    held: Held,
    cause: &str,
    error: Error<'_>,
    ts: i64,
) -> Result<()> {
    let sql = "UPDATE leases SET ended_ts = ?3, doubt = ?4, error_code = ?5, error = ?6
               WHERE phone_no = ?1 AND attempt_no = ?2";
    let (no, (code, sentence)) = (number(held.attempt)?, error.unzip());
    tables.execute(sql, params![held.phone.0, no, ts, cause, code, sentence])?;
    Ok(())
}

/// The phone of an attempt in doubt is proven quiet: the lease goes.
pub fn quiet(tables: &Prepared<'_>, held: Held, ts: i64) -> Result<()> {
    let sql = "INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts, ended_ts,
               ending, doubt, quiet_ts, error_code, error)
               SELECT attempt_no, task_id, account_no, phone_no, started_ts,
               coalesce(ended_ts, ?3), 'interrupted', doubt, ?3, error_code, error
               FROM leases WHERE phone_no = ?1 AND attempt_no = ?2";
    let no = number(held.attempt)?;
    tables.execute(sql, params![held.phone.0, no, ts])?;
    drop_lease(tables, held)
}

/// The operator freed the account; the phone stays leased.
pub fn release(tables: &Prepared<'_>, held: Held) -> Result<()> {
    let sql = "UPDATE leases SET holds_no = NULL WHERE phone_no = ?1 AND attempt_no = ?2";
    let no = number(held.attempt)?;
    tables.execute(sql, params![held.phone.0, no])?;
    Ok(())
}

fn drop_lease(tables: &Prepared<'_>, held: Held) -> Result<()> {
    let sql = "DELETE FROM leases WHERE phone_no = ?1 AND attempt_no = ?2";
    let no = number(held.attempt)?;
    tables.execute(sql, params![held.phone.0, no])?;
    Ok(())
}

/// A try of a task: the view `tries`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// Its phone.
    pub phone: PhoneNo,
    /// When it ended, ms since 1970; none while it is under way.
    pub ended_ts: Option<i64>,
    /// How it ended.
    pub ending: Option<String>,
    /// Why its phone was held behind it.
    pub doubt: Option<String>,
    /// When that phone had proven quiet.
    pub quiet_ts: Option<i64>,
    /// A stable code of what went wrong.
    pub error_code: Option<String>,
    /// The same as a sentence.
    pub error: Option<String>,
}

/// The try of a task under this number, or its last one.
pub fn find(
    connection: &Connection,
    task: TaskId,
    attempt: Option<AttemptNo>,
) -> Result<Option<Try>> {
    let sql = "SELECT phone_no, ended_ts, ending, doubt, quiet_ts, error_code, error FROM tries
               WHERE task_id = ?1 AND (?2 IS NULL OR no = ?2) ORDER BY no DESC LIMIT 1";
    let no = attempt.map(number).transpose()?;
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![tasks::id(task), no], |row| {
        Ok(Try {
            phone: PhoneNo(row.get(0)?),
            ended_ts: row.get(1)?,
            ending: row.get(2)?,
            doubt: row.get(3)?,
            quiet_ts: row.get(4)?,
            error_code: row.get(5)?,
            error: row.get(6)?,
        })
    });
    Ok(found.optional()?)
}

/// How long the tasks of one kind took that completed lately, on average, ms; none where too little
/// was seen. Looks at the newest attempts only, so that it costs the same after a million.
pub fn recent_ms(connection: &Connection, kind: &str, rehearsal: bool) -> Result<Option<u64>> {
    let sql = "SELECT avg(ms) FROM (
                   SELECT a.ended_ts - a.started_ts AS ms
                   FROM (SELECT * FROM attempts ORDER BY task_id DESC, no DESC LIMIT 500) a
                   JOIN tasks t ON t.task_id = a.task_id
                   WHERE a.ending = 'completed' AND t.kind = ?1 AND t.rehearsal = ?2 LIMIT 50)";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![kind, rehearsal], |row| row.get(0))?;
    let average: Option<f64> = found;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an average of times that passed; beyond the range it is held at its end"
    )]
    Ok(average.map(|ms| ms.max(0.0) as u64))
}

/// How many attempts a look for people goes back. They stand in the order of their tasks' ids, and
/// those grow with time.
const LOOKED_AT: u32 = 5_000;

/// An attempt that did not complete its task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its account.
    pub account: AccountNo,
    /// A stable code.
    pub code: String,
    /// A sentence.
    pub sentence: String,
    /// When it ended, ms since 1970 UTC.
    pub ts: i64,
}

/// The failures among the newest attempts, the last one first.
pub fn failures(connection: &Connection) -> Result<Vec<Failure>> {
    let sql = "SELECT account_no, error_code, coalesce(error, ''), ended_ts FROM
               (SELECT * FROM attempts ORDER BY task_id DESC LIMIT ?1)
               WHERE error_code IS NOT NULL ORDER BY ended_ts DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([LOOKED_AT], |row| {
        Ok(Failure {
            account: AccountNo(row.get(0)?),
            code: row.get(1)?,
            sentence: row.get(2)?,
            ts: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// An attempt that is over, as it is told of its phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnPhone {
    /// Its task.
    pub task: TaskId,
    /// Its account.
    pub account: AccountNo,
    /// When it began, ms since 1970 UTC.
    pub started_ts: i64,
    /// When it ended, ms since 1970 UTC.
    pub ended_ts: i64,
    /// How it ended, a word.
    pub ending: String,
    /// Why it did not complete its task: a stable code and a sentence.
    pub error: Option<(String, String)>,
}

/// What was tried on a phone among the newest attempts, the last one first.
pub fn on_phone(connection: &Connection, phone: PhoneNo, most: u32) -> Result<Vec<OnPhone>> {
    let sql = "SELECT task_id, account_no, started_ts, ended_ts, ending, error_code,
                   coalesce(error, '')
               FROM (SELECT * FROM attempts ORDER BY task_id DESC LIMIT ?1)
               WHERE phone_no = ?2 ORDER BY ended_ts DESC, no DESC LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![LOOKED_AT, phone.0, most], |row| {
        let (code, sentence): (Option<String>, String) = (row.get(5)?, row.get(6)?);
        Ok(OnPhone {
            task: TaskId(u128::from_be_bytes(row.get(0)?)),
            account: AccountNo(row.get(1)?),
            started_ts: row.get(2)?,
            ended_ts: row.get(3)?,
            ending: row.get(4)?,
            error: code.map(|code| (code, sentence)),
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// How many attempts failed, by code.
pub fn failures_by_code(connection: &Connection) -> Result<BTreeMap<String, u64>> {
    let sql = "SELECT error_code, count(*) FROM
               (SELECT error_code FROM attempts WHERE error_code IS NOT NULL
                UNION ALL SELECT error_code FROM leases WHERE error_code IS NOT NULL)
               GROUP BY error_code";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let times: i64 = row.get(1)?;
        Ok((row.get(0)?, times.unsigned_abs()))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// How long an attempt that completed its task took on average, among the newest ones, in ms of
/// wall time; `None` if there is none.
pub fn average_ms(connection: &Connection) -> Result<Option<f64>> {
    let sql = "SELECT avg(ended_ts - started_ts) FROM
               (SELECT * FROM attempts ORDER BY task_id DESC LIMIT ?1)
               WHERE ending = 'completed'";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([LOOKED_AT], |row| row.get(0))?)
}

/// The tasks among the newest ones whose attempts ended last, the last one first.
pub fn ended_last(connection: &Connection, most: u32) -> Result<Vec<TaskId>> {
    let sql = "SELECT task_id, max(ended_ts) AS ended FROM
               (SELECT * FROM attempts ORDER BY task_id DESC LIMIT ?1)
               GROUP BY task_id ORDER BY ended DESC LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![LOOKED_AT, most], |row| {
        Ok(TaskId(u128::from_be_bytes(row.get(0)?)))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
