//! The shift note: one text of the data set, in table `meta`.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{Result, StoreError, meta};

/// Its key in table `meta`.
const KEY: &str = "shift_note";

/// What one operator leaves for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftNote {
    /// What it says.
    pub text: String,
    /// When it was written, ms since 1970 UTC.
    pub ts: i64,
    /// Through which face: `window`, `http`, `cli`.
    pub who: String,
}

/// The note; `None`: none was ever written.
pub fn get(connection: &Connection) -> Result<Option<ShiftNote>> {
    let wrong = |_| StoreError::damaged("the shift note is no JSON");
    let text = meta::get(connection, KEY)?;
    text.map(|text| serde_json::from_str(&text).map_err(wrong))
        .transpose()
}

/// Writes it, in place of the one there was.
pub fn put(connection: &Connection, note: &ShiftNote) -> Result<()> {
    let wrong = |error| StoreError::damaged(format!("the shift note cannot be written: {error}"));
    let text = serde_json::to_string(note).map_err(wrong)?;
    meta::set(connection, KEY, &text)
}
