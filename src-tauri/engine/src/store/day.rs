//! What happened in a span of time, by account and by list: sums over the tables, for the report of
//! a day. Read beside the loop; rows are looked at once.

use rusqlite::{Connection, Row, params};

use super::interactions::Sums;
use super::{Result, filing};

/// From when, to before when, ms since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub from: i64,
    /// The first one behind it.
    pub to: i64,
}

/// What a sum is of: an account, and the list of its tasks where they are of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Of {
    /// The account's number.
    pub account: u32,
    /// The list's number.
    pub list: Option<u32>,
}

fn of(row: &Row<'_>) -> rusqlite::Result<Of> {
    Ok(Of {
        account: row.get(0)?,
        list: row.get(1)?,
    })
}

/// How many tasks ended so in the span, and how many wait at this moment (`queued`). Rehearsals
/// change nothing, and are left out of all of this.
pub fn tasks(connection: &Connection, span: Span) -> Result<Vec<(Of, String, u64)>> {
    let sql = "SELECT account_no, list_no, status, count(*) FROM tasks
               WHERE rehearsal = 0 AND (status = 'queued' OR (ended_ts >= ?1 AND ended_ts < ?2))
               AND task_id NOT IN (SELECT task_id FROM leases WHERE ended_ts IS NULL)
               GROUP BY account_no, list_no, status";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([span.from, span.to], |row| {
        let times: i64 = row.get(3)?;
        Ok((of(row)?, row.get(2)?, times.unsigned_abs()))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// How often each outcome was recorded in the span, by action and status.
pub fn outcomes(connection: &Connection, span: Span) -> Result<Vec<(Of, Sums)>> {
    let sql = "SELECT account_no, list_no, action, status, count(*) FROM (
               SELECT account_no, list_no, action, status FROM interactions
               WHERE filed = 1 AND rehearsal = 0 AND ts >= ?1 AND ts < ?2
               UNION ALL
               SELECT account_no, list_no, action, status FROM interactions
               WHERE seq > ?3 AND rehearsal = 0 AND ts >= ?1 AND ts < ?2)
               GROUP BY account_no, list_no, action, status";
    grouped(connection, sql, span)
}

/// Sums by two words.
fn grouped(connection: &Connection, sql: &str, span: Span) -> Result<Vec<(Of, Sums)>> {
    let upto = filing::upto(connection)?;
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([span.from, span.to, upto])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let times: i64 = row.get(4)?;
        let mut sums = Sums::new();
        let by_status = sums.entry(row.get(2)?).or_default();
        by_status.insert(row.get(3)?, times.unsigned_abs());
        found.push((of(row)?, sums));
    }
    Ok(found)
}

/// Why acts were left out or failed in the span, how often: by status and reason, where one was
/// recorded. Acts that were done need none.
pub fn reasons(connection: &Connection, span: Span) -> Result<Vec<(Of, Sums)>> {
    let sql = "SELECT account_no, list_no, status, reason, count(*) FROM (
               SELECT account_no, list_no, status, reason FROM interactions
               WHERE filed = 1 AND rehearsal = 0 AND ts >= ?1 AND ts < ?2
               UNION ALL
               SELECT account_no, list_no, status, reason FROM interactions
               WHERE seq > ?3 AND rehearsal = 0 AND ts >= ?1 AND ts < ?2)
               WHERE status <> 'success' AND reason <> ''
               GROUP BY account_no, list_no, status, reason";
    grouped(connection, sql, span)
}

/// What came of attempts in a span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempted {
    /// How long they took within the span, ms.
    pub worked_ms: u64,
    /// Ended because the platform limited the account, which rested then.
    pub rate_limited: u64,
    /// Ended because the platform challenged the account, which was suspended.
    pub challenged: u64,
}

/// Attempts that lasted into the span; those under way last until `now`.
pub fn attempts(connection: &Connection, span: Span, now: i64) -> Result<Vec<(Of, Attempted)>> {
    let sql = "SELECT a.account_no, t.list_no,
               sum(max(0, min(coalesce(a.ended_ts, ?3), ?2) - max(a.started_ts, ?1))),
               sum(a.ending = 'rate_limited' AND a.ended_ts >= ?1 AND a.ended_ts < ?2),
               sum(a.ending = 'challenge' AND a.ended_ts >= ?1 AND a.ended_ts < ?2)
               FROM tries a JOIN tasks t ON t.task_id = a.task_id
               WHERE t.rehearsal = 0 AND a.started_ts < ?2
               AND coalesce(a.ended_ts, ?3) >= ?1
               GROUP BY a.account_no, t.list_no";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([span.from, span.to, now], |row| {
        let sum =
            |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.unwrap_or(0));
        let attempted = Attempted {
            worked_ms: sum(2)?.unsigned_abs(),
            rate_limited: sum(3)?.unsigned_abs(),
            challenged: sum(4)?.unsigned_abs(),
        };
        Ok((of(row)?, attempted))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// How often the operator suspended each account in the span, by its id.
pub fn suspensions(connection: &Connection, span: Span) -> Result<Vec<(String, u64)>> {
    let sql = "SELECT subject, count(*) FROM audit
               WHERE action = 'account.suspend' AND ts >= ?1 AND ts < ?2 GROUP BY subject";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![span.from, span.to], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
