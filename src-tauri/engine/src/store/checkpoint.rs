//! Copies the write-ahead log back into the file, on a thread of its own.
//!
//! SQLite would do it inside whichever commit finds the log long, and that commit, with all that
//! wait for it, would take as long as a hundred others. Here a thread with its own connection does
//! the bulk of it while the loop goes on; what was added meanwhile is little, and the loop copies it
//! with its next commit, so that the log begins anew and stays short.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::{Durability, Result, set_durability};

/// Frames in the log from which on it is copied: what SQLite itself holds to.
const FRAMES: i32 = 1_000;
/// So long may the log become before a commit copies it whatever the thread does.
const FRAMES_MAX: i32 = 16_384;

/// Nothing is asked of the thread.
const IDLE: u8 = 0;
/// The thread has been asked.
const ASKED: u8 = 1;
/// It has copied all that it found; the rest is little.
const COPIED: u8 = 2;

/// The thread, for as long as the writing connection is open.
pub(super) struct Checkpoints {
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Begins to look after the log of this connection. Where a thread cannot be had, SQLite goes
    /// on as it would by itself.
    pub(super) fn begin(
        connection: &mut Connection,
        path: &Path,
        durability: Durability,
    ) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let own = Connection::open_with_flags(path, flags)?;
        set_durability(&own, durability)?;
        let (ask, asked) = sync_channel(1);
        let stage = Arc::new(AtomicU8::new(IDLE));
        let thread = std::thread::Builder::new().name("signalbox-copy".to_owned());
        let told = Arc::clone(&stage);
        match thread.spawn(move || copy_when_asked(&own, &asked, &told)) {
            Ok(thread) => {
                let look = move |log: &mut Wal, frames| {
                    after_commit(log, frames, &stage, &ask);
                    Ok(())
                };
                connection.wal_hook(Some(look))?;
                Ok(Self {
                    thread: Some(thread),
                })
            }
            Err(error) => {
                tracing::warn!(%error, "commits copy the log themselves");
                Ok(Self { thread: None })
            }
        }
    }

    /// Ends the thread, before the connection is closed.
    pub(super) fn end(&mut self, connection: &mut Connection) {
        // The hook holds the thread's way in.
        let none: Option<fn(&mut Wal, i32) -> rusqlite::Result<()>> = None;
        let removed = connection.wal_hook(none);
        if let (Ok(()), Some(thread)) = (removed, self.thread.take()) {
            let _ = thread.join();
        }
    }
}

/// After each commit, with the frames the log has now. What fails here fails no commit: the log
/// only stays longer, and the next commit asks again.
fn after_commit(log: &mut Wal, frames: i32, stage: &AtomicU8, ask: &SyncSender<()>) {
    let copied = stage.load(Ordering::Acquire) == COPIED;
    if copied || frames >= FRAMES_MAX {
        if let Err(error) = log.checkpoint() {
            tracing::debug!(%error, "the rest of the log was not copied");
        }
        if copied {
            stage.store(IDLE, Ordering::Release);
        }
        return;
    }
    if frames < FRAMES {
        return;
    }
    let (set, seen) = (Ordering::AcqRel, Ordering::Acquire);
    if stage.compare_exchange(IDLE, ASKED, set, seen).is_ok() {
        let _ = ask.try_send(());
    }
}

fn copy_when_asked(connection: &Connection, asked: &Receiver<()>, stage: &AtomicU8) {
    while asked.recv().is_ok() {
        let copied = connection.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::PASSIVE);
        let next = match copied {
            Ok(_) => COPIED,
            Err(error) => {
                tracing::debug!(%error, "the log was not copied");
                IDLE
            }
        };
        stage.store(next, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use signalbox_measure::Stopwatch;

    use crate::store::{Durability, Store, World};

    const FRAME_BYTES: u64 = 4_096 + 24;

    fn commit(store: &mut Store, no: u64) {
        let transaction = store.begin().unwrap();
        let sql = "INSERT INTO meta VALUES (?1, ?2)";
        let row = (format!("row {no}"), "x".repeat(3_000));
        transaction
            .prepare_cached(sql)
            .unwrap()
            .execute(row)
            .unwrap();
        transaction.commit().unwrap();
    }

    #[test]
    fn the_log_is_copied_beside_the_commits_and_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data.db");
        let mut store = Store::open(&path, World::Simulated, Durability::Normal).unwrap();
        let size = |name: &str| std::fs::metadata(dir.path().join(name)).map_or(0, |it| it.len());
        let before = size("data.db");
        let frames = |count: i32| u64::from(count.unsigned_abs()) * FRAME_BYTES;
        let mut rows = 0;
        while size("data.db-wal") < frames(super::FRAMES) {
            commit(&mut store, rows);
            rows += 1;
        }
        // Nothing is committed now, and still the pages come into the file.
        let watch = Stopwatch::start();
        while size("data.db") == before {
            assert!(
                watch.elapsed() < Duration::from_secs(60),
                "nothing was copied"
            );
            std::thread::yield_now();
        }
        // A commit copies what is left; what follows is written over the old log.
        let (mut log, mut as_long) = (0, 0);
        while as_long < 50 {
            commit(&mut store, rows);
            rows += 1;
            as_long = if size("data.db-wal") == log {
                as_long + 1
            } else {
                0
            };
            log = size("data.db-wal");
            assert!(log < frames(super::FRAMES_MAX / 2), "it never begins anew");
        }

        drop(store);
        assert_eq!(size("data.db-wal"), 0, "a clean end leaves no log");
        let reader = Store::reader(&path).unwrap();
        let sql = "SELECT count(*) FROM meta WHERE key LIKE 'row %'";
        let found: u64 = reader
            .query_row(sql, [], |row| Ok(row.get::<_, u32>(0)?.into()))
            .unwrap();
        assert_eq!(found, rows);
    }
}
