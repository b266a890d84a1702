//! Locks held for life: one engine a data directory, and one with live phones a computer user.
//!
//! The system lets go of a lock when its holder's process ends, however it ends; so a lock that is
//! held means an engine that runs, and there is no guessing by age or process number. What is
//! written in the file only tells people who it is. The file stays when the lock is given up:
//! deleting it would let two engines hold two files of one name.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::paths::{Base, DataDir};

/// The longest text that is read about a holder, in bytes.
const HOLDER_BYTES_MAX: u64 = 16 << 10;

/// Who holds a lock, as told to whoever comes second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// What it was started as, `signalbox run` for one.
    pub program: String,
    /// Since when, RFC 3339 in UTC.
    pub since: String,
    /// The data directory it works in.
    pub data_dir: PathBuf,
}

impl Holder {
    /// This process.
    pub fn this(program: &str, since: String, data_dir: &Path) -> Self {
        let (program, data_dir) = (program.to_owned(), data_dir.to_owned());
        Self {
            pid: std::process::id(),
            program,
            since,
            data_dir,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}`, process {}, since {}",
            self.program, self.pid, self.since
        )
    }
}

/// A lock that was not had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another engine works in the data directory.
    #[error("The data directory {} is in use by another Signalbox ({}). End that one first, or name another directory with --data-dir.", path.display(), who(holder.as_ref()))]
    DataDirInUse {
        /// The data directory.
        path: PathBuf,
        /// Who has it, where that could be read.
        holder: Option<Holder>,
    },
    /// Another engine drives this computer user's phones.
    #[error("Another Signalbox drives the phones of this computer user ({}; its data directory is {}), and only one may. End that one first, or use simulated phones with --simulate.", who(holder.as_ref()), place(holder.as_ref()))]
    LiveInUse {
        /// Who has them, where that could be read.
        holder: Option<Holder>,
    },
    /// The system refused.
    #[error("The lock {} cannot be used: {source}. Check that you may write to it, and that its disk supports locks.", path.display())]
    Io {
        /// The lock's file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl LockError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DataDirInUse { .. } => "data_dir_in_use",
            Self::LiveInUse { .. } => "live_phones_in_use",
            Self::Io { .. } => "lock_unusable",
        }
    }
}

fn who(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "it does not say which".to_owned(), Holder::to_string)
}

fn place(holder: Option<&Holder>) -> String {
    holder.map_or_else(
        || "not known".to_owned(),
        |holder| holder.data_dir.display().to_string(),
    )
}

/// A lock that is held until this value is dropped or the process ends.
#[derive(Debug)]
#[must_use = "the lock is given up when this is dropped"]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// The lock of a data directory.
    pub fn data_dir(dir: &DataDir, holder: &Holder) -> Result<Self, LockError> {
        let path = dir.path().to_owned();
        Self::take(&dir.lock(), holder)?.map_err(|holder| LockError::DataDirInUse { path, holder })
    }

    /// The lock of an engine with live phones.
    pub fn live(base: &Base, holder: &Holder) -> Result<Self, LockError> {
        Self::take(&base.live_lock(), holder)?.map_err(|holder| LockError::LiveInUse { holder })
    }

    /// The lock, or whoever has it.
    fn take(path: &Path, holder: &Holder) -> Result<Result<Self, Option<Holder>>, LockError> {
        let io = |source| LockError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Err(read_holder(&mut file))),
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        let text = serde_json::to_string(holder).map_err(|error| io(error.into()))?;
        file.set_len(0).map_err(io)?;
        file.write_all(text.as_bytes()).map_err(io)?;
        Ok(Ok(Self { _file: file }))
    }
}

/// What the holder wrote; none while it is still writing.
fn read_holder(file: &mut File) -> Option<Holder> {
    let mut text = Vec::new();
    file.rewind().ok()?;
    file.take(HOLDER_BYTES_MAX).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Command, Stdio};

    use super::*;
    use crate::paths::Environment;

    /// Set for the second process of these tests: the data directory it is to lock.
    const SECOND: &str = "SIGNALBOX_TEST_LOCK";

    fn me(dir: &DataDir) -> Holder {
        Holder::this(
            "signalbox test",
            "2026-11-23T12:00:00.000Z".to_owned(),
            dir.path(),
        )
    }

    fn base(dir: &Path) -> Base {
        let environment = Environment {
            home: Some(dir.to_owned()),
            xdg_data_home: None,
            data_dir: None,
        };
        Base::find(&environment).unwrap()
    }

    /// Not a test of its own: what the second process does when a test starts it.
    #[test]
    fn second_process() {
        let Some(dir) = std::env::var_os(SECOND) else {
            return;
        };
        let dir = DataDir::open(Path::new(&dir)).unwrap();
        let _lock = Lock::data_dir(&dir, &me(&dir)).unwrap();
        let base = base(dir.path());
        base.create().unwrap();
        let _live = Lock::live(&base, &me(&dir)).unwrap();
        println!("\nheld");
        // Until the test kills us, or is gone itself.
        let _ = io::stdin().read(&mut [0]);
    }

    /// A real second process that holds both locks of the directory.
    fn start_second(dir: &DataDir) -> Child {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "lock::tests::second_process", "--nocapture"])
            .env(SECOND, dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let held = said
            .map_while(Result::ok)
            .any(|line| line.ends_with("held"));
        assert!(held, "the second process did not get the locks");
        child
    }

    #[test]
    fn a_lock_is_released_by_kill_and_by_nothing_less() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = DataDir::open(&temporary.path().join("d")).unwrap();
        let base = base(dir.path());
        let mut child = start_second(&dir);
        let pid = child.id();

        let refused = Lock::data_dir(&dir, &me(&dir)).unwrap_err();
        assert_eq!(refused.code(), "data_dir_in_use");
        assert_eq!(
            refused.to_string(),
            format!(
                "The data directory {} is in use by another Signalbox (`signalbox test`, process \
                 {pid}, since 2026-11-23T12:00:00.000Z). End that one first, or name another \
                 directory with --data-dir.",
                dir.path().display()
            )
        );
        let refused = Lock::live(&base, &me(&dir)).unwrap_err();
        assert_eq!(refused.code(), "live_phones_in_use");
        assert!(
            refused.to_string().contains(&format!("process {pid},")),
            "{refused}"
        );
        assert!(
            refused
                .to_string()
                .contains(&dir.path().display().to_string()),
            "{refused}"
        );

        child.kill().unwrap();
        child.wait().unwrap();
        let _lock = Lock::data_dir(&dir, &me(&dir)).unwrap();
        let _live = Lock::live(&base, &me(&dir)).unwrap();
    }

    #[test]
    fn within_one_process_too() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = DataDir::open(temporary.path()).unwrap();
        let first = Lock::data_dir(&dir, &me(&dir)).unwrap();
        assert_eq!(
            Lock::data_dir(&dir, &me(&dir)).unwrap_err().code(),
            "data_dir_in_use"
        );
        drop(first);
        let again = Lock::data_dir(&dir, &me(&dir)).unwrap();
        std::fs::write(dir.lock(), "half a te").unwrap();
        let refused = Lock::data_dir(&dir, &me(&dir)).unwrap_err().to_string();
        assert!(refused.contains("(it does not say which)"), "{refused}");
        drop(again);
    }
}
