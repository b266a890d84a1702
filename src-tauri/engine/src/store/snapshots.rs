//! Table `snapshots`: the core's state at one row of the journal, so that a start replays only
//! what came since.
//!
//! The journal is the truth and a snapshot a short cut to it: one that is not whole, of another
//! format, or that contradicts itself is passed over, and what is replayed is longer. Each lies
//! there in pieces that are written one by one, so that no turn of the loop is held up by it.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use signalbox_scheduler::{Chunk, Head, Restoring, State};

use super::{Result, StoreError};

/// Which layout the pieces have. A test tells when it has to be raised.
pub const FORMAT: u32 = 6;
/// Accounts, lists or tasks in a piece.
const PIECE: usize = 2_048;

/// One piece to write.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The row of the journal the snapshot is of.
    pub seq: i64,
    /// Its place, from 0.
    pub part: u32,
    /// How many there are, told with the last one: the snapshot is whole with it.
    pub whole: Option<u32>,
    /// The bytes.
    pub data: Vec<u8>,
}

/// The pieces of a state in their order, one after the other to `each`, until it says stop.
pub fn pieces(state: &State, seq: i64, mut each: impl FnMut(Piece) -> bool) -> Result<()> {
    let wrong = |error: postcard::Error| {
        StoreError::damaged(format!("a snapshot cannot be written: {error}"))
    };
    let mut last = Piece {
        seq,
        part: 0,
        whole: None,
        data: postcard::to_stdvec(&state.snapshot_head()).map_err(wrong)?,
    };
    for chunk in state.snapshot_chunks(PIECE) {
        let next = Piece {
            seq,
            part: last.part + 1,
            whole: None,
            data: postcard::to_stdvec(&chunk).map_err(wrong)?,
        };
        if !each(std::mem::replace(&mut last, next)) {
            return Ok(());
        }
    }
    last.whole = Some(last.part + 1);
    each(last);
    Ok(())
}

/// Writes a piece, and takes as much away of what an older snapshot has that none needs any more.
pub fn write(connection: &Connection, piece: &Piece) -> Result<()> {
    let sql = "DELETE FROM snapshots WHERE part = ?1 AND seq <
               (SELECT max(seq) FROM snapshots WHERE whole IS NOT NULL)";
    let mut outdated = connection.prepare_cached(sql)?;
    outdated.execute(params![piece.part])?;
    let sql = "INSERT OR REPLACE INTO snapshots (seq, part, format, whole, data)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![
        piece.seq,
        piece.part,
        FORMAT,
        piece.whole,
        piece.data
    ])?;
    if piece.whole.is_some() {
        // Snapshots that were longer, or broken off.
        let sql = "DELETE FROM snapshots WHERE seq < ?1 AND (part > ?2 OR seq NOT IN
                   (SELECT seq FROM snapshots WHERE whole IS NOT NULL))";
        connection
            .prepare_cached(sql)?
            .execute(params![piece.seq, piece.part])?;
    }
    Ok(())
}

/// The newest snapshot that can be used, with the row of the journal it is of.
pub fn newest(connection: &Connection) -> Result<Option<(State, i64)>> {
    let sql = "SELECT seq, whole FROM snapshots WHERE whole IS NOT NULL AND format = ?1
               AND seq <= (SELECT max(seq) FROM journal) ORDER BY seq DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(params![FORMAT], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(i64, u32)> = found.collect::<std::result::Result<_, _>>()?;
    for (seq, whole) in found {
        match restore(connection, seq, whole) {
            Ok(state) => return Ok(Some((state, seq))),
            Err(StoreError::Damaged { what }) => {
                tracing::warn!(seq, %what, "a snapshot is passed over");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn restore(connection: &Connection, seq: i64, whole: u32) -> Result<State> {
    let head: Head = piece(connection, seq, 0, |data| read(data))?;
    let wrong = |damaged: signalbox_scheduler::Damaged| StoreError::damaged(damaged.to_string());
    let mut restoring = Restoring::new(head).map_err(wrong)?;
    for part in 1..whole {
        let chunk: Chunk<'static> = piece(connection, seq, part, |data| read(data))?;
        restoring.add(chunk).map_err(wrong)?;
    }
    restoring.finish().map_err(wrong)
}

fn piece<T>(
    connection: &Connection,
    seq: i64,
    part: u32,
    read: impl FnOnce(&[u8]) -> Result<T>,
) -> Result<T> {
    let sql = "SELECT data FROM snapshots WHERE seq = ?1 AND part = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement
        .query_row(params![seq, part], |row| {
            Ok(read(row.get_ref(0)?.as_blob().unwrap_or_default()))
        })
        .optional()?;
    found.unwrap_or_else(|| Err(StoreError::damaged("a snapshot has a piece missing")))
}

fn read<'d, T: Deserialize<'d>>(data: &'d [u8]) -> Result<T> {
    postcard::from_bytes(data)
        .map_err(|error| StoreError::damaged(format!("a snapshot cannot be read: {error}")))
}
