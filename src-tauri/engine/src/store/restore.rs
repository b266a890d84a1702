//! Putting a backup in the place of the data set.
//!
//! A copy of it is made ready first: read through, brought to this format, replayed, and told that
//! it was restored. Only then, in one step, it takes the name of the data set, which stays beside
//! it under another. What was done between the two moments is unknown to the restored history, so
//! it begins paused: nothing starts before the operator says so.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB, params};
use serde::{Deserialize, Serialize};
use signalbox_scheduler::{Record, Scope, Settings};

use super::backups::{self, BackupError, Part, TAKEN, with_suffix};
use super::check::{self, Stop};
use super::{Durability, Prepared, Store, StoreError, World, journal, meta};
use crate::clock::{rfc3339, stamp};

/// Key in `meta`: the last restore, as JSON.
const RESTORED: &str = "restored";
/// How every database of SQLite begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Why a backup was not restored. The data set is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is no such file.
    #[error("There is no backup {}. `signalbox backup --list` names those there are.", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// Something else than a data set of ours.
    #[error("{} is no data set of Signalbox, so it is not restored. `signalbox backup --list` names the backups there are.", path.display())]
    NoDataSet {
        /// The file.
        path: PathBuf,
    },
    /// Its pages, or what is in them, contradict themselves.
    #[error("The backup {} is damaged ({what}), so it is not restored. Take another one; `signalbox backup --list` names them.", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// It is of the other kind of phones.
    #[error("The backup {} is a {} one and the data set a {} one, and simulated and live data are never mixed. Name the data directory it belongs to.", path.display(), found.as_str(), asked.as_str())]
    OtherWorld {
        /// The file.
        path: PathBuf,
        /// What it holds.
        found: World,
        /// What is there.
        asked: World,
    },
    /// Its format is unknown here, or the disk is full, or it could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The copy could not be made.
    #[error(transparent)]
    Copy(BackupError),
    /// The system refused.
    #[error("The data set {} could not be replaced: {source}. It is as it was; check the disk and your rights on the data directory.", path.display())]
    Io {
        /// The database.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl RestoreError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "backup_missing",
            Self::NoDataSet { .. } => "backup_no_data_set",
            Self::Damaged { .. } => "backup_damaged",
            Self::OtherWorld { .. } => "data_other_world",
            Self::Store(error) => error.code(),
            Self::Copy(error) => error.code(),
            Self::Io { .. } => "restore_write",
        }
    }

    /// An error of the store that was met in the backup: there, damage is the backup's.
    fn of(path: &Path, error: StoreError) -> Self {
        match error {
            StoreError::Damaged { what } => Self::damaged(path, what),
            error => Self::Store(error),
        }
    }

    fn damaged(path: &Path, what: String) -> Self {
        let path = path.to_owned();
        Self::Damaged { path, what }
    }
}

/// What the data set that was replaced knows of the time since the backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Follows, likes and comments done, or begun with an outcome nobody knows.
    pub acts: u64,
    /// Accounts that did them.
    pub accounts: u64,
    /// Tasks that ended.
    pub tasks_ended: u64,
    /// Tasks that were accepted.
    pub tasks_accepted: u64,
}

/// A backup that is in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The backup.
    pub file: PathBuf,
    /// Whose data it has.
    pub world: World,
    /// The moment it is of, ms since 1970 UTC.
    pub taken_ms: i64,
    /// Where the data set is now that was there; `None`: there was none.
    pub aside: Option<PathBuf>,
    /// What is not in the backup; `None`: that could not be read.
    pub lost: Option<Lost>,
}

/// What a restored data set knows of its restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The moment its history ends, ms since 1970 UTC.
    taken: i64,
    /// When it was put in its place.
    restored: i64,
    /// It was paused by that, and nobody has said since that it may go on.
    held: bool,
}

/// Puts the backup in the place of the database. The caller holds the data directory's lock.
/// `asked`: the world it must be of, beside that of the data set that is there.
pub fn restore(
    file: &Path,
    database: &Path,
    asked: Option<World>,
    now_ms: i64,
) -> Result<Restored, RestoreError> {
    if !file.is_file() {
        let path = file.to_owned();
        return Err(RestoreError::Missing { path });
    }
    backups::sweep(database.parent().unwrap_or(Path::new(".")));
    let part = Part::new(database).map_err(RestoreError::Copy)?;
    let world = copy(file, &part.0)?;
    let present = present(database)?;
    let there = present.as_ref().map(|(_, world)| *world);
    for asked in [asked, there].into_iter().flatten() {
        if asked != world {
            let (path, found) = (file.to_owned(), world);
            return Err(RestoreError::OtherWorld { path, found, asked });
        }
    }
    let taken_ms =
        prepare(&part.0, world, now_ms).map_err(|error| RestoreError::of(file, error))?;
    let lost = present.and_then(|(reader, _)| lost(&reader, taken_ms).ok());
    let aside = format!("signalbox-replaced-{}.db", stamp(now_ms));
    let aside = database.with_file_name(aside);
    let aside = replace(&part, database, &aside)
        .map(|kept| kept.then_some(aside))
        .map_err(|source| RestoreError::Io {
            path: database.to_owned(),
            source,
        })?;
    Ok(Restored {
        file: file.to_owned(),
        world,
        taken_ms,
        aside,
        lost,
    })
}

/// The data set that is to be replaced, where it can be read. One of a newer format is refused:
/// who put it there uses a newer version.
fn present(database: &Path) -> Result<Option<(Connection, World)>, RestoreError> {
    if !database.exists() {
        return Ok(None);
    }
    let reader = match Store::reader(database) {
        Ok(reader) => reader,
        Err(error @ StoreError::Newer { .. }) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    let world = meta::world(&reader).ok().flatten();
    Ok(world.map(|world| (reader, world)))
}

/// Copies the backup, and gives its world.
fn copy(file: &Path, part: &Path) -> Result<World, RestoreError> {
    let no_data_set = || RestoreError::NoDataSet {
        path: file.to_owned(),
    };
    let mut begin = Vec::with_capacity(MAGIC.len());
    File::open(file)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut begin))
        .map_err(|source| RestoreError::Copy(BackupError::io(file, source)))?;
    if begin != MAGIC {
        return Err(no_data_set());
    }
    let of = |error| RestoreError::of(file, error);
    let source = Store::reader(file).map_err(of)?;
    let moment = source.unchecked_transaction().map_err(StoreError::from)?;
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'
               AND name IN ('meta', 'journal', 'tasks', 'interactions')";
    let tables: i64 = moment
        .query_row(sql, [], |row| row.get(0))
        .map_err(|error| of(error.into()))?;
    let world = if tables == 4 {
        meta::world(&moment).map_err(of)?
    } else {
        None
    };
    let world = world.ok_or_else(no_data_set)?;
    match backups::copy(&moment, part, &Stop::default()) {
        Ok(()) => Ok(world),
        Err(BackupError::Store(error)) => Err(of(error)),
        Err(error) => Err(RestoreError::Copy(error)),
    }
}

/// Makes the copy ready: sound, of this format, replayed, paused, one file. Gives the moment its
/// history ends.
fn prepare(part: &Path, world: World, now_ms: i64) -> super::Result<i64> {
    let mut connection = backups::writable(part)?;
    let found = check::quick(&mut connection, &Stop::default())?;
    drop(connection);
    if let Some(found) = found.filter(|found| !found.is_empty()) {
        return Err(StoreError::damaged(found.join("; ")));
    }
    let mut store = Store::open(part, world, Durability::Full)?;
    let settings = match world {
        World::Live => Settings::live(),
        World::Simulated => Settings::simulated(),
    };
    let replayed = journal::replay(store.connection(), settings)?;
    let last = replayed.anchor.map(|anchor| anchor.reading.wall_ms);
    let taken = meta::get(store.connection(), TAKEN)?;
    let taken = taken.and_then(|text| text.parse().ok());
    let taken = taken.or(last).unwrap_or(now_ms);
    let transaction = store.begin()?;
    meta::remove(&transaction, TAKEN)?;
    if let Some(anchor) = replayed.anchor {
        let mut entry = journal::Entry::default();
        entry.add(&Record::Paused(Scope::All))?;
        journal::append(
            &Prepared::new(&transaction),
            replayed.seq + 1,
            &anchor,
            &mut entry,
        )?;
    }
    let mark = Mark {
        taken,
        restored: now_ms,
        held: replayed.anchor.is_some(),
    };
    set_mark(&transaction, mark)?;
    transaction.commit()?;
    store.into_one_file()?;
    Ok(taken)
}

/// What the data set knows that the backup does not.
fn lost(reader: &Connection, since: i64) -> super::Result<Lost> {
    let count = |sql: &str| {
        let found = reader.query_row(sql, params![since], |row| row.get::<_, i64>(0));
        found.map(i64::unsigned_abs)
    };
    Ok(Lost {
        acts: count("SELECT count(*) FROM intents WHERE ts > ?1 AND done IS NOT 0")?,
        accounts: count(
            "SELECT count(DISTINCT account_no) FROM intents WHERE ts > ?1 AND done IS NOT 0",
        )?,
        tasks_ended: count("SELECT count(*) FROM tasks WHERE ended_ts > ?1 AND created_ts <= ?1")?,
        tasks_accepted: count("SELECT count(*) FROM tasks WHERE created_ts > ?1")?,
    })
}

/// The step itself. At no moment is there no database, nor one beside the log of another: SQLite
/// would play that log into it. Gives whether there was one to keep.
fn replace(part: &Part, database: &Path, aside: &Path) -> io::Result<bool> {
    let dir = database.parent().unwrap_or(Path::new("."));
    let sync = || File::open(dir)?.sync_all();
    let was = database.exists();
    if was {
        settle(database);
    }
    for suffix in ["", "-wal"] {
        let from = with_suffix(database, suffix);
        if from.exists() {
            keep(&from, &with_suffix(aside, suffix))?;
        }
    }
    sync()?;
    for suffix in ["-wal", "-shm"] {
        match fs::remove_file(with_suffix(database, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    sync()?;
    part.becomes(database)?;
    sync()?;
    Ok(was)
}

/// Brings what stands in the log alone into the old database: were the step cut off in the middle,
/// what is there would otherwise look whole and lack what was committed last. Where that cannot be
/// done the file is damaged, and goes aside with its log.
fn settle(database: &Path) {
    let settled = backups::writable(database).and_then(|connection| {
        connection.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::TRUNCATE)
    });
    if let Err(error) = settled {
        tracing::debug!(%error, "the data set goes aside with its log");
    }
}

/// The same file under a second name; where the disk knows no second names, a copy.
fn keep(from: &Path, to: &Path) -> io::Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

fn set_mark(connection: &Connection, mark: Mark) -> super::Result<()> {
    let text = serde_json::to_string(&mark)
        .map_err(|error| StoreError::damaged(format!("a restore cannot be told: {error}")))?;
    meta::set(connection, RESTORED, &text)
}

fn mark(connection: &Connection) -> super::Result<Option<Mark>> {
    let text = meta::get(connection, RESTORED)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Why nothing starts, in a data set that was paused by its restore; `None`: it was not, or the
/// operator let it go on.
pub fn held(connection: &Connection) -> super::Result<Option<String>> {
    let held = mark(connection)?.filter(|mark| mark.held);
    Ok(held.map(|mark| {
        format!(
            "This data set was restored from a backup, and what was done since {} is not known to \
             it, so nothing starts by itself. Look at what waits, then go on with --resume, or \
             with Start in the window.",
            rfc3339(mark.taken)
        )
    }))
}

/// The operator lets the data set go on.
pub fn release(connection: &Connection) -> super::Result<()> {
    match mark(connection)? {
        Some(mark) if mark.held => set_mark(
            connection,
            Mark {
                held: false,
                ..mark
            },
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
