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
    /// Few wait among many that ended: they are looked for by their index.
    pub few_queued: bool,
}

impl Filter {
    /// For ?1 to ?6 of [`FILTER`].
    fn values(&self) -> [Value; 6] {
        [
            self.account.map(|it| it.0).into(),
            self.kind.map(|it| kind_word(it).to_owned()).into(),
            self.from.into(),
            self.to.into(),
            self.q.as_ref().map(|it| it.to_lowercase()).into(),
            self.list.map(|it| it.0).into(),
        ]
    }

    /// What a status means in the tables: whether a task runs is told by its lease. Written out for
    /// each, so that an index of those few that are meant can serve.
    fn status(&self) -> &'static str {
        match self.status {
            None => "TRUE",
            Some("running") => RUNNING,
            Some("queued") => "status = 'queued'",
            Some("waiting") => "status = 'queued' AND seq IS NOT NULL",
            Some("scheduled") => "status = 'queued' AND seq IS NULL",
            Some("unsuccessful") => "status IN ('failed', 'interrupted')",
            Some("failed") => "status IN ('failed', 'interrupted') AND status = 'failed'",
            Some("interrupted") => "status IN ('failed', 'interrupted') AND status = 'interrupted'",
            Some("completed") => "status = 'completed'",
            Some("cancelled") => "status = 'cancelled'",
            Some("ended") => "status <> 'queued'",
            Some(_) => "FALSE",
        }
    }

    /// From where, and what of it.
    fn sql(&self) -> String {
        let queued = matches!(self.status, Some("queued" | "waiting" | "scheduled"));
        let index = if queued && self.few_queued {
            " INDEXED BY tasks_by_target"
        } else {
            ""
        };
        let others = match self.status {
            None | Some("running") => String::new(),
            Some(_) => format!(" AND NOT {RUNNING}"),
        };
        // So written, the index of lists can serve.
        let list = match self.list {
            None => " AND ?6 IS NULL ",
            Some(_) => " AND list_no = ?6 ",
        };
        format!("{index} WHERE {}{others}{FILTER}{list}", self.status())
    }
}

/// Those that run, few as they are.
const RUNNING: &str = "task_id IN (SELECT task_id FROM leases WHERE holds_no IS NOT NULL)";

/// Those that failed or were interrupted are found among all that ended by an index of their own.
pub(in crate::store) const UNSUCCESSFUL: &str = "
CREATE INDEX tasks_unsuccessful ON tasks (task_id) WHERE status IN ('failed', 'interrupted');
";

/// What a filter lets through beside status and list, of values ?1 to ?5.
const FILTER: &str = " AND (?1 IS NULL OR account_no = ?1) AND (?2 IS NULL OR kind = ?2)
    AND (?3 IS NULL OR created_ts >= ?3) AND (?4 IS NULL OR created_ts <= ?4)
    AND (?5 IS NULL OR instr(target_key, ?5) > 0 OR instr(lower(note), ?5) > 0)";

/// A page of the tasks, the newest first: ids grow with time.
pub fn page(
    connection: &Connection,
    filter: &Filter,
    skip: u32,
    limit: u32,
) -> Result<Vec<TaskRow>> {
    let order = "ORDER BY task_id DESC LIMIT ?7 OFFSET ?8";
    let sql = [COLUMNS, &filter.sql(), order].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let page = [limit.into(), skip.into()];
    let values = params_from_iter(filter.values().into_iter().chain(page));
    let rows = statement.query_map(values, |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// How many tasks a filter lets through.
pub fn count(connection: &Connection, filter: &Filter) -> Result<u64> {
    let sql = ["SELECT count(*) FROM tasks", &filter.sql()].concat();
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
         FROM tasks",
        &filter.sql(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Durability, Store, World};

    /// How the tables are gone through for a page of a status, as SQLite plans it.
    fn plan(store: &Store, filter: &Filter) -> String {
        let order = "ORDER BY task_id DESC LIMIT ?7 OFFSET ?8";
        let sql = ["EXPLAIN QUERY PLAN ", COLUMNS, &filter.sql(), order].concat();
        let mut statement = store.connection().prepare(&sql).unwrap();
        let page = [Value::from(100), Value::from(0)];
        let values = params_from_iter(filter.values().into_iter().chain(page));
        let rows = statement.query_map(values, |row| row.get::<_, String>(3));
        let rows: Vec<String> = rows.unwrap().map(rusqlite::Result::unwrap).collect();
        rows.join("\n")
    }
    #[test]
    fn few_among_many_are_found_by_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signalbox.db");
        let store = Store::open(&path, World::Simulated, Durability::Normal).unwrap();
        let check = |filter: Filter, index: &str| {
            let plan = plan(&store, &filter);
            assert!(plan.contains(index), "{filter:?}: {plan}");
        };
        let of = |status| Filter {
            status: Some(status),
            few_queued: true,
            ..Filter::default()
        };
        for status in ["failed", "interrupted", "unsuccessful"] {
            check(of(status), "tasks_unsuccessful");
        }
        for status in ["queued", "waiting", "scheduled"] {
            check(of(status), "tasks_by_target");
        }
        check(of("running"), "PRIMARY KEY (task_id=?)");
        let list = Some(ListNo(0));
        let of_list = Filter {
            list,
            ..Filter::default()
        };
        check(of_list, "tasks_by_list");
    }
}
