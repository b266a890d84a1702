//! Table `intents`: acts about to be done, and whether they were. What the brakes look at.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use signalbox_scheduler::policy::DAY_MS;
use signalbox_scheduler::{AccountNo, Act, AttemptNo, Prior, TaskId};

use super::{Prepared, Result, StoreError, imported, tasks};

/// Own accounts that acted on one target are counted over this time.
pub(super) const TARGET_WINDOW_MS: u64 = 7 * DAY_MS;

/// An act that somebody is about to do, or asks to do.
#[derive(Debug, Clone)]
pub struct IntentRow {
    /// The attempt.
    pub attempt: AttemptNo,
    /// The step of its job.
    pub step: u16,
    /// The task.
    pub task: TaskId,
    /// The account.
    pub account: AccountNo,
    /// The act.
    pub act: Act,
    /// Whom it is about, in lower case.
    pub target_key: String,
    /// Which post; empty for a follow.
    pub post: String,
    /// What is written; empty for all but comments.
    pub text: String,
}

/// The word for an act in tables and answers.
pub fn act_word(act: Act) -> &'static str {
    match act {
        Act::Follow => "follow",
        Act::Like => "like",
        Act::Comment => "comment",
    }
}

/// Writes the intent; a retry of the same step by the same attempt replaces it.
pub fn insert(tables: &Prepared<'_>, row: &IntentRow, at: u64, ts: i64) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO intents
               (attempt_no, step, task_id, account_no, act, target_key, post, text, at, ts)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    tables.execute(
        sql,
        params![
            signed(row.attempt.0)?,
            row.step,
            tasks::id(row.task),
            row.account.0,
            act_word(row.act),
            row.target_key,
            row.post,
            row.text,
            signed(at)?,
            ts
        ],
    )?;
    Ok(())
}

/// Writes whether the act took place.
pub fn set_done(tables: &Prepared<'_>, attempt: AttemptNo, step: u16, done: bool) -> Result<()> {
    let sql = "UPDATE intents SET done = ?3 WHERE attempt_no = ?1 AND step = ?2";
    tables.execute(sql, params![signed(attempt.0)?, step, done])?;
    Ok(())
}

/// The step of a task's comment of which nobody knows whether it is there.
pub fn unknown_comment(connection: &Connection, task: TaskId) -> Result<Option<u16>> {
    let sql = "SELECT max(step) FROM intents
               WHERE task_id = ?1 AND done IS NULL AND act = 'comment'";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params![tasks::id(task)], |row| row.get(0))?)
}

/// The operator tells whether it is.
pub fn settle_comment(tables: &Prepared<'_>, task: TaskId, happened: bool) -> Result<()> {
    let sql = "UPDATE intents SET done = ?2
               WHERE task_id = ?1 AND done IS NULL AND act = 'comment'";
    tables.execute(sql, params![tasks::id(task), happened])?;
    Ok(())
}

/// What the history says about an act, rows of the same task left out.
///
/// An act of unknown outcome counts as done for a comment, which would be seen twice; for the
/// ensured acts the screen itself tells.
pub fn prior(connection: &Connection, row: &IntentRow, at: u64, days: u64) -> Result<Prior> {
    let since = signed(at.saturating_sub(days * DAY_MS))?;
    let sql = "SELECT 1 FROM intents WHERE target_key = ?1 AND at >= ?2 AND account_no = ?3
               AND act = ?4 AND post = ?5 AND task_id <> ?6
               AND (done = 1 OR (done IS NULL AND act = 'comment')) LIMIT 1";
    let done_before = connection
        .prepare_cached(sql)?
        .query_row(
            params![
                row.target_key,
                since,
                row.account.0,
                act_word(row.act),
                row.post,
                tasks::id(row.task)
            ],
            |_| Ok(()),
        )
        .optional()?
        .is_some();
    let done_before = done_before || imported::done_before(connection, row, at, days)?;
    let since = signed(at.saturating_sub(TARGET_WINDOW_MS))?;
    let sql = "SELECT DISTINCT account_no FROM intents
               WHERE target_key = ?1 AND at >= ?2 AND done IS NOT 0";
    let mut statement = connection.prepare_cached(sql)?;
    let acted = statement.query_map(params![row.target_key, since], |row| {
        Ok(AccountNo(row.get(0)?))
    })?;
    let mut acted: BTreeSet<AccountNo> = acted.collect::<std::result::Result<_, _>>()?;
    acted.extend(imported::accounts_on(connection, &row.target_key, at)?);
    let account_on_target = acted.remove(&row.account);
    let (text_on_target, text_uses) = text_history(connection, row, at)?;
    Ok(Prior::Found {
        done_before,
        account_on_target,
        others_on_target: u16::try_from(acted.len()).unwrap_or(u16::MAX),
        text_on_target,
        text_uses,
    })
}

/// Intents that are looked at, and perhaps dropped, at once.
const EXPIRED_CHUNK: u32 = 500;

/// Drops, of the next intents behind the attempt `from`, those of before `at` (policy time, ms) that
/// nothing looks back at; gives the last attempt that was looked at, and how many went. `None`: all
/// that are left are young. Comments' texts stay: one is sent to one person once, for good.
pub fn drop_expired(connection: &Connection, from: i64, at: u64) -> Result<Option<(i64, usize)>> {
    let look = "SELECT max(attempt_no), coalesce(max(at < ?2), 0) FROM
                (SELECT attempt_no, at FROM intents WHERE attempt_no > ?1
                 ORDER BY attempt_no LIMIT ?3)";
    let at = signed(at)?;
    let values = params![from, at, EXPIRED_CHUNK];
    let (upto, any_old): (Option<i64>, bool) = connection
        .prepare_cached(look)?
        .query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(upto) = upto.filter(|_| any_old) else {
        return Ok(None);
    };
    let sql = "DELETE FROM intents AS h WHERE attempt_no > ?1 AND attempt_no <= ?3 AND at < ?2
               AND text = '' AND h.task_id NOT IN (SELECT task_id FROM leases) AND NOT EXISTS
               (SELECT 1 FROM tasks t WHERE t.task_id = h.task_id
                AND t.status IN ('queued', 'interrupted'))";
    let gone = connection.prepare_cached(sql)?.execute([from, at, upto])?;
    Ok(Some((upto, gone)))
}

/// When the account did the act to this person last, ms since 1970; an unknown comment counts.
pub fn done_last(
    connection: &Connection,
    account: AccountNo,
    target: &str,
    act: &str,
) -> Result<Option<i64>> {
    let sql = "SELECT max(ts) FROM intents WHERE target_key = ?1 AND act = ?2 AND account_no = ?3
               AND (done = 1 OR (done IS NULL AND act = 'comment'))";
    let mut statement = connection.prepare_cached(sql)?;
    let values = params![target.to_lowercase(), act, account.0];
    let done: Option<i64> = statement.query_row(values, |row| row.get(0))?;
    Ok(done.max(imported::done_last(connection, account, target, act)?))
}

/// Own accounts that acted on the target in the last seven days, or still mean to.
pub fn accounts_on(connection: &Connection, target_key: &str, at: u64) -> Result<Vec<AccountNo>> {
    let since = signed(at.saturating_sub(TARGET_WINDOW_MS))?;
    let sql = "SELECT DISTINCT account_no FROM intents
               WHERE target_key = ?1 AND at >= ?2 AND done IS NOT 0
               UNION
               SELECT account_no FROM tasks WHERE target_key = ?1 AND rehearsal = 0
               AND status = 'queued'
               AND (instr(actions, 'like_post') OR instr(actions, 'follow_user')
               OR instr(actions, 'comment_post'))";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![target_key, since], |row| Ok(AccountNo(row.get(0)?)))?;
    let mut found: BTreeSet<AccountNo> = rows.collect::<std::result::Result<_, _>>()?;
    found.extend(imported::accounts_on(connection, target_key, at)?);
    Ok(found.into_iter().collect())
}

/// The acts that the account did on the target in the last days, by their words.
pub fn done_on(
    connection: &Connection,
    target_key: &str,
    account: AccountNo,
    at: u64,
    days: u64,
) -> Result<Vec<String>> {
    let since = signed(at.saturating_sub(days * DAY_MS))?;
    let sql = "SELECT DISTINCT act FROM intents
               WHERE target_key = ?1 AND at >= ?2 AND account_no = ?3 AND done = 1 ORDER BY act";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![target_key, since, account.0], |row| row.get(0))?;
    let mut found: BTreeSet<String> = rows.collect::<std::result::Result<_, _>>()?;
    found.extend(imported::done_on(
        connection, target_key, account, at, days,
    )?);
    Ok(found.into_iter().collect())
}

/// Settles the open intents of earlier attempts at the same step; true if there were any.
pub fn settle_earlier(
    tables: &Prepared<'_>,
    task: TaskId,
    attempt: AttemptNo,
    step: u16,
    done: bool,
) -> Result<bool> {
    let sql = "UPDATE intents SET done = ?4
               WHERE task_id = ?1 AND step = ?2 AND attempt_no < ?3 AND done IS NULL";
    let settled = tables.execute(
        sql,
        params![tasks::id(task), step, signed(attempt.0)?, done],
    )?;
    Ok(settled > 0)
}

/// The newest comment of a task whose outcome is not known: its step, post and text.
pub fn open_comment(
    connection: &Connection,
    task: TaskId,
) -> Result<Option<(u16, String, String)>> {
    let sql = "SELECT step, post, text FROM intents WHERE task_id = ?1 AND act = 'comment'
               AND done IS NULL ORDER BY attempt_no DESC, step DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row(params![tasks::id(task)], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    Ok(row.optional()?)
}

fn text_history(connection: &Connection, row: &IntentRow, at: u64) -> Result<(bool, u16)> {
    if row.text.is_empty() {
        return Ok((false, 0));
    }
    let day = signed(at.saturating_sub(DAY_MS))?;
    let sql = "SELECT coalesce(max(target_key = ?2), 0), coalesce(sum(at >= ?3), 0) FROM intents
               WHERE text = ?1 AND text <> '' AND done IS NOT 0 AND task_id <> ?4";
    let found = connection.prepare_cached(sql)?.query_row(
        params![row.text, row.target_key, day, tasks::id(row.task)],
        |row| Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?)),
    )?;
    Ok((found.0, u16::try_from(found.1).unwrap_or(u16::MAX)))
}

fn signed(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| StoreError::damaged("a number is out of range"))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use rusqlite::Connection;

    /// Acts of long ago (policy time begins at 0), of now, and one whose text is kept.
    const ACTS: &str = "
        INSERT INTO intents (attempt_no, step, task_id, account_no, act, target_key, text, at, ts, done)
        VALUES (1, 0, x'01', 0, 'follow', 'a', '', -1, 0, 1), (2, 0, x'01', 0, 'like', 'a', '', -1, 0, 1),
            (3, 0, x'01', 0, 'comment', 'a', 'text', -1, 0, 1),
            (4, 0, x'01', 0, 'follow', 'b', '', 9, 0, 1);
    ";

    /// Adds them to a data set, and gives the connection.
    pub(crate) fn of_long_ago(database: &Path) -> Connection {
        let connection = Connection::open(database).unwrap();
        connection.execute_batch(ACTS).unwrap();
        connection
    }
}
