//! Table `audit`: what operators ordered, with the order's own records. Kept for good.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use serde_json::Value;

use super::{Result, StoreError};

/// The table. `before` and `after` are JSON: the facts that the order changed.
pub const SCHEMA: &str = "
CREATE TABLE audit (
    seq          INTEGER PRIMARY KEY,
    ts           INTEGER NOT NULL,
    who          TEXT NOT NULL,
    action       TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject      TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    why          TEXT,
    before       TEXT NOT NULL,
    after        TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, seq);
";

/// What an order was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `system`, `account`, `device`, `list`, `task`, `settings`, `template` ...
    pub kind: &'static str,
    /// Its id for other programs; empty where the kind says all.
    pub id: String,
    /// What people call it; empty where that is its id.
    pub name: String,
}

impl Subject {
    /// Something of this kind and id.
    pub fn new(kind: &'static str, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            name: String::new(),
        }
    }

    /// With what people call it.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The engine as a whole.
    pub fn system() -> Self {
        Self::new("system", "")
    }
}

/// What an order did.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// A stable word of the form `noun.verb`: `task.cancel`, `account.unsuspend`.
    pub action: &'static str,
    /// What it was about.
    pub subject: Subject,
    /// The facts that it changed as they were; null where there was nothing.
    pub before: Value,
    /// The same facts as they are now; null where there is nothing any more.
    pub after: Value,
}

impl Entry {
    /// An order that changed these facts, and how they were.
    pub fn new(action: &'static str, subject: Subject, before: Value, after: Value) -> Self {
        Self {
            action,
            subject,
            before,
            after,
        }
    }
}

/// Adds a row: at `ts`, ms since 1970, the face `who` ordered this, because of `why`.
pub fn insert(
    connection: &Connection,
    ts: i64,
    who: &str,
    why: Option<&str>,
    entry: &Entry,
) -> Result<()> {
    let sql = "INSERT INTO audit (ts, who, action, subject_kind, subject, subject_name, why,
                   before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    connection.prepare_cached(sql)?.execute(params![
        ts,
        who,
        entry.action,
        entry.subject.kind,
        entry.subject.id,
        entry.subject.name,
        why,
        entry.before.to_string(),
        entry.after.to_string(),
    ])?;
    Ok(())
}

/// Which rows to read. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Ordered at this time or later, ms since 1970.
    pub from: Option<i64>,
    /// Ordered at this time or before.
    pub to: Option<i64>,
    /// The word of the face.
    pub who: Option<&'static str>,
    /// The word for what was ordered.
    pub action: Option<String>,
    /// The id of what it was about.
    pub subject: Option<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// Its place in the audit.
    pub seq: i64,
    /// When, ms since 1970.
    pub ts: i64,
    /// `window`, `http`, `cli`.
    pub who: String,
    /// `noun.verb`.
    pub action: String,
    /// Kind of what it was about.
    pub subject_kind: String,
    /// Its id.
    pub subject: String,
    /// What it is called.
    pub subject_name: String,
    /// Why, where it was said.
    pub why: Option<String>,
    /// The facts before, as JSON.
    pub before: String,
    /// The facts after, as JSON.
    pub after: String,
}

const COLUMNS: &str = "SELECT seq, ts, who, action, subject_kind, subject, subject_name, why, \
    before, after FROM audit ";
const WHERE: &str = "WHERE seq < ?1 AND (?2 IS NULL OR ts >= ?2) AND (?3 IS NULL OR ts <= ?3) \
    AND (?4 IS NULL OR who = ?4) AND (?5 IS NULL OR action = ?5) ";

impl Filter {
    /// What is about one thing is found by its index.
    fn condition(&self) -> &'static str {
        match self.subject {
            None => "AND ?6 IS NULL ",
            Some(_) => "AND subject = ?6 ",
        }
    }

    fn query<T>(
        &self,
        connection: &Connection,
        [before, limit]: [i64; 2],
        mut each: impl FnMut(AuditRow) -> std::result::Result<(), T>,
    ) -> Result<std::result::Result<(), T>> {
        let order = "ORDER BY seq DESC LIMIT ?7";
        let sql = [COLUMNS, WHERE, self.condition(), order].concat();
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![
            before,
            self.from,
            self.to,
            self.who,
            self.action,
            self.subject,
            limit
        ])?;
        while let Some(row) = rows.next()? {
            let row = read(row).map_err(|error| StoreError::damaged(format!("audit: {error}")))?;
            if let Err(stopped) = each(row) {
                return Ok(Err(stopped));
            }
        }
        Ok(Ok(()))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        seq: row.get(0)?,
        ts: row.get(1)?,
        who: row.get(2)?,
        action: row.get(3)?,
        subject_kind: row.get(4)?,
        subject: row.get(5)?,
        subject_name: row.get(6)?,
        why: row.get(7)?,
        before: row.get(8)?,
        after: row.get(9)?,
    })
}

/// How many orders came through each face since a time, ms since 1970.
pub fn sums(connection: &Connection, from: i64) -> Result<BTreeMap<String, u64>> {
    let sql = "SELECT who, count(*) FROM audit WHERE ts >= ?1 GROUP BY who";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([from], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// At most `limit` rows before the one numbered `before`, the newest first.
pub fn page(
    connection: &Connection,
    filter: &Filter,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditRow>> {
    let mut rows = Vec::new();
    let found = filter.query(
        connection,
        [before.unwrap_or(i64::MAX), limit.into()],
        |row| {
            rows.push(row);
            Ok::<_, std::convert::Infallible>(())
        },
    );
    found.map(|_| rows)
}

/// All rows, the newest first, one after the other to `each`, until it says stop.
pub fn each<T>(
    connection: &Connection,
    filter: &Filter,
    each: impl FnMut(AuditRow) -> std::result::Result<(), T>,
) -> Result<std::result::Result<(), T>> {
    filter.query(connection, [i64::MAX, -1], each)
}
