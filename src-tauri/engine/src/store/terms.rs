//! Table `terms`: what the core's numbers of locators and of app versions stand for.

use rusqlite::{Connection, params};

use super::Result;

/// The table, as format 4 makes it.
pub const SCHEMA: &str = "
CREATE TABLE terms (
    kind TEXT NOT NULL,
    no   INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (kind, no),
    UNIQUE (kind, name)
) STRICT, WITHOUT ROWID;
";

/// What a term is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A locator, by its name in the screens file.
    Locator,
    /// A version of the app, as phones tell it.
    AppVersion,
}

impl Kind {
    /// Both of them.
    pub const ALL: [Kind; 2] = [Kind::Locator, Kind::AppVersion];

    fn word(self) -> &'static str {
        match self {
            Self::Locator => "locator",
            Self::AppVersion => "app_version",
        }
    }
}

/// Gives a term a number.
pub fn insert(connection: &Connection, kind: Kind, no: u16, name: &str) -> Result<()> {
    let sql = "INSERT INTO terms (kind, no, name) VALUES (?1, ?2, ?3)";
    connection
        .prepare_cached(sql)?
        .execute(params![kind.word(), no, name])?;
    Ok(())
}

/// All terms of a kind, by number.
pub fn all(connection: &Connection, kind: Kind) -> Result<Vec<(u16, String)>> {
    let sql = "SELECT no, name FROM terms WHERE kind = ?1 ORDER BY no";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![kind.word()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
