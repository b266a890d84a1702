//! Tables `leases` and `attempts`: a try of a task that is not over and what it holds, and those
//! that are. The view `tries` shows both.

use rusqlite::{Connection, params};
use signalbox_scheduler::{AccountNo, AttemptNo, PhoneNo, TaskId};

use super::{Result, StoreError, tasks};

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
    connection: &Connection,
    held: Held,
    task: TaskId,
    account: AccountNo,
    ts: i64,
) -> Result<()> {
    let sql = "INSERT INTO leases (phone_no, holds_no, attempt_no, task_id, account_no, started_ts)
               VALUES (?1, ?2, ?3, ?4, ?2, ?5)";
    let (no, task) = (number(held.attempt)?, tasks::id(task));
    connection
        .prepare_cached(sql)?
        .execute(params![held.phone.0, account.0, no, task, ts])?;
    Ok(())
}

/// An attempt ended with nothing in flight.
pub fn end(
    connection: &Connection,
    held: Held,
    ending: &str,
    error: Error<'_>,
    ts: i64,
) -> Result<()> {
    let sql = "INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts, ended_ts,
               ending, error_code, error)
               SELECT attempt_no, task_id, account_no, phone_no, started_ts, ?3, ?4, ?5, ?6
               FROM leases WHERE phone_no = ?1 AND attempt_no = ?2";
    let (no, (code, sentence)) = (number(held.attempt)?, error.unzip());
    connection.prepare_cached(sql)?.execute(params![
        held.phone.0,
        no,
        ts,
        ending,
        code,
        sentence
    ])?;
    drop_lease(connection, held)
}

/// An attempt ended, and what its phone still does is not known: the lease stays.
pub fn doubt(
    connection: &Connection,
    held: Held,
    cause: &str,
    error: Error<'_>,
    ts: i64,
) -> Result<()> {
    let sql = "UPDATE leases SET ended_ts = ?3, doubt = ?4, error_code = ?5, error = ?6
               WHERE phone_no = ?1 AND attempt_no = ?2";
    let (no, (code, sentence)) = (number(held.attempt)?, error.unzip());
    connection.prepare_cached(sql)?.execute(params![
        held.phone.0,
        no,
        ts,
        cause,
        code,
        sentence
    ])?;
    Ok(())
}

/// The phone of an attempt in doubt is proven quiet: the lease goes.
pub fn quiet(connection: &Connection, held: Held, ts: i64) -> Result<()> {
    let sql = "INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts, ended_ts,
               ending, doubt, quiet_ts, error_code, error)
               SELECT attempt_no, task_id, account_no, phone_no, started_ts,
               coalesce(ended_ts, ?3), 'interrupted', doubt, ?3, error_code, error
               FROM leases WHERE phone_no = ?1 AND attempt_no = ?2";
    let no = number(held.attempt)?;
    connection
        .prepare_cached(sql)?
        .execute(params![held.phone.0, no, ts])?;
    drop_lease(connection, held)
}

/// The operator freed the account; the phone stays leased.
pub fn release(connection: &Connection, held: Held) -> Result<()> {
    let sql = "UPDATE leases SET holds_no = NULL WHERE phone_no = ?1 AND attempt_no = ?2";
    let no = number(held.attempt)?;
    connection
        .prepare_cached(sql)?
        .execute(params![held.phone.0, no])?;
    Ok(())
}

fn drop_lease(connection: &Connection, held: Held) -> Result<()> {
    let sql = "DELETE FROM leases WHERE phone_no = ?1 AND attempt_no = ?2";
    let no = number(held.attempt)?;
    connection
        .prepare_cached(sql)?
        .execute(params![held.phone.0, no])?;
    Ok(())
}
