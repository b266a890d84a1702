//! Backups of a data set, and its restore. Neither needs an engine that runs: a backup reads
//! beside one, and a restore wants that there is none.

use std::path::{Path, PathBuf};

use super::{CommandError, Commands};
use crate::clock::{Clock, rfc3339};
use crate::lock::{Holder, Lock};
use crate::paths::DataDir;
use crate::store::World;
use crate::store::backups::{self, Backup, Place};
use crate::store::check::Stop;
use crate::store::restore::{self as stored, Lost, RestoreError};

/// A backup, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct BackupView {
    /// The name of its file, by which it can be restored.
    pub name: String,
    /// The file.
    pub path: String,
    /// The moment it is of, RFC 3339 in UTC.
    pub taken_at: String,
    /// Made by itself: seven of these are kept.
    pub daily: bool,
    /// Of simulated phones.
    pub simulated: bool,
    /// How large it is.
    pub bytes: u64,
}

impl From<Backup> for BackupView {
    fn from(backup: Backup) -> Self {
        Self {
            name: backup.name(),
            path: backup.path.display().to_string(),
            taken_at: rfc3339(backup.taken_ms),
            daily: backup.daily,
            simulated: backup.world == World::Simulated,
            bytes: backup.bytes,
        }
    }
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RestoreReport {
    /// The backup that was restored.
    pub file: PathBuf,
    /// Of simulated phones.
    pub simulated: bool,
    /// The moment its history ends, RFC 3339 in UTC.
    pub taken_at: String,
    /// Where the data set is now that was there before.
    pub set_aside: Option<PathBuf>,
    /// What is in that one and not in the backup, where it could be read.
    pub lost: Option<Lost>,
}

impl Commands {
    /// Makes a backup beside the work, into the directory of backups or to this file.
    pub async fn backup(&self, to: Option<PathBuf>) -> Result<BackupView, CommandError> {
        let dir = self.data_dir.clone();
        tokio::task::spawn_blocking(move || backup(&dir, to.as_deref()))
            .await
            .map_err(|_| CommandError::gone())?
    }

    /// The backups there are, oldest first.
    pub async fn backups(&self) -> Result<Vec<BackupView>, CommandError> {
        let dir = self.data_dir.clone();
        let listed = tokio::task::spawn_blocking(move || list(&dir));
        listed.await.map_err(|_| CommandError::gone())
    }

    /// Restores a backup by its name, which an engine that runs refuses: what it has in memory and
    /// what its phones are doing belong to the data set there is. `false`: there is no such backup.
    pub async fn restore(&self, name: &str) -> Result<bool, CommandError> {
        if self.backups().await?.iter().all(|it| it.name != name) {
            return Ok(false);
        }
        let detail = format!(
            "A backup is not restored while Signalbox runs on the data set. Quit it, then run: \
             signalbox restore {name}"
        );
        Err(CommandError::new("engine_running", detail))
    }

    /// Lets new tasks start as the engine begins to serve, unless the data set was restored and
    /// waits for the operator's word; then, the sentence that says so.
    pub async fn start_unless_restored(&self) -> Result<Option<String>, CommandError> {
        let held = self
            .read(|view| stored::held(view.connection).map_err(CommandError::from))
            .await??;
        if held.is_none() {
            self.start().await?;
        }
        Ok(held)
    }
}

/// Makes a backup of the data set in a directory, whether or not an engine works with it.
pub fn backup(dir: &DataDir, to: Option<&Path>) -> Result<BackupView, CommandError> {
    let own = dir.backups();
    let place = to.map_or(Place::Asked(&own), Place::File);
    let now_ms = Clock::new().read().wall_ms;
    let backup = backups::take(&dir.database(), place, now_ms, &Stop::default())?;
    Ok(backup.into())
}

/// The backups of a data directory, oldest first.
pub fn list(dir: &DataDir) -> Vec<BackupView> {
    let backups = backups::list(&dir.backups());
    backups.into_iter().map(BackupView::from).collect()
}

/// Puts a backup, by its path or by its name in the directory of backups, in the place of the data
/// set. Refused while an engine has the directory. `asked`: the world it must be of.
pub fn restore(
    program: &str,
    data_dir: &Path,
    file: &Path,
    asked: Option<World>,
) -> Result<RestoreReport, CommandError> {
    let named = DataDir::locate(data_dir)?.backups().join(file);
    let by_name = !file.exists() && file.components().count() == 1;
    let file = if by_name && named.exists() {
        &named
    } else {
        file
    };
    if !file.is_file() {
        let path = file.to_owned();
        return Err(RestoreError::Missing { path }.into());
    }
    let dir = DataDir::open(data_dir)?;
    let now_ms = Clock::new().read().wall_ms;
    let holder = Holder::this(program, rfc3339(now_ms), dir.path());
    let _lock = Lock::data_dir(&dir, &holder)?;
    let restored = stored::restore(file, &dir.database(), asked, now_ms)?;
    Ok(RestoreReport {
        file: restored.file,
        simulated: restored.world == World::Simulated,
        taken_at: rfc3339(restored.taken_ms),
        set_aside: restored.aside,
        lost: restored.lost,
    })
}
