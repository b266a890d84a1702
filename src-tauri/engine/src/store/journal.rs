//! Table `journal`: the core's records, one row per turn of the loop, and the clocks it was taken at.

use rusqlite::{Connection, params};
use signalbox_scheduler::{Anchor, Now, Reading, Record, Settings, State, apply};

use super::{Prepared, Result, StoreError, snapshots};

/// Where a replay ended.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The state that all records together make.
    pub state: State,
    /// The number of the last row; 0 in a new data set.
    pub seq: i64,
    /// The clocks at the last row; `None` in a new data set.
    pub anchor: Option<Anchor>,
    /// Records that were applied; what a snapshot held is not among them.
    pub records: usize,
}

/// The records of one turn, as they will stand in one row: a list in JSON.
#[derive(Debug, Default)]
pub struct Entry {
    json: Vec<u8>,
    records: usize,
}

impl Entry {
    /// Adds a record at the end.
    pub fn add(&mut self, record: &Record) -> Result<()> {
        self.json.push(if self.records == 0 { b'[' } else { b',' });
        serde_json::to_writer(&mut self.json, record)
            .map_err(|error| StoreError::damaged(format!("a record cannot be written: {error}")))?;
        self.records += 1;
        Ok(())
    }

    /// How many records it has.
    #[expect(
        clippy::len_without_is_empty,
        reason = "an empty entry is no special thing"
    )]
    pub fn len(&self) -> usize {
        self.records
    }
}

/// Appends what one turn decided; that may be nothing, where only tables changed.
pub fn append(tables: &Prepared<'_>, seq: i64, anchor: &Anchor, entry: &mut Entry) -> Result<()> {
    if entry.records == 0 {
        entry.json.push(b'[');
    }
    entry.json.push(b']');
    let json = std::str::from_utf8(&entry.json)
        .map_err(|error| StoreError::damaged(format!("a record is no text: {error}")))?;
    let sql = "INSERT INTO journal (seq, at, shown, boot_id, boot_ms, ts, records)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    tables.execute(
        sql,
        params![
            seq,
            number(anchor.at)?,
            anchor.wall,
            anchor.reading.boot_id.to_be_bytes(),
            number(anchor.reading.boot_ms)?,
            anchor.reading.wall_ms,
            json,
        ],
    )?;
    Ok(())
}

/// Goes on with the newest snapshot, or an empty state with these settings, and applies every row
/// that came since.
pub fn replay(connection: &Connection, settings: Settings) -> Result<Replayed> {
    let (state, from) = match snapshots::newest(connection)? {
        Some(found) => found,
        None => (State::new(settings), 0),
    };
    let mut replayed = Replayed {
        state,
        seq: from,
        anchor: None,
        records: 0,
    };
    // The row the snapshot is of is read for its clocks alone.
    let sql = "SELECT seq, at, shown, boot_id, boot_ms, ts, records FROM journal
               WHERE seq >= ?1 ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![from])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let anchor = Anchor {
            reading: Reading {
                boot_id: u128::from_be_bytes(row.get(3)?),
                boot_ms: unsigned(row.get(4)?, seq)?,
                wall_ms: row.get(5)?,
            },
            at: unsigned(row.get(1)?, seq)?,
            wall: row.get(2)?,
        };
        replayed.anchor = Some(anchor);
        if seq == from {
            continue;
        }
        let records: Vec<Record> = serde_json::from_str(row.get_ref(6)?.as_str().unwrap_or(""))
            .map_err(|error| StoreError::damaged(format!("journal row {seq}: {error}")))?;
        let now = Now {
            at: anchor.at,
            wall: anchor.wall,
        };
        for record in &records {
            apply(&mut replayed.state, now, record);
        }
        replayed.records += records.len();
        replayed.seq = seq;
    }
    Ok(replayed)
}

fn number(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| StoreError::damaged("a time is out of range"))
}

fn unsigned(value: i64, seq: i64) -> Result<u64> {
    u64::try_from(value)
        .map_err(|_| StoreError::damaged(format!("journal row {seq}: a time is negative")))
}
