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
