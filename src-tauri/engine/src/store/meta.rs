//! Table `meta`: what is true of the data set as a whole.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, StoreError, World};

/// Reads a value.
pub fn get(connection: &Connection, key: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement
        .query_row(params![key], |row| row.get(0))
        .optional()?)
}

/// Writes a value.
pub fn set(connection: &Connection, key: &str, value: &str) -> Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2)
               ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    connection
        .prepare_cached(sql)?
        .execute(params![key, value])?;
    Ok(())
}

/// Takes a value away.
pub(super) fn remove(connection: &Connection, key: &str) -> Result<()> {
    connection.execute("DELETE FROM meta WHERE key = ?1", params![key])?;
    Ok(())
}

/// The world of a data set; `None` in one that was never opened for writing.
pub fn world(connection: &Connection) -> Result<Option<World>> {
    let Some(word) = get(connection, "world")? else {
        return Ok(None);
    };
    let unknown = || StoreError::damaged(format!("its world is “{word}”"));
    World::from_word(&word).map(Some).ok_or_else(unknown)
}

/// Makes a new data set belong to a world, for good, or checks that it does.
pub(super) fn claim_world(connection: &Connection, path: &Path, asked: World) -> Result<()> {
    match world(connection)? {
        None => set(connection, "world", asked.as_str()),
        Some(found) if found == asked => Ok(()),
        Some(found) => Err(StoreError::OtherWorld {
            path: path.to_owned(),
            found: found.as_str().to_owned(),
            asked: asked.as_str(),
        }),
    }
}
