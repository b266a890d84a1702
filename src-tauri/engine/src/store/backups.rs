//! Backups: whole copies of the data set, made beside the engine that works with it.
//!
//! A copy is made page by page through SQLite's backup API, within one read transaction of a
//! connection of its own: in WAL mode that keeps no writer waiting, and what is copied is of one
//! moment however much is written meanwhile. The file has its name only once it is whole: copied,
//! read through and found sound, and on the disk. It needs no second file beside it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::StepResult;
use rusqlite::{Connection, OpenFlags};

use super::check::{self, Stop};
use super::{BUSY_LIMIT, Store, StoreError, World, meta};
use crate::clock::{from_stamp, rfc3339, stamp};

/// Daily backups that are kept.
pub const KEPT: usize = 7;
/// How old the newest daily backup may be, ms.
pub const EVERY_MS: i64 = 24 * 3_600_000;
/// Key in `meta` of a backup: the moment it is of, ms since 1970 UTC.
pub(super) const TAKEN: &str = "backup_taken";

/// Pages copied at once: 1 MiB.
const STEP_PAGES: i32 = 256;
/// How long the disk is left to the engine between two steps.
const STEP_PAUSE: Duration = Duration::from_millis(2);
/// Steps after which they are put on the disk: one long sync at the end would be what the engine's
/// own commits wait for.
const STEPS_A_SYNC: u32 = 32;
/// Room that a backup leaves on the disk for the engine, in bytes.
const ROOM_LEFT: u64 = 64 << 20;
/// What stands behind the name of a backup that somebody asked for.
const ASKED: &str = "-asked";

/// What went wrong with a backup. There is none, and those before it stay.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to copy.
    #[error("There is no data set at {}. Name another data directory.", path.display())]
    Nothing {
        /// The database that was looked for.
        path: PathBuf,
    },
    /// The file is there already.
    #[error("{} is there already, and a backup replaces nothing. Name another file.", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The engine could be left without room.
    #[error(
        "The disk has too little room for a backup: it needs {} MB. Free some space, or back up to another disk.", needed >> 20
    )]
    NoRoom {
        /// Bytes needed.
        needed: u64,
    },
    /// The copy, and so the data set or the disk, is damaged.
    #[error(
        "The backup was given up: the copy is damaged ({}). Run `signalbox doctor`; if the data set is sound, the disk of the backups is not.", found.join("; ")
    )]
    Damaged {
        /// What SQLite found.
        found: Vec<String>,
    },
    /// The engine is ending.
    #[error("The backup was given up because Signalbox is ending. It is made at the next start.")]
    Stopped,
    /// The data set could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system refused.
    #[error("The backup {} cannot be read or written: {source}. Check the disk and your rights on it.", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl BackupError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing { .. } => "no_data_set",
            Self::Exists { .. } => "backup_exists",
            Self::NoRoom { .. } => "disk_full",
            Self::Damaged { .. } => "backup_damaged",
            Self::Stopped => "engine_stopping",
            Self::Store(error) => error.code(),
            Self::Io { .. } => "backup_unusable",
        }
    }

    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self::Io { path, source }
    }
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// The moment it is of, ms since 1970 UTC.
    pub taken_ms: i64,
    /// Whose data it has.
    pub world: World,
    /// Made by itself, as one is each day.
    pub daily: bool,
    /// How large it is.
    pub bytes: u64,
}

impl Backup {
    /// Its file's name.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }
}

/// Where a backup goes.
#[derive(Debug, Clone, Copy)]
pub enum Place<'p> {
    /// Into the directory of backups, as the day's; the oldest beyond [`KEPT`] goes.
    Daily(&'p Path),
    /// Into the directory of backups, and it stays until somebody deletes it.
    Asked(&'p Path),
    /// To this file.
    File(&'p Path),
}

/// The backups in a directory, oldest first. What else lies there is left alone.
pub fn list(dir: &Path) -> Vec<Backup> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut found: Vec<Backup> = entries
        .filter_map(|entry| {
            let (world, taken_ms, daily) = parse(entry.file_name().to_str()?)?;
            let path = entry.path();
            let bytes = entry.metadata().ok().filter(fs::Metadata::is_file)?.len();
            Some(Backup {
                path,
                taken_ms,
                world,
                daily,
                bytes,
            })
        })
        .collect();
    found.sort_by(|a, b| (a.taken_ms, &a.path).cmp(&(b.taken_ms, &b.path)));
    found
}

/// Milliseconds until the next daily backup is due; 0: now. One from the future, made while the
/// clock was wrong, does not count.
pub fn due_in(dir: &Path, now_ms: i64) -> i64 {
    let daily = list(dir).into_iter().filter(|backup| backup.daily);
    let ages = daily.map(|backup| now_ms.saturating_sub(backup.taken_ms));
    let youngest = ages.filter(|age| (0..EVERY_MS).contains(age)).min();
    youngest.map_or(0, |age| EVERY_MS - age)
}

/// Makes a backup of the database. `stop` gives it up.
pub fn take(
    database: &Path,
    place: Place<'_>,
    now_ms: i64,
    stop: &Stop,
) -> Result<Backup, BackupError> {
    if !database.exists() {
        let path = database.to_owned();
        return Err(BackupError::Nothing { path });
    }
    let source = Store::reader(database)?;
    let nothing = || BackupError::Nothing {
        path: database.to_owned(),
    };
    // Held to the end: the copy is of this moment.
    let moment = source.unchecked_transaction()?;
    let world = meta::world(&moment)?.ok_or_else(nothing)?;
    let path = match place {
        Place::Daily(dir) => dir.join(name(world, now_ms, "")),
        Place::Asked(dir) => dir.join(name(world, now_ms, ASKED)),
        Place::File(path) => path.to_owned(),
    };
    if fs::symlink_metadata(&path).is_ok() {
        return Err(BackupError::Exists { path });
    }
    let dir = path.parent().filter(|dir| *dir != Path::new(""));
    let dir = dir.unwrap_or(Path::new("."));
    if let Place::Daily(dir) | Place::Asked(dir) = place {
        sweep(dir);
    }
    room(&moment, dir)?;
    let part = Part::new(&path)?;
    copy(&moment, &part.0, stop)?;
    drop(moment);
    finish(&part.0, now_ms, stop)?;
    part.becomes(&path)
        .and_then(|()| File::open(dir)?.sync_all())
        .map_err(|source| BackupError::io(&path, source))?;
    if let Place::Daily(dir) = place {
        prune(dir, world, &path);
    }
    let bytes = fs::metadata(&path).map_or(0, |file| file.len());
    Ok(Backup {
        path,
        taken_ms: now_ms,
        world,
        daily: matches!(place, Place::Daily(_)),
        bytes,
    })
}

/// A file under its temporary name. What is not whole does not stay.
pub(super) struct Part(pub(super) PathBuf);

impl Part {
    /// A new one beside the file that it is to become, for the owner alone.
    pub(super) fn new(path: &Path) -> Result<Self, BackupError> {
        let mut part = path.as_os_str().to_owned();
        part.push(format!(".{}{PART}", std::process::id()));
        let part = PathBuf::from(part);
        // Never through a link that somebody put there.
        let _ = fs::remove_file(&part);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part)
            .map_err(|source| BackupError::io(path, source))?;
        Ok(Self(part))
    }

    /// It is whole: it is put on the disk, and takes its name.
    pub(super) fn becomes(&self, path: &Path) -> io::Result<()> {
        File::open(&self.0)?.sync_all()?;
        fs::rename(&self.0, path)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let _ = fs::remove_file(with_suffix(&self.0, suffix));
        }
    }
}

/// The ending of a temporary name.
const PART: &str = ".part";

/// A path with something behind it, as SQLite names its side files.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Copies the database as a transaction sees it into a file that is there and empty.
pub(super) fn copy(source: &Connection, to: &Path, stop: &Stop) -> Result<(), BackupError> {
    let mut to_connection = writable(to)?;
    // It counts only once it is synced as a whole.
    to_connection.pragma_update(None, "synchronous", "off")?;
    let disk = File::open(to).map_err(|source| BackupError::io(to, source))?;
    let backup = rusqlite::backup::Backup::new(source, &mut to_connection)?;
    for step in 1u32.. {
        match backup.step(STEP_PAGES)? {
            StepResult::Done => break,
            _ if stop.pause(STEP_PAUSE) => return Err(BackupError::Stopped),
            _ => {}
        }
        if step % STEPS_A_SYNC == 0 {
            disk.sync_data()
                .map_err(|source| BackupError::io(to, source))?;
        }
    }
    drop(backup);
    Ok(())
}

/// Makes the copy a file of its own, writes into it of which moment it is, and reads it through.
fn finish(part: &Path, now_ms: i64, stop: &Stop) -> Result<(), BackupError> {
    let mut copy = writable(part)?;
    let sound = copy
        .pragma_update(None, "journal_mode", "delete")
        .map_err(StoreError::from)
        .and_then(|()| meta::set(&copy, TAKEN, &now_ms.to_string()))
        .and_then(|()| check::quick(&mut copy, stop));
    let found = match sound {
        Ok(found) => found.ok_or(BackupError::Stopped)?,
        Err(StoreError::Damaged { what }) => vec![what],
        Err(error) => return Err(error.into()),
    };
    if !found.is_empty() {
        return Err(BackupError::Damaged { found });
    }
    copy.close().map_err(|(_, error)| error)?;
    Ok(())
}

pub(super) fn writable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_LIMIT)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// A backup must not be what fills the disk under the engine.
fn room(source: &Connection, dir: &Path) -> Result<(), BackupError> {
    let pragma = |sql| source.query_row(sql, [], |row| row.get::<_, i64>(0));
    let bytes = pragma("PRAGMA page_count")?.saturating_mul(pragma("PRAGMA page_size")?);
    let bytes = bytes.unsigned_abs();
    let needed = bytes.saturating_add(ROOM_LEFT);
    // Where the system does not say, writing tells.
    let free = rustix::fs::statvfs(dir).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    match free {
        Ok(free) if free < needed => Err(BackupError::NoRoom { needed }),
        _ => Ok(()),
    }
}

/// Deletes the temporary files of processes that were killed while they made a backup, or restored
/// one.
pub(super) fn sweep(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| {
            let (_, pid) = name.split_once(".db.")?;
            let (pid, _) = pid.split_once(PART)?;
            rustix::process::Pid::from_raw(pid.parse().ok()?)
        });
        let gone = pid.is_some_and(|pid| {
            let own = pid == rustix::process::getpid();
            !own && rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH)
        });
        if gone {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Deletes the oldest daily backups beyond those that are kept. The one just made stays, whatever
/// the clock said when the others were.
fn prune(dir: &Path, world: World, made: &Path) {
    let mut daily = list(dir);
    daily.retain(|backup| backup.daily && backup.world == world && backup.path != made);
    let more = (daily.len() + 1).saturating_sub(KEPT);
    for backup in daily.into_iter().take(more) {
        if let Err(error) = fs::remove_file(&backup.path) {
            tracing::warn!(%error, "an old backup could not be deleted");
        }
    }
}

fn name(world: World, now_ms: i64, ending: &str) -> String {
    format!("signalbox-{}-{}{ending}.db", world.as_str(), stamp(now_ms))
}

/// World, moment and whether it is a daily one, of a backup's name.
fn parse(name: &str) -> Option<(World, i64, bool)> {
    let rest = name.strip_prefix("signalbox-")?.strip_suffix(".db")?;
    let (world, rest) = rest.split_once('-')?;
    let world = World::from_word(world)?;
    let (rest, daily) = match rest.strip_suffix(ASKED) {
        Some(rest) => (rest, false),
        None => (rest, true),
    };
    Some((world, from_stamp(rest)?, daily))
}

/// What to do about a damaged data set, by the newest backup's name. One sentence.
pub fn advice(dir: &Path) -> String {
    match list(dir).pop() {
        Some(backup) => format!(
            "End Signalbox and restore the newest backup, of {}: signalbox restore {}",
            rfc3339(backup.taken_ms),
            backup.name()
        ),
        None => "There is no backup: end Signalbox, and save what can be read with `signalbox \
                 export`."
            .to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests;
