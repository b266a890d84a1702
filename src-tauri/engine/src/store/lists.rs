//! Table `lists`: every import, by the core's numbers.

use rusqlite::{Connection, OptionalExtension as _, params};
use signalbox_scheduler::ListNo;
use uuid::Uuid;

use super::Result;

/// One import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Its id for other programs.
    pub list_id: Uuid,
    /// The name of the file it came from.
    pub name: String,
    /// SHA-256 of its normalised rows.
    pub hash: [u8; 32],
    /// It only looks.
    pub rehearsal: bool,
    /// Tasks it has.
    pub tasks: u64,
    /// Who imported it: `cli`, `window`, `http`.
    pub who: String,
    /// When, ms since 1970 UTC.
    pub ts: i64,
}

/// Adds a list under the core's next number.
pub fn insert(connection: &Connection, no: ListNo, row: &ListRow) -> Result<()> {
    let sql = "INSERT INTO lists (no, list_id, name, hash, rehearsal, tasks, who, ts)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.prepare_cached(sql)?.execute(params![
        no.0,
        row.list_id.as_bytes(),
        row.name,
        row.hash,
        row.rehearsal,
        i64::try_from(row.tasks).unwrap_or(i64::MAX),
        row.who,
        row.ts
    ])?;
    Ok(())
}

/// All lists in the order of their numbers.
pub fn all(connection: &Connection) -> Result<Vec<ListRow>> {
    let sql = "SELECT list_id, name, hash, rehearsal, tasks, who, ts FROM lists ORDER BY no";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(ListRow {
            list_id: Uuid::from_bytes(row.get(0)?),
            name: row.get(1)?,
            hash: row.get(2)?,
            rehearsal: row.get(3)?,
            tasks: row.get::<_, i64>(4)?.unsigned_abs(),
            who: row.get(5)?,
            ts: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The number of a list by its id as text, if there is such a list.
pub fn number(connection: &Connection, list_id: &str) -> Result<Option<ListNo>> {
    let Ok(list_id) = Uuid::parse_str(list_id) else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached("SELECT no FROM lists WHERE list_id = ?1")?;
    let found = statement.query_row(params![list_id.as_bytes()], |row| row.get(0));
    Ok(found.optional()?.map(ListNo))
}
