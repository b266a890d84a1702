//! Table `phones`: the phones that were ever seen, by the core's numbers.

use rusqlite::{Connection, params};
use signalbox_phone::Udid;
use signalbox_scheduler::PhoneNo;

use super::Result;

/// What is known of a phone besides its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneRow {
    /// Its serial.
    pub udid: Udid,
    /// The name its owner gave it.
    pub name: String,
    /// For example `iPhone14,5`.
    pub model: String,
    /// Version of iOS.
    pub ios: String,
}

impl PhoneRow {
    /// A phone of which only the serial is known.
    pub fn unseen(udid: Udid) -> Self {
        Self {
            udid,
            name: String::new(),
            model: String::new(),
            ios: String::new(),
        }
    }

    /// What to call it in front of a person.
    pub fn title(&self) -> &str {
        if self.name.is_empty() {
            self.udid.reveal()
        } else {
            &self.name
        }
    }
}

/// What the operator says of a phone, beside what it says of itself.
pub const SCHEMA: &str = "
ALTER TABLE phones ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE phones ADD COLUMN slot TEXT NOT NULL DEFAULT '';
ALTER TABLE phones ADD COLUMN grouping TEXT NOT NULL DEFAULT '';
ALTER TABLE phones ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE phones ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
";

/// What the operator says of a phone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhoneMark {
    /// A name for people, before the one its owner gave it.
    pub label: String,
    /// Where it lies or hangs.
    pub slot: String,
    /// A group for people.
    pub group: String,
    /// A note for people.
    pub note: String,
    /// It is not listed until it is plugged in again.
    pub forgotten: bool,
}

/// Writes what the operator says of a phone.
pub fn mark(connection: &Connection, no: PhoneNo, mark: &PhoneMark) -> Result<()> {
    let sql = "UPDATE phones SET label = ?2, slot = ?3, grouping = ?4, note = ?5, forgotten = ?6
               WHERE no = ?1";
    connection.prepare_cached(sql)?.execute(params![
        no.0,
        mark.label,
        mark.slot,
        mark.group,
        mark.note,
        mark.forgotten
    ])?;
    Ok(())
}

/// What the operator says of all phones, in the order of their numbers.
pub fn marks(connection: &Connection) -> Result<Vec<PhoneMark>> {
    let sql = "SELECT label, slot, grouping, note, forgotten FROM phones ORDER BY no";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(PhoneMark {
            label: row.get(0)?,
            slot: row.get(1)?,
            group: row.get(2)?,
            note: row.get(3)?,
            forgotten: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Writes the facts of a phone, known or new.
pub fn put(connection: &Connection, no: PhoneNo, row: &PhoneRow) -> Result<()> {
    let sql = "INSERT INTO phones (no, udid, name, model, ios) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (no) DO UPDATE
               SET name = excluded.name, model = excluded.model, ios = excluded.ios";
    connection.prepare_cached(sql)?.execute(params![
        no.0,
        row.udid.reveal(),
        row.name,
        row.model,
        row.ios
    ])?;
    Ok(())
}

/// All phones in the order of their numbers.
pub fn all(connection: &Connection) -> Result<Vec<PhoneRow>> {
    let sql = "SELECT udid, name, model, ios FROM phones ORDER BY no";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(PhoneRow {
            udid: Udid::new(row.get::<_, String>(0)?),
            name: row.get(1)?,
            model: row.get(2)?,
            ios: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
