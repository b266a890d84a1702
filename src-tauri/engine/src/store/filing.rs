//! Table `filing`: what was recorded so far, in numbers, and up to where outcomes are filed.
//!
//! An outcome is written as cheaply as can be, while a phone waits for it. Its places in the indexes
//! it is looked for by, and its part of the sums, are written later, many at once, when nobody waits
//! for the loop: the indexes hold only rows that are `filed`. Readers look at the rows behind
//! [`upto`] one by one, so that what they find is always whole.

use rusqlite::{Connection, OptionalExtension, params};

use super::Result;
use super::interactions::Sums;

/// The table, the mark on each outcome, and the indexes of those that have it.
pub const SCHEMA: &str = "
CREATE TABLE filing (
    rehearsal INTEGER NOT NULL,
    action    TEXT NOT NULL,
    status    TEXT NOT NULL,
    -- Outcomes of this kind that were ever recorded, also those that are too old to be kept.
    rows      INTEGER NOT NULL,
    -- Of these, those that were.
    gone      INTEGER NOT NULL DEFAULT 0,
    -- The last outcome that was filed together with these.
    upto      INTEGER NOT NULL,
    PRIMARY KEY (rehearsal, action, status)
) STRICT, WITHOUT ROWID;
ALTER TABLE interactions ADD COLUMN filed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX interactions_by_time ON interactions (ts) WHERE filed = 1;
CREATE INDEX interactions_by_account ON interactions (account_no, ts) WHERE filed = 1;
CREATE INDEX interactions_by_target ON interactions (target COLLATE NOCASE, ts) WHERE filed = 1;
CREATE INDEX interactions_by_status ON interactions (status, ts) WHERE filed = 1;
CREATE TRIGGER interactions_gone AFTER DELETE ON interactions WHEN old.filed = 1 BEGIN
    UPDATE filing SET gone = gone + 1 WHERE rehearsal = old.rehearsal AND action = old.action
    AND status = old.status;
END;
";

/// The last outcome that is filed; 0 where none is.
pub fn upto(connection: &Connection) -> Result<i64> {
    let sql = "SELECT coalesce(max(upto), 0) FROM filing";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Files the oldest outcomes that are not, at most so many, and tells how many; in the caller's
/// transaction.
pub fn file(connection: &Connection, most: u32) -> Result<usize> {
    let from = upto(connection)?;
    let sql = "SELECT max(seq) FROM
               (SELECT seq FROM interactions WHERE seq > ?1 ORDER BY seq LIMIT ?2)";
    let mut statement = connection.prepare_cached(sql)?;
    let to: Option<i64> = statement.query_row(params![from, most], |row| row.get(0))?;
    let Some(to) = to else {
        return Ok(0);
    };
    let sums = "INSERT INTO filing (rehearsal, action, status, rows, upto)
                SELECT rehearsal, action, status, count(*), ?2 FROM interactions
                WHERE seq > ?1 AND seq <= ?2 GROUP BY rehearsal, action, status
                ON CONFLICT (rehearsal, action, status)
                DO UPDATE SET rows = rows + excluded.rows, upto = excluded.upto";
    connection.prepare_cached(sums)?.execute([from, to])?;
    let mark = "UPDATE interactions SET filed = 1 WHERE seq > ?1 AND seq <= ?2";
    Ok(connection.prepare_cached(mark)?.execute([from, to])?)
}

/// How often each outcome was ever recorded, by action and by status.
pub fn totals(connection: &Connection, rehearsal: bool) -> Result<Sums> {
    let sql = "SELECT action, status, rows FROM filing WHERE rehearsal = ?1
               UNION ALL
               SELECT action, status, count(*) FROM interactions WHERE seq > ?2 AND rehearsal = ?1
               GROUP BY action, status";
    let upto = upto(connection)?;
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![rehearsal, upto])?;
    let mut sums = Sums::new();
    while let Some(row) = rows.next()? {
        let times: i64 = row.get(2)?;
        let by_status = sums.entry(row.get(0)?).or_default();
        *by_status.entry(row.get(1)?).or_default() += times.unsigned_abs();
    }
    Ok(sums)
}

/// How many outcomes there are.
pub fn kept(connection: &Connection, rehearsal: bool) -> Result<u64> {
    let sql = "SELECT (SELECT coalesce(sum(rows - gone), 0) FROM filing WHERE rehearsal = ?1)
               + (SELECT count(*) FROM interactions WHERE seq > ?2 AND rehearsal = ?1)";
    let upto = upto(connection)?;
    let mut statement = connection.prepare_cached(sql)?;
    let rows: i64 = statement.query_row(params![rehearsal, upto], |row| row.get(0))?;
    Ok(rows.unsigned_abs())
}

/// Whether an outcome waits to be filed.
pub fn waits(connection: &Connection) -> Result<bool> {
    let sql = "SELECT 1 FROM interactions WHERE seq > ?1 LIMIT 1";
    let upto = upto(connection)?;
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row([upto], |_| Ok(()))
        .optional()?
        .is_some())
}
