//! Whether the file is sound: SQLite's own check of its pages, and how an end that was not in
//! order is known, after which that check is due.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::{Result, StoreError, meta};
use crate::clock::Clock;

/// Key in `meta`: whether an engine has the data set open, or ended in order.
const LIFE: &str = "life";
/// An engine works with it; found at a start, that engine did not come to its end.
const OPEN: &str = "open";
/// The last engine ended in order.
const ENDED: &str = "ended";

/// How often SQLite asks whether it is to go on: in pages of a tree, and in steps of its machine.
const STEPS: i32 = 1_000;
/// The check works so long and rests as long, ms: it is never in a hurry, and the engine may be.
const TURN_MS: u64 = 4;

/// Asks work on files to end before it is done. Clones ask the same work.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        *self.locked() = true;
        self.0.1.notify_all();
    }

    /// Whether it was asked.
    pub fn asked(&self) -> bool {
        *self.locked()
    }

    /// Waits so long, or until it is asked; whether it was.
    pub fn pause(&self, time: Duration) -> bool {
        let waited = self
            .0
            .1
            .wait_timeout_while(self.locked(), time, |asked| !*asked);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn locked(&self) -> MutexGuard<'_, bool> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What SQLite finds wrong with the pages of the file, one line each, at most twenty; empty: it is
/// sound. `None`: it was stopped. It reads the whole file once and blocks nobody who writes.
pub fn quick(connection: &mut Connection, stop: &Stop) -> Result<Option<Vec<String>>> {
    let (asked, clock) = (stop.clone(), Clock::new());
    let mut since = clock.read().boot_ms;
    let rest = move || {
        if clock.read().boot_ms.saturating_sub(since) < TURN_MS {
            return asked.asked();
        }
        let asked = asked.pause(Duration::from_millis(TURN_MS));
        since = clock.read().boot_ms;
        asked
    };
    connection.progress_handler(STEPS, Some(rest))?;
    let found = findings(connection);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Ok(None),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Ok(Some(vec![error.to_string()]))
            }
            _ => Err(StoreError::from(error)),
        },
    }
}

fn findings(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA quick_check(20)")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    let found: Vec<String> = found.collect::<rusqlite::Result<_>>()?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// Whether the engine before this one ended in order. A data set that does not say, as one of an
/// earlier version, counts as one that was cut off.
pub fn ended_in_order(connection: &Connection) -> Result<bool> {
    Ok(meta::get(connection, LIFE)?.as_deref() == Some(ENDED))
}

/// An engine begins to work with it.
pub fn begin_life(connection: &Connection) -> Result<()> {
    meta::set(connection, LIFE, OPEN)
}

/// It ended in order, and nothing is known to be wrong with the file.
pub fn end_life(connection: &Connection) -> Result<()> {
    meta::set(connection, LIFE, ENDED)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt as _;

    use super::*;
    use crate::store::{Durability, Store, World, backups};

    #[test]
    fn a_page_that_was_overwritten_is_found_and_a_whole_file_is_sound() {
        let check = |damaged: Option<&str>| {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("signalbox.db");
            backups::tests::filled(&path, 2_000);
            if let Some(object) = damaged {
                let reader = Store::reader(&path).unwrap();
                let page = reader
                    .query_row(
                        "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
                        [object],
                        |row| row.get::<_, i64>(0),
                    )
                    .unwrap();
                drop(reader);
                let file = std::fs::File::options().write(true).open(&path).unwrap();
                file.write_all_at(&[0xa5; 64], (page.unsigned_abs() - 1) * 4_096)
                    .unwrap();
            }
            let mut reader = Store::reader(&path).unwrap();
            let found = quick(&mut reader, &Stop::default()).unwrap().unwrap();
            assert_eq!(
                found.is_empty(),
                damaged.is_none(),
                "{damaged:?}: {found:?}"
            );
        };
        check(None);
        check(Some("journal"));
        check(Some("attempts"));
    }

    #[test]
    fn a_check_that_is_stopped_finds_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signalbox.db");
        backups::tests::filled(&path, 20_000);
        let stop = Stop::default();
        assert!(!stop.pause(Duration::from_millis(1)));
        stop.ask();
        assert!(stop.pause(Duration::from_secs(3_600)));
        let mut reader = Store::reader(&path).unwrap();
        assert_eq!(quick(&mut reader, &stop).unwrap(), None);
    }

    #[test]
    fn an_end_is_in_order_only_when_it_was_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signalbox.db");
        let store = Store::open(&path, World::Simulated, Durability::Normal).unwrap();
        let connection = store.connection();
        assert!(!ended_in_order(connection).unwrap());
        end_life(connection).unwrap();
        assert!(ended_in_order(connection).unwrap());
        begin_life(connection).unwrap();
        assert!(!ended_in_order(connection).unwrap());
    }
}
