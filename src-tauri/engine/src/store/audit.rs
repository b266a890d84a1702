//! Table `audit`: what operators ordered, with the order's own records. Kept for good.

use rusqlite::{Connection, params};
use serde_json::Value;

use super::Result;

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
