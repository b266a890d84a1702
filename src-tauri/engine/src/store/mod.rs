//! What is durable: one SQLite file per data set, one file of this room per table (DESIGN §6).
//!
//! One connection writes, on the loop's own thread; readers have read-only ones. A journal of the
//! core's records and the tables that mirror it change in the same transaction, so that replaying
//! the journal gives what memory and the tables show (P9).

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod backups;
pub mod check;
mod checkpoint;
pub mod day;
pub mod filing;
pub mod imported;
pub mod imports;
pub mod intents;
pub mod interactions;
pub mod jobs;
pub mod journal;
pub mod keys;
pub mod latencies;
pub mod lists;
pub mod meta;
pub mod mirror;
pub mod phones;
mod prepared;
pub mod restore;
pub mod retention;
pub mod roll;
pub mod schema;
pub mod series;
pub mod settings;
pub mod shift_note;
pub mod snapshots;
pub mod standing;
pub mod task_log;
pub mod tasks;
pub mod templates;
pub mod terms;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use checkpoint::Checkpoints;
pub use prepared::Prepared;

/// Whether a data set belongs to simulated or to real phones. For good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Simulated iPhones.
    Simulated,
    /// Real iPhones.
    Live,
}

impl World {
    /// The word in the meta table, in file names and on the badge.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulation",
            Self::Live => "live",
        }
    }

    /// The world that such a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        let mut worlds = [Self::Simulated, Self::Live].into_iter();
        worlds.find(|world| world.as_str() == word)
    }
}

/// How sure a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// Survives a power cut.
    #[default]
    Full,
    /// Survives a kill, not a power cut.
    Normal,
}

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk, or the room the data set may take, is full.
    #[error(
        "The disk is full, so nothing can be saved. Free some space; Signalbox goes on by itself."
    )]
    DiskFull,
    /// The file was written by a newer version.
    #[error(
        "The data set {path} was written by a newer Signalbox (format {found}, this one knows {known}). Update Signalbox, or name another data directory."
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format this version knows.
        known: i64,
    },
    /// The data set is of the other kind.
    #[error(
        "The data set {path} is a {found} one, and simulated and live data are never mixed. Name another data directory for a {asked} one."
    )]
    OtherWorld {
        /// The file.
        path: PathBuf,
        /// What it holds.
        found: String,
        /// What was asked for.
        asked: &'static str,
    },
    /// A row that the tables cannot hold by their own rules.
    #[error("The data set is damaged: {what}. Restore a backup, or export what can be read.")]
    Damaged {
        /// Which row, and how.
        what: String,
    },
    /// Anything else SQLite says.
    #[error(
        "The data set could not be read or written: {0}. Check the disk and the rights on the data directory."
    )]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// The stable code shown by every face of the engine.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DiskFull => "disk_full",
            Self::Newer { .. } => "data_newer",
            Self::OtherWorld { .. } => "data_other_world",
            Self::Damaged { .. } => "data_damaged",
            Self::Sqlite(_) => "store",
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::damaged(error.to_string())
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// The result of every store call.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Statements kept prepared on the writing connection.
const STATEMENTS_KEPT: usize = 64;
/// What a probe writes: more than the slack of a page, so that it needs room as work does.
const PROBE_BYTES: usize = 16 << 10;
/// How long a reader waits for a checkpoint to finish.
const BUSY_LIMIT: Duration = Duration::from_secs(5);

/// The writing side of one data set.
pub struct Store {
    connection: Connection,
    checkpoints: Checkpoints,
    path: PathBuf,
}

impl Store {
    /// Opens or makes the data set, brings it to the newest format, and checks that it is of the
    /// world asked for. The caller holds the data directory's lock.
    pub fn open(path: &Path, world: World, durability: Durability) -> Result<Self> {
        let mut connection = Connection::open(path)?;
        configure(&connection, durability)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        schema::migrate(&mut connection, path)?;
        meta::claim_world(&connection, path, world)?;
        let checkpoints = Checkpoints::begin(&mut connection, path, durability)?;
        Ok(Self {
            connection,
            checkpoints,
            path: path.to_owned(),
        })
    }

    /// A read-only connection to a data set, for queries that run beside the writer.
    pub fn reader(path: &Path) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_LIMIT)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        schema::check_known(&connection, path)?;
        Ok(connection)
    }

    /// Where the data set is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes commits from the next one on so sure, and copies of the log.
    pub fn set_durability(&mut self, durability: Durability) -> Result<()> {
        set_durability(&self.connection, durability)?;
        self.checkpoints.end(&mut self.connection);
        self.checkpoints = Checkpoints::begin(&mut self.connection, &self.path, durability)?;
        Ok(())
    }

    /// Begins the one transaction of a batch.
    pub fn begin(&mut self) -> Result<rusqlite::Transaction<'_>> {
        Ok(self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// The writing connection, for reads between batches.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Closes the data set so that all of it is in the one file, without a log beside it.
    pub fn into_one_file(mut self) -> Result<()> {
        // The mode can only be changed by the last connection.
        self.checkpoints.end(&mut self.connection);
        self.connection
            .pragma_update(None, "journal_mode", "delete")?;
        Ok(())
    }

    /// Empties a simulated data set. Its format and world stay.
    pub fn clear(&mut self) -> Result<()> {
        let transaction = self.begin()?;
        schema::clear(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// Writes and commits a little, to see whether that is possible again.
    pub fn probe(&mut self) -> Result<()> {
        let transaction = self.begin()?;
        meta::set(&transaction, "probe", "")?;
        meta::set(&transaction, "probe", &"x".repeat(PROBE_BYTES))?;
        transaction.commit()?;
        Ok(())
    }

    /// Bounds the file to this many pages of 4 KiB: the way tests fill the disk.
    pub fn limit_pages(&self, pages: u32) -> Result<()> {
        self.connection
            .pragma_update(None, "max_page_count", pages)?;
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.checkpoints.end(&mut self.connection);
    }
}

fn configure(connection: &Connection, durability: Durability) -> Result<()> {
    connection.busy_timeout(BUSY_LIMIT)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    set_durability(connection, durability)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // A step may make tables anew that others refer to; and a row's account, phone and list are
    // numbers the core gave, so that looking them up with each row could only find a fault of the
    // program's own. The tests look, over whole files.
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(())
}

/// How sure commits and copies of the log are.
fn set_durability(connection: &Connection, durability: Durability) -> Result<()> {
    let synchronous = match durability {
        Durability::Full => "full",
        Durability::Normal => "normal",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // On macOS fsync leaves the data in the drive's cache; elsewhere these do nothing.
    connection.pragma_update(None, "fullfsync", durability == Durability::Full)?;
    connection.pragma_update(None, "checkpoint_fullfsync", durability == Durability::Full)?;
    Ok(())
}
