//! Tables `attempts` and `leases`: each try of a task, and what it holds.

use rusqlite::{Connection, params};
use signalbox_scheduler::{AccountNo, AttemptNo, PhoneNo, TaskId};

use super::{Result, StoreError, tasks};

fn number(attempt: AttemptNo) -> Result<i64> {
    i64::try_from(attempt.0).map_err(|_| StoreError::damaged("an attempt number is out of range"))
}

/// An attempt begins: its lease is unique on account and unique on phone, or nothing begins.
pub fn begin(
    connection: &Connection,
    attempt: AttemptNo,
    task: TaskId,
    account: AccountNo,
    phone: PhoneNo,
    ts: i64,
) -> Result<()> {
    let no = number(attempt)?;
    let sql = "INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let task = tasks::id(task);
    connection
        .prepare_cached(sql)?
        .execute(params![no, task, account.0, phone.0, ts])?;
    let sql = "INSERT INTO leases (attempt_no, account_no, phone_no) VALUES (?1, ?2, ?3)";
    connection
        .prepare_cached(sql)?
        .execute(params![no, account.0, phone.0])?;
    Ok(())
}

/// An attempt ended with nothing in flight.
pub fn end(connection: &Connection, attempt: AttemptNo, ending: &str, ts: i64) -> Result<()> {
    let no = number(attempt)?;
    let sql = "UPDATE attempts SET ended_ts = ?2, ending = ?3 WHERE no = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![no, ts, ending])?;
    drop_lease(connection, no)
}

/// An attempt ended, and what its phone still does is not known: the lease stays.
pub fn doubt(connection: &Connection, attempt: AttemptNo, cause: &str, ts: i64) -> Result<()> {
    let no = number(attempt)?;
    let sql = "UPDATE attempts SET ended_ts = ?2, ending = 'interrupted', doubt = ?3 WHERE no = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![no, ts, cause])?;
    Ok(())
}

/// The phone of an attempt in doubt is proven quiet: the lease goes.
pub fn quiet(connection: &Connection, attempt: AttemptNo, ts: i64) -> Result<()> {
    let no = number(attempt)?;
    let sql = "UPDATE attempts SET quiet_ts = ?2 WHERE no = ?1";
    connection.prepare_cached(sql)?.execute(params![no, ts])?;
    drop_lease(connection, no)
}

/// The operator freed the account; the phone stays leased.
pub fn release(connection: &Connection, attempt: AttemptNo) -> Result<()> {
    let sql = "UPDATE leases SET account_no = NULL WHERE attempt_no = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![number(attempt)?])?;
    Ok(())
}

fn drop_lease(connection: &Connection, no: i64) -> Result<()> {
    let sql = "DELETE FROM leases WHERE attempt_no = ?1";
    connection.prepare_cached(sql)?.execute(params![no])?;
    Ok(())
}
