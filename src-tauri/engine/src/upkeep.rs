//! What goes on by itself beside the loop for as long as an engine lives: the daily backup, and an
//! end to old pictures of screens.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::paths::DataDir;
use crate::screenshots::Screenshots;
use crate::store::backups::{self, BackupError, Place};
use crate::store::check::{self, Stop};
use crate::store::{Store, StoreError, accounts};

/// How often it is looked whether a backup is due: timers stand still while the computer sleeps.
const LOOK_EVERY: Duration = Duration::from_secs(3_600);
/// How often a data set is looked at in which there is nothing to lose yet.
const LOOK_AT_EMPTY: Duration = Duration::from_secs(60);

/// The daily backup of one engine. Dropping it lets it end.
pub(crate) struct Upkeep {
    stop: Stop,
    /// Its drop ends the wait for the next one.
    end: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Upkeep {
    /// Makes the first backup now if one is due, and goes on. `damaged` is told what is wrong with
    /// the data set, when that shows in a backup.
    pub(crate) fn begin(
        handle: &Handle,
        dir: DataDir,
        damaged: impl Fn(Vec<String>) + Clone + Send + 'static,
    ) -> Self {
        let (stop, (end, ended)) = (Stop::default(), oneshot::channel());
        let task = handle.spawn(daily(dir, stop.clone(), ended, damaged));
        Self {
            stop,
            end: Some(end),
            task: Some(task),
        }
    }

    /// Gives up a backup under way, and waits until it is gone.
    pub(crate) async fn end(mut self) {
        self.stop.ask();
        self.end.take();
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.stop.ask();
    }
}

async fn daily(
    dir: DataDir,
    stop: Stop,
    mut ended: oneshot::Receiver<()>,
    damaged: impl Fn(Vec<String>) + Clone + Send + 'static,
) {
    loop {
        let (dir, stop, damaged) = (dir.clone(), stop.clone(), damaged.clone());
        let looked = tokio::task::spawn_blocking(move || look(&dir, &stop, &damaged));
        let wait = looked.await.unwrap_or(LOOK_EVERY);
        tokio::select! {
            _ = &mut ended => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Makes a backup if one is due; when to look again.
fn look(dir: &DataDir, stop: &Stop, damaged: &impl Fn(Vec<String>)) -> Duration {
    let (database, own) = (dir.database(), dir.backups());
    let now_ms = Clock::new().read().wall_ms;
    if let Err(error) = Screenshots::of(dir.screenshots()).prune(now_ms) {
        tracing::warn!(%error, "old pictures of screens stay for now");
    }
    let due_in = backups::due_in(&own, now_ms);
    if due_in > 0 {
        return Duration::from_millis(due_in.unsigned_abs()).min(LOOK_EVERY);
    }
    let reader = Store::reader(&database);
    if reader
        .and_then(|reader| accounts::all(&reader))
        .is_ok_and(|all| all.is_empty())
    {
        return LOOK_AT_EMPTY;
    }
    match backups::take(&database, Place::Daily(&own), now_ms, stop) {
        Ok(backup) => tracing::info!(name = backup.name(), bytes = backup.bytes, "backed up"),
        Err(BackupError::Stopped) => {}
        Err(error) => {
            tracing::error!(code = error.code(), %error, "no backup was made");
            if let BackupError::Damaged { .. } | BackupError::Store(StoreError::Damaged { .. }) =
                error
            {
                // The data set itself, or only the disk that the copy is on.
                let found = Store::reader(&database).and_then(|mut it| check::quick(&mut it, stop));
                match found {
                    Ok(Some(found)) if !found.is_empty() => damaged(found),
                    Err(StoreError::Damaged { what }) => damaged(vec![what]),
                    _ => {}
                }
            }
        }
    }
    LOOK_EVERY
}
