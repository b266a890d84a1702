//! Table `settings`: what somebody set, one row per field. What is not here is as it is by default.

use rusqlite::{Connection, params};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Result, StoreError, meta};

/// The table. Values are JSON.
pub const SCHEMA: &str = "
CREATE TABLE settings (
    field TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The key of the seed in table `meta`.
const SEED: &str = "jitter_seed";

/// What was set so far, by field.
pub fn all(connection: &Connection) -> Result<Map<String, Value>> {
    let mut statement = connection.prepare_cached("SELECT field, value FROM settings")?;
    let mut rows = statement.query([])?;
    let mut fields = Map::new();
    while let Some(row) = rows.next()? {
        let text: String = row.get(1)?;
        let wrong = |_| StoreError::damaged("a setting is no JSON");
        let value: Value = serde_json::from_str(&text).map_err(wrong)?;
        fields.insert(row.get(0)?, value);
    }
    Ok(fields)
}

/// Writes a field.
pub fn put(connection: &Connection, field: &str, value: &Value) -> Result<()> {
    let sql = "INSERT INTO settings (field, value) VALUES (?1, ?2)
               ON CONFLICT (field) DO UPDATE SET value = excluded.value";
    let mut statement = connection.prepare_cached(sql)?;
    statement.execute(params![field, value.to_string()])?;
    Ok(())
}

/// The seed, once it is drawn.
pub fn drawn(connection: &Connection) -> Result<Option<u64>> {
    let wrong = |_| StoreError::damaged("the seed of the cooldowns is no number");
    let known = meta::get(connection, SEED)?;
    known.map(|text| text.parse().map_err(wrong)).transpose()
}

/// What the cooldowns of this data set are spread by: drawn once.
pub fn seed(connection: &Connection) -> Result<u64> {
    if let Some(known) = drawn(connection)? {
        return Ok(known);
    }
    // The half of such an id that is drawn.
    let (_, drawn) = Uuid::now_v7().as_u64_pair();
    meta::set(connection, SEED, &drawn.to_string())?;
    Ok(drawn)
}
