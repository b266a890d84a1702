//! Table `interactions`: one row per recorded outcome. What is exported.

mod filter;
mod find;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, params, params_from_iter};
use signalbox_scheduler::{AccountNo, Act, AttemptNo, ListNo, PhoneNo, TaskId};
use uuid::Uuid;

pub use filter::{Condition, Filter};
pub use find::{Cursor, Part, count, page, totals};

use super::intents::act_word;
use super::roll::Roll;
use super::{Prepared, Result, StoreError, tasks};

/// A recorded outcome to write.
#[derive(Debug, Clone)]
pub struct NewInteraction {
    /// The task.
    pub task: TaskId,
    /// The attempt.
    pub attempt: AttemptNo,
    /// The step of its job.
    pub step: u16,
    /// The account.
    pub account: AccountNo,
    /// The phone.
    pub phone: PhoneNo,
    /// The list of the task.
    pub list: Option<ListNo>,
    /// It only looked.
    pub rehearsal: bool,
    /// Whom it is about.
    pub target: String,
    /// Which post; empty where there is none.
    pub post: String,
    /// `follow`, `like`, `comment`, `view`.
    pub action: &'static str,
    /// `success`, `failed`, `skipped` …
    pub status: &'static str,
    /// A stable word; empty where the status says all.
    pub reason: String,
    /// How long it took.
    pub latency_ms: u64,
}

/// Writes one outcome.
pub fn insert(tables: &Prepared<'_>, row: &NewInteraction, at: u64, ts: i64) -> Result<()> {
    let sql = "INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no, list_no,
               rehearsal, target, post, action, status, reason, latency_ms, at, ts)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    tables.execute(
        sql,
        params![
            tasks::id(row.task),
            number(row.attempt.0),
            row.step,
            row.account.0,
            row.phone.0,
            row.list.map(|list| list.0),
            row.rehearsal,
            row.target,
            row.post,
            row.action,
            row.status,
            row.reason,
            number(row.latency_ms),
            number(at),
            ts
        ],
    )?;
    Ok(())
}

/// Writes a row for each act of a task that nobody will learn the outcome of.
pub fn insert_unknown(tables: &Prepared<'_>, task: TaskId, at: u64, ts: i64) -> Result<()> {
    let sql = "INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no, list_no,
               rehearsal, target, post, action, status, reason, latency_ms, at, ts)
               SELECT i.task_id, max(i.attempt_no), i.step, a.account_no, a.phone_no, t.list_no,
               t.rehearsal, iif(i.target_key = t.target_key, t.target, i.target_key), i.post, i.act, 'unknown', 'interrupted', 0, ?2, ?3
               FROM intents i JOIN tries a ON a.task_id = i.task_id AND a.no = i.attempt_no
               JOIN tasks t ON t.task_id = i.task_id
               WHERE i.task_id = ?1 AND i.done IS NULL GROUP BY i.step";
    let at = i64::try_from(at).unwrap_or(i64::MAX);
    tables.execute(sql, params![tasks::id(task), at, ts])?;
    Ok(())
}

/// At how many steps before this one a task has an outcome, by [`signalbox_scheduler::Act::index`].
pub fn acts_told(connection: &Connection, task: TaskId, before: u16) -> Result<[u8; 3]> {
    let sql = "SELECT i.action, count(DISTINCT i.step) FROM tries t
               JOIN interactions i ON i.attempt_no = t.no
               WHERE t.task_id = ?1 AND i.step < ?2 GROUP BY i.action";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![tasks::id(task), before])?;
    let mut told = [0; 3];
    while let Some(row) = rows.next()? {
        let word = row.get_ref(0)?.as_str().unwrap_or_default();
        let act = Act::ALL.into_iter().find(|act| act_word(*act) == word);
        if let Some(act) = act {
            told[act.index()] = u8::try_from(row.get::<_, i64>(1)?).unwrap_or(u8::MAX);
        }
    }
    Ok(told)
}

/// The operator saw that the comment of a task whose outcome nobody knew is there.
pub fn comment_happened(tables: &Prepared<'_>, task: TaskId) -> Result<()> {
    let sql = "UPDATE interactions SET status = 'success', reason = 'told_by_operator'
               WHERE status = 'unknown' AND action = 'comment'
               AND attempt_no IN (SELECT no FROM tries WHERE task_id = ?1)";
    tables.execute(sql, params![tasks::id(task)])?;
    Ok(())
}

/// A task is tried again: acts of which its end said that nobody knows will have an outcome yet.
pub fn drop_unknown(tables: &Prepared<'_>, task: TaskId) -> Result<()> {
    let sql = "DELETE FROM interactions WHERE status = 'unknown' AND reason = 'interrupted'
               AND attempt_no IN (SELECT no FROM tries WHERE task_id = ?1)";
    tables.execute(sql, params![tasks::id(task)])?;
    Ok(())
}

/// An outcome with its names, as it is exported. Borrowed from the row it is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interaction<'r> {
    /// The operator's id of the account.
    pub account_id: &'r str,
    /// Whom it is about.
    pub target: &'r str,
    /// What it is about.
    pub action: &'r str,
    /// What came of it.
    pub status: &'r str,
    /// A stable word; empty where the status says all.
    pub reason: &'r str,
    /// The task; `None`: it was imported.
    pub task: Option<Uuid>,
    /// Serial of the phone; of what was imported, what the other program called it.
    pub udid: &'r str,
    /// How long it took.
    pub latency_ms: i64,
    /// When, ms since 1970 UTC.
    pub ts: i64,
}

/// How often each outcome was recorded for a task, by action and by status.
pub type Sums = BTreeMap<String, BTreeMap<String, u64>>;

/// What came of a task.
pub fn sums(connection: &Connection, task: TaskId) -> Result<Sums> {
    let sql = "SELECT i.action, i.status, count(*) FROM tries t
               JOIN interactions i ON i.attempt_no = t.no WHERE t.task_id = ?1
               GROUP BY i.action, i.status";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([tasks::id(task)])?;
    let mut sums = Sums::new();
    while let Some(row) = rows.next()? {
        let times: i64 = row.get(2)?;
        let action: &mut BTreeMap<_, _> = sums.entry(row.get(0)?).or_default();
        action.insert(row.get(1)?, times.unsigned_abs());
    }
    Ok(sums)
}

/// What is read of an outcome.
const COLUMNS: &str = "seq, account_no, target, action, status, reason, task_id, phone_no, \
    latency_ms, ts";

/// The same of what was imported.
const IMPORTED: &str = "seq, account_no, target, action, status, \
    iif(reason = '', 'imported', 'imported: ' || reason), NULL, device, latency_ms, ts";

/// Outcomes in the order they were recorded, one after the other to `each`, until it says stop;
/// before them, in the order of their times, those that were imported.
pub fn each<E>(
    connection: &Connection,
    filter: &Filter,
    mut each: impl FnMut(&Interaction<'_>) -> std::result::Result<(), E>,
) -> Result<std::result::Result<(), E>> {
    let rolls = Rolls::load(connection)?;
    if let Some((condition, values)) = filter.imported_sql() {
        let table = " FROM imported WHERE";
        let sql = ["SELECT ", IMPORTED, table, &condition, " ORDER BY ts, seq"].concat();
        if let Err(stopped) = each_of(connection, (&sql, values), &rolls, &mut each)? {
            return Ok(Err(stopped));
        }
    }
    let (condition, values) = filter.sql();
    let table = " FROM interactions WHERE";
    let sql = ["SELECT ", COLUMNS, table, &condition, " ORDER BY seq"].concat();
    each_of(connection, (&sql, values), &rolls, &mut each)
}

/// The names are looked up in memory: joining two tables costs more than reading the row.
fn each_of<E>(
    connection: &Connection,
    (sql, values): (&str, Vec<Value>),
    rolls: &Rolls,
    each: &mut impl FnMut(&Interaction<'_>) -> std::result::Result<(), E>,
) -> Result<std::result::Result<(), E>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let interaction = match read(row, rolls) {
            Ok(interaction) => interaction,
            Err(error) => {
                let seq: i64 = row.get(0)?;
                return Err(StoreError::damaged(format!("outcome {seq}: {error}")));
            }
        };
        if let Err(stopped) = each(&interaction) {
            return Ok(Err(stopped));
        }
    }
    Ok(Ok(()))
}

/// The names of all accounts and phones.
struct Rolls {
    accounts: Roll,
    phones: Roll,
}

impl Rolls {
    fn load(connection: &Connection) -> Result<Self> {
        Ok(Self {
            accounts: Roll::of_accounts(connection)?,
            phones: Roll::of_phones(connection)?,
        })
    }
}

fn read<'r>(row: &'r Row<'_>, rolls: &'r Rolls) -> rusqlite::Result<Interaction<'r>> {
    let text = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
    let name = |roll: &'r Roll, column: usize| {
        let no: u32 = row.get(column)?;
        let out_of_range = rusqlite::Error::IntegralValueOutOfRange(column, no.into());
        roll.name(no).ok_or(out_of_range)
    };
    Ok(Interaction {
        account_id: name(&rolls.accounts, 1)?,
        target: text(2)?,
        action: text(3)?,
        status: text(4)?,
        reason: text(5)?,
        task: row.get::<_, Option<_>>(6)?.map(Uuid::from_bytes),
        udid: match row.get_ref(7)? {
            ValueRef::Text(_) => text(7)?,
            _ => name(&rolls.phones, 7)?,
        },
        latency_ms: row.get(8)?,
        ts: row.get(9)?,
    })
}
