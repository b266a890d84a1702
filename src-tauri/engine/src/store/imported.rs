//! Table `imported`: what accounts did while another program worked for them, as its export says.
//! It counts for deduplication and for the limits, and is told among the outcomes.
//!
//! No post is known of these acts, so that a like counts for every post of that person; and no
//! comment's text. Rows are written bit by bit and count only once the import they came with is
//! whole, which table `imports` tells.

use rusqlite::{Connection, OptionalExtension, params};
use signalbox_scheduler::policy::DAY_MS;
use signalbox_scheduler::{AccountNo, Act, TaskId};

use super::intents::{IntentRow, TARGET_WINDOW_MS, act_word};
use super::{Prepared, Result, StoreError, tasks};

/// The table. Its numbers are below those of `interactions`, so that one order holds for both. The
/// first index is what makes a row the same row when it comes again.
pub const SCHEMA: &str = "
CREATE TABLE imported (
    seq        INTEGER PRIMARY KEY,
    account_no INTEGER NOT NULL,
    target     TEXT NOT NULL,
    target_key TEXT NOT NULL,
    action     TEXT NOT NULL,
    status     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    device     TEXT NOT NULL,
    latency_ms INTEGER NOT NULL,
    -- Negative where policy time had not begun.
    at         INTEGER NOT NULL,
    ts         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX imported_once ON imported (target_key, account_no, action, ts, status);
CREATE INDEX imported_by_time ON imported (ts);
CREATE INDEX imported_by_account ON imported (account_no, ts);
";

/// The number before the first one.
const BEFORE_FIRST: i64 = -1_000_000_000_000;

/// One row of another program's export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRow {
    /// The account.
    pub account: AccountNo,
    /// Whom it is about.
    pub target: String,
    /// `follow`, `like`, `comment`, `view`.
    pub action: &'static str,
    /// What came of it.
    pub status: &'static str,
    /// What the other program says of it.
    pub reason: String,
    /// The phone, as the other program calls it.
    pub device: String,
    /// How long it took.
    pub latency_ms: u64,
    /// When, ms since 1970 UTC.
    pub ts: i64,
}

impl ImportedRow {
    fn target_key(&self) -> String {
        self.target.to_lowercase()
    }
}

/// Adds a row behind the last one, at this policy time; false where it is there already.
pub fn insert(tables: &Prepared<'_>, row: &ImportedRow, at: i64) -> Result<bool> {
    let sql = "INSERT OR IGNORE INTO imported (seq, account_no, target, target_key, action, status,
               reason, device, latency_ms, at, ts)
               VALUES (1 + max(?1, (SELECT coalesce(max(seq), ?1) FROM imported),
               (SELECT coalesce(max(upto), ?1) FROM imports)),
               ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let added = tables.execute(
        sql,
        params![
            BEFORE_FIRST,
            row.account.0,
            row.target,
            row.target_key(),
            row.action,
            row.status,
            row.reason,
            row.device,
            i64::try_from(row.latency_ms).unwrap_or(i64::MAX),
            at,
            row.ts
        ],
    )?;
    Ok(added > 0)
}

/// Whether a whole import brought the row before.
pub fn is_known(connection: &Connection, row: &ImportedRow) -> Result<bool> {
    let sql = "SELECT 1 FROM imported WHERE target_key = ?1 AND account_no = ?2 AND action = ?3
               AND ts = ?4 AND status = ?5
               AND seq <= (SELECT coalesce(max(upto), -1e18) FROM imports)";
    let values = params![
        row.target_key(),
        row.account.0,
        row.action,
        row.ts,
        row.status
    ];
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(values, |_| Ok(())).optional()?;
    Ok(found.is_some())
}

/// Whether the row was recorded by a task of this data set.
pub fn is_own(connection: &Connection, task: TaskId) -> Result<bool> {
    let sql = "SELECT 1 FROM tasks WHERE task_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement
        .query_row([tasks::id(task)], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// The number of the last row, whole or not.
pub fn last(connection: &Connection) -> Result<i64> {
    let sql = "SELECT max((SELECT coalesce(max(seq), ?1) FROM imported),
               (SELECT coalesce(max(upto), ?1) FROM imports))";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([BEFORE_FIRST], |row| row.get(0))?)
}

/// Takes away some of what an import left that never became whole, and tells how many rows went.
pub fn drop_unfinished(tables: &Prepared<'_>, most: u32) -> Result<usize> {
    let sql = "DELETE FROM imported
               WHERE seq IN (SELECT seq FROM imported ORDER BY seq DESC LIMIT ?1)
               AND seq > (SELECT coalesce(max(upto), -1e18) FROM imports)";
    tables.execute(sql, [most])
}

/// Acts that the rows behind this number say took place, or may have, since a policy time: account,
/// act and policy time.
pub fn acts_since(
    connection: &Connection,
    behind: i64,
    since: i64,
) -> Result<Vec<(AccountNo, Act, i64)>> {
    let sql = "SELECT account_no, action, at FROM imported WHERE seq > ?1 AND at >= ?2
               AND status IN ('success', 'unknown') AND action <> 'view' ORDER BY account_no, at";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([behind, since])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let word = row.get_ref(1)?.as_str().unwrap_or_default();
        let act = Act::ALL.into_iter().find(|act| act_word(*act) == word);
        let act = act.ok_or_else(|| StoreError::damaged("an imported row has an unknown act"))?;
        found.push((AccountNo(row.get(0)?), act, row.get(2)?));
    }
    Ok(found)
}

fn since(at: u64, back: u64) -> Result<i64> {
    let signed = |value: u64| {
        i64::try_from(value).map_err(|_| StoreError::damaged("a number is out of range"))
    };
    Ok(signed(at)?.saturating_sub(signed(back)?))
}

/// Whether the account did the act to this person in the last days; an unknown comment counts.
pub fn done_before(connection: &Connection, row: &IntentRow, at: u64, days: u64) -> Result<bool> {
    let sql = "SELECT 1 FROM imported WHERE target_key = ?1 AND account_no = ?2 AND action = ?3
               AND at >= ?4 AND (status = 'success' OR (status = 'unknown' AND action = 'comment'))
               AND seq <= (SELECT coalesce(max(upto), -1e18) FROM imports) LIMIT 1";
    let since = since(at, days.saturating_mul(DAY_MS))?;
    let values = params![row.target_key, row.account.0, act_word(row.act), since];
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row(values, |_| Ok(()))
        .optional()?
        .is_some())
}

/// Own accounts that acted on the target in the last seven days, or may have.
pub fn accounts_on(connection: &Connection, target_key: &str, at: u64) -> Result<Vec<AccountNo>> {
    let sql = "SELECT DISTINCT account_no FROM imported WHERE target_key = ?1 AND at >= ?2
               AND status IN ('success', 'unknown') AND action <> 'view'
               AND seq <= (SELECT coalesce(max(upto), -1e18) FROM imports)";
    let since = since(at, TARGET_WINDOW_MS)?;
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![target_key, since], |row| Ok(AccountNo(row.get(0)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The acts that the account did on the target in the last days, by their words.
pub fn done_on(
    connection: &Connection,
    target_key: &str,
    account: AccountNo,
    at: u64,
    days: u64,
) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT action FROM imported WHERE target_key = ?1 AND account_no = ?2
               AND at >= ?3 AND status = 'success' AND action <> 'view'
               AND seq <= (SELECT coalesce(max(upto), -1e18) FROM imports)";
    let since = since(at, days.saturating_mul(DAY_MS))?;
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![target_key, account.0, since], |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// When the account did the act to this person last, ms since 1970; an unknown comment counts.
pub fn done_last(
    connection: &Connection,
    account: AccountNo,
    target: &str,
    act: &str,
) -> Result<Option<i64>> {
    let sql = "SELECT max(ts) FROM imported WHERE target_key = ?1 AND action = ?2
               AND account_no = ?3
               AND (status = 'success' OR (status = 'unknown' AND action = 'comment'))
               AND action <> 'view'
               AND seq <= (SELECT coalesce(max(upto), -1e18) FROM imports)";
    let mut statement = connection.prepare_cached(sql)?;
    let values = params![target.to_lowercase(), act, account.0];
    Ok(statement.query_row(values, |row| row.get(0))?)
}
