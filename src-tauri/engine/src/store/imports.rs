//! Table `imports`: the histories of other programs that were taken whole. What table `imported`
//! has behind the last of them does not count.

use rusqlite::params;

use super::{Prepared, Result};

/// The table.
pub const SCHEMA: &str = "
CREATE TABLE imports (
    no   INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    -- Rows that were new.
    rows INTEGER NOT NULL,
    -- The last row of `imported` that came with it.
    upto INTEGER NOT NULL,
    who  TEXT NOT NULL,
    ts   INTEGER NOT NULL
) STRICT;
";

/// One import that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// The name of the file.
    pub name: String,
    /// Rows that were new.
    pub rows: u64,
    /// The last row of `imported` that came with it.
    pub upto: i64,
    /// Through which face: `cli`, `window`, `http`.
    pub who: &'static str,
    /// When, ms since 1970 UTC.
    pub ts: i64,
}

/// From now on the rows up to this import's last one count.
pub fn insert(tables: &Prepared<'_>, row: &ImportRow) -> Result<()> {
    let sql = "INSERT INTO imports (name, rows, upto, who, ts) VALUES (?1, ?2, ?3, ?4, ?5)";
    let rows = i64::try_from(row.rows).unwrap_or(i64::MAX);
    tables.execute(sql, params![row.name, rows, row.upto, row.who, row.ts])?;
    Ok(())
}
