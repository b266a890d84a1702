//! Tasks that are looked for: by filter, page by page, or all of them by their ids.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use signalbox_scheduler::{AccountNo, Kind, ListNo, TaskId};

use super::{COLUMNS, TaskRow, read};
use crate::list_file::kind_word;
use crate::store::{Result, StoreError};

/// Which tasks are wanted; what is `None` does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `queued`, `running`, `completed`, `failed`, `cancelled`, `interrupted`; `ended`: all but two;
    /// of `queued`, `waiting` in a line or `scheduled`; `unsuccessful`: failed or interrupted.
    pub status: Option<&'static str>,
    /// Of this account.
    pub account: Option<AccountNo>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Accepted at this time or later, ms since 1970.
    pub from: Option<i64>,
    /// Accepted at this time or before, ms since 1970.
    pub to: Option<i64>,
    /// Of this list.
    pub list: Option<ListNo>,
    /// With this in the target or the note, in any case of letters.
    pub q: Option<String>,
}

impl Filter {
    /// For ?1 to ?7 of [`FILTER`].
    fn values(&self) -> [Value; 7] {
        [
            self.status.map(str::to_owned).into(),
            self.account.map(|it| it.0).into(),
            self.kind.map(|it| kind_word(it).to_owned()).into(),
            self.from.into(),
            self.to.into(),
            self.q.as_ref().map(|it| it.to_lowercase()).into(),
            self.list.map(|it| it.0).into(),
        ]
    }
}

/// What a filter lets through, of values ?1 to ?7.
const FILTER: &str = "WHERE (?1 IS NULL OR ?1 = iif(EXISTS (SELECT 1 FROM leases l
        WHERE l.task_id = tasks.task_id AND holds_no IS NOT NULL), 'running', status)
        OR ?1 = 'ended' AND status <> 'queued'
        OR ?1 = 'unsuccessful' AND status IN ('failed', 'interrupted')
        OR ?1 = iif(seq IS NULL, 'scheduled', 'waiting') AND status = 'queued'
        AND NOT EXISTS (SELECT 1 FROM leases l
            WHERE l.task_id = tasks.task_id AND holds_no IS NOT NULL))
    AND (?2 IS NULL OR account_no = ?2) AND (?3 IS NULL OR kind = ?3)
    AND (?4 IS NULL OR created_ts >= ?4) AND (?5 IS NULL OR created_ts <= ?5)
    AND (?6 IS NULL OR instr(target_key, ?6) > 0 OR instr(lower(note), ?6) > 0)
    AND (?7 IS NULL OR list_no = ?7) ";

/// A page of the tasks, the newest first: ids grow with time.
pub fn page(
    connection: &Connection,
    filter: &Filter,
    skip: u32,
    limit: u32,
) -> Result<Vec<TaskRow>> {
    let sql = [COLUMNS, FILTER, "ORDER BY task_id DESC LIMIT ?8 OFFSET ?9"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let page = [limit.into(), skip.into()];
    let values = params_from_iter(filter.values().into_iter().chain(page));
    let rows = statement.query_map(values, |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// How many tasks a filter lets through.
pub fn count(connection: &Connection, filter: &Filter) -> Result<u64> {
    let sql = ["SELECT count(*) FROM tasks ", FILTER].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let values = params_from_iter(filter.values());
    let found: i64 = statement.query_row(values, |row| row.get(0))?;
    Ok(found.unsigned_abs())
}

/// The tasks that a filter lets through and that stand as `takes` wants, the newest first; no more
/// than `most`.
pub fn select(
    connection: &Connection,
    filter: &Filter,
    takes: impl Fn(&str) -> bool,
    most: usize,
) -> Result<Vec<TaskId>> {
    let sql = [
        "SELECT task_id, iif(EXISTS (SELECT 1 FROM leases l
            WHERE l.task_id = tasks.task_id AND holds_no IS NOT NULL), 'running', status)
         FROM tasks ",
        FILTER,
        "ORDER BY task_id DESC",
    ]
    .concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(filter.values()))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if found.len() >= most {
            break;
        }
        if takes(row.get_ref(1)?.as_str().unwrap_or_default()) {
            found.push(TaskId(u128::from_be_bytes(row.get(0)?)));
        }
    }
    Ok(found)
}

/// The tasks of a list in the order of its rows, one after the other to `each`, until it fails.
pub fn each_of_list<E: From<StoreError>>(
    connection: &Connection,
    list: ListNo,
    mut each: impl FnMut(TaskRow) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let failed = |error| E::from(StoreError::from(error));
    let sql = [COLUMNS, "WHERE list_no = ?1 ORDER BY row_no, task_id"].concat();
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    let mut rows = statement.query([list.0]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        each(read(row)?)?;
    }
    Ok(())
}
