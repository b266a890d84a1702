//! Where things lie: the base of this computer user, data directories, and the files of each.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::store::World;

#[cfg(test)]
mod tests;

/// The longest path of a unix socket in bytes: `sun_path` less the NUL behind it.
#[cfg(target_os = "linux")]
const SOCKET_PATH_MAX: usize = 107;
#[cfg(not(target_os = "linux"))]
const SOCKET_PATH_MAX: usize = 103;

/// What `phone-sim` puts behind its socket's path for the control socket.
const CONTROL_SUFFIX: &str = ".control";

/// Below which sockets go whose own place has too long a path. Not `$XDG_RUNTIME_DIR` or
/// `$TMPDIR`: the window, a terminal and a cron job see different ones, and must meet here.
const SHORT_BASE: &str = "/tmp";

/// A directory that cannot be found, made or trusted.
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// There is nowhere to put the data.
    #[error(
        "This computer user has no home directory. Set HOME, or name a directory with --data-dir."
    )]
    NoHome,
    /// Others could put files of their own into the directory, a token among them.
    #[error("Others may write to {}. Run `chmod go-w` on it, or name another data directory.", path.display())]
    TooOpen {
        /// The directory.
        path: PathBuf,
    },
    /// The directory for sockets is not ours.
    #[error("{} is open to others or belongs to them, so no socket is put there. Delete it, or use a data directory with a shorter path.", path.display())]
    NotOurs {
        /// The directory.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{} cannot be used: {source}. Check that it is a directory you may write to.", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl PathError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoHome => "no_home",
            Self::TooOpen { .. } => "data_dir_too_open",
            Self::NotOurs { .. } => "socket_dir_not_ours",
            Self::Io { .. } => "data_dir_unusable",
        }
    }
}

/// What the environment says about places.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The home directory.
    pub home: Option<PathBuf>,
    /// `$XDG_DATA_HOME`.
    pub xdg_data_home: Option<PathBuf>,
    /// `$SIGNALBOX_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        let variable = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        Self {
            home: std::env::home_dir().filter(|home| home.is_absolute()),
            xdg_data_home: variable("XDG_DATA_HOME"),
            data_dir: variable("SIGNALBOX_DATA_DIR"),
        }
    }
}

/// The directory of this computer user that no option moves. The lock for live phones lies in it,
/// so that one engine drives them whatever data directory it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(PathBuf);

impl Base {
    /// macOS: `~/Library/Application Support/dev.signalbox.desktop`. Linux:
    /// `$XDG_DATA_HOME/signalbox`, or `~/.local/share/signalbox`; an `XDG_DATA_HOME` that is not
    /// absolute does not count, as the standard for it says.
    pub fn find(environment: &Environment) -> Result<Self, PathError> {
        let home = environment.home.as_deref();
        let base = if cfg!(target_os = "macos") {
            home.map(|home| home.join("Library/Application Support/dev.signalbox.desktop"))
        } else {
            let named = environment
                .xdg_data_home
                .clone()
                .filter(|path| path.is_absolute());
            let data = named.or_else(|| Some(home?.join(".local/share")));
            data.map(|data| data.join("signalbox"))
        };
        base.map(Self).ok_or(PathError::NoHome)
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The data directory for a kind of phones when none is named.
    pub fn data_set(&self, world: World) -> PathBuf {
        self.0.join(world.as_str())
    }

    /// The lock that an engine with live phones holds.
    pub fn live_lock(&self) -> PathBuf {
        self.0.join("live.lock")
    }

    /// Makes the directory if it is not there.
    pub fn create(&self) -> Result<(), PathError> {
        private_dir(&self.0)
    }
}

/// The data directory to use: the one named by an option, else by `SIGNALBOX_DATA_DIR`, else the
/// base's own for that kind of phones.
pub fn choose(
    named: Option<&Path>,
    environment: &Environment,
    world: World,
) -> Result<PathBuf, PathError> {
    match named.or(environment.data_dir.as_deref()) {
        Some(path) => Ok(path.to_owned()),
        None => Ok(Base::find(environment)?.data_set(world)),
    }
}

/// One data directory and where its files lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir {
    root: PathBuf,
    short: PathBuf,
}

impl DataDir {
    /// Makes the directory and those within it if they are not there (for the owner alone), and
    /// refuses one that others may write to.
    ///
    /// A directory that is there keeps its permissions: it was named by somebody who may keep
    /// more in it than our files, and each of those is the owner's alone anyway.
    pub fn open(path: &Path) -> Result<Self, PathError> {
        private_dir(path)?;
        let dir = Self::locate(path)?;
        for inner in [dir.logs(), dir.backups(), dir.simulation()] {
            private_dir(&inner)?;
        }
        if dir.control_socket().starts_with(&dir.short)
            || dir.phones_socket().starts_with(&dir.short)
        {
            own_dir(&dir.short)?;
        }
        Ok(dir)
    }

    /// Where a directory's files lie, or would lie, without touching the disk.
    pub fn locate(path: &Path) -> Result<Self, PathError> {
        let found = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        let root = found.map_err(|source| PathError::Io {
            path: path.to_owned(),
            source,
        })?;
        let uid = rustix::process::getuid().as_raw();
        let short = Path::new(SHORT_BASE).join(format!("signalbox-{uid}"));
        Ok(Self { root, short })
    }

    /// The directory itself: absolute, without links.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.root.join("signalbox.db")
    }

    /// The token of the HTTP API.
    pub fn token(&self) -> PathBuf {
        self.root.join("api-token")
    }

    /// The lock of the engine that has the directory open.
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// Log files.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Backups of the database.
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Pictures of screens on which attempts failed.
    pub fn screenshots(&self) -> PathBuf {
        self.root.join("screenshots")
    }

    /// Everything of the simulated phones.
    pub fn simulation(&self) -> PathBuf {
        self.root.join("sim")
    }

    /// What the simulated phones' process says.
    pub fn phones_log(&self) -> PathBuf {
        self.logs().join("phones.log")
    }

    /// The simulated phones' world.
    pub fn world(&self) -> PathBuf {
        self.simulation().join("world")
    }

    /// Where the command line reaches the engine that holds the directory.
    pub fn control_socket(&self) -> PathBuf {
        self.socket(self.root.join("control.sock"), "control.sock", "")
    }

    /// The simulated phones' usbmux socket; their control socket is beside it, its name with
    /// `.control` behind.
    pub fn phones_socket(&self) -> PathBuf {
        self.socket(
            self.simulation().join("phones.sock"),
            "phones.sock",
            CONTROL_SUFFIX,
        )
    }

    /// A socket's own place, or, where that path is longer than the system takes, one in
    /// `/tmp/signalbox-UID` (0700) under a name made from the data directory's, the same in every
    /// process.
    fn socket(&self, own: PathBuf, name: &str, suffix: &str) -> PathBuf {
        if own.as_os_str().len() + suffix.len() <= SOCKET_PATH_MAX {
            return own;
        }
        let hash = Sha256::digest(self.root.as_os_str().as_bytes());
        let hash: String = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.short.join(format!("{hash}-{name}"))
    }
}

/// A file for the owner alone: made empty if it is not there. For files that a library opens by
/// name and would make readable to all, as SQLite does.
pub fn private_file(path: &Path) -> Result<(), PathError> {
    let made = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    made.map(drop).map_err(|source| PathError::Io {
        path: path.to_owned(),
        source,
    })
}

/// Makes a directory for the owner alone, or makes sure that others may not write to the one
/// that is there.
fn private_dir(path: &Path) -> Result<(), PathError> {
    let io = |source| PathError::Io {
        path: path.to_owned(),
        source,
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(io)?;
    if fs::metadata(path).map_err(io)?.mode() & 0o022 != 0 {
        return Err(PathError::TooOpen {
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// Makes a directory in a place where anybody may: it must then be ours, no link, and closed.
fn own_dir(path: &Path) -> Result<(), PathError> {
    let io = |source| PathError::Io {
        path: path.to_owned(),
        source,
    };
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made.map_err(io)?,
    }
    let found = fs::symlink_metadata(path).map_err(io)?;
    let uid = rustix::process::getuid().as_raw();
    if !found.is_dir() || found.uid() != uid || found.mode() & 0o077 != 0 {
        return Err(PathError::NotOurs {
            path: path.to_owned(),
        });
    }
    Ok(())
}
