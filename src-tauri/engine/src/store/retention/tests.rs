//! What goes and what stays, row by row.

use super::*;
use crate::settings::HISTORY_DAYS;
use crate::store::{Durability, Store, World};

/// Long after the beginning of policy time.
const NOW_AT: u64 = 1_000 * DAY_MS;
const NOW_TS: i64 = 1_795_000_000_000;

struct Books {
    store: Store,
    _dir: tempfile::TempDir,
}

impl Books {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signalbox.db");
        let store = Store::open(&path, World::Simulated, Durability::Normal).unwrap();
        let account = "INSERT INTO accounts (no, account_id, handle, handle_key, ts)
                       VALUES (0, 'a', 'a', 'a', 1)";
        store.connection().execute(account, []).unwrap();
        let phone = "INSERT INTO phones (no, udid) VALUES (0, 'one')";
        store.connection().execute(phone, []).unwrap();
        Self { store, _dir: dir }
    }

    fn execute(&self, sql: &str, values: impl rusqlite::Params) {
        self.store.connection().execute(sql, values).unwrap();
    }

    /// A task with one attempt, one intent, one outcome and one line in its log, of so many days
    /// ago by either clock.
    fn task(&self, no: i64, status: &str, days_at: u64, days_ts: i64) {
        let at = (NOW_AT - days_at * DAY_MS).cast_signed();
        let ts = NOW_TS - days_ts * DAY_MS as i64;
        let id = id(no);
        self.execute(
            "INSERT INTO tasks (task_id, account_no, kind, target, target_key, actions, max_likes,
             max_follows, priority, rehearsal, status, created_ts)
             VALUES (?1, 0, 'instagram', 't', 't', 'follow_user', 1, 1, 'normal', 0, ?2, ?3)",
            params![id, status, ts],
        );
        self.execute(
            "INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts, ended_ts, ending)
             VALUES (?1, ?2, 0, 0, ?3, ?3, 'completed')",
            params![no, id, ts],
        );
        self.execute(
            "INSERT INTO intents (attempt_no, step, task_id, account_no, act, target_key, at, ts,
             done) VALUES (?1, 0, ?2, 0, 'follow', 't', ?3, ?4, 1)",
            params![no, id, at, ts],
        );
        self.execute(
            "INSERT INTO interactions (seq, task_id, attempt_no, step, account_no, phone_no,
             rehearsal, target, action, status, reason, latency_ms, at, ts, filed)
             VALUES (?1, ?2, ?1, 0, 0, 0, 0, 't', 'follow', 'success', '', 9, ?3, ?4, 1)",
            params![no, id, at, ts],
        );
        self.execute(
            "INSERT INTO task_log (seq, task_id, ts, event, data) VALUES (?1, ?2, ?3, 'step', '')",
            params![no, id, ts],
        );
    }

    /// One whole sweep: in how many chunks, and how many rows went.
    fn sweep(&self) -> (usize, usize) {
        let mut sweep = Sweep::new(Cutoff::before(NOW_AT, NOW_TS, HISTORY_DAYS));
        let (mut chunks, mut gone) = (0, 0);
        while let Some(more) = sweep.next(self.store.connection()).unwrap() {
            assert!(more <= CHUNK_ROWS as usize);
            chunks += 1;
            gone += more;
        }
        (chunks, gone)
    }

    /// The keys that are left.
    fn left(&self, table: &str, key: &str) -> Vec<i64> {
        let sql = format!("SELECT {key} FROM {table} ORDER BY {key}");
        let mut statement = self.store.connection().prepare(&sql).unwrap();
        let keys = statement.query_map([], |row| row.get(0)).unwrap();
        keys.map(|key| key.unwrap()).collect()
    }

    fn assert_left(&self, expected: &[i64]) {
        for table in TABLES.iter().filter(|table| table.of_tasks) {
            // The books' tasks and attempts have the same numbers.
            let key = match table.key {
                "task_id" => "no",
                key => key,
            };
            assert_eq!(self.left(table.name, key), expected, "{}", table.name);
        }
    }
}

fn id(no: i64) -> [u8; 16] {
    u128::try_from(no).unwrap().to_be_bytes()
}

#[test]
fn what_is_old_goes_and_what_is_needed_stays() {
    let books = Books::new();
    books.task(1, "completed", 405, 405);
    books.task(2, "failed", 404, 404);
    books.task(3, "cancelled", 403, 403);
    // Where it goes on is told by its outcomes.
    books.task(4, "queued", 402, 402);
    // A person is to look at it.
    books.task(5, "interrupted", 402, 402);
    // Its phone may still be at it.
    books.task(6, "completed", 402, 402);
    books.execute(
        "INSERT INTO leases (phone_no, attempt_no, task_id, account_no, started_ts)
         VALUES (0, 60, ?1, 0, 1)",
        [id(6)],
    );
    // Old by one clock only: the other was set, or stood still.
    books.task(7, "completed", 5, 402);
    books.task(8, "completed", 402, 5);
    books.task(9, "completed", 399, 399);
    books.task(10, "completed", 0, 0);
    books.sweep();
    books.assert_left(&[4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(books.left("tasks", "created_ts").len(), 10, "tasks stay");
    assert_eq!(books.sweep().1, 0, "the next finds nothing");
}

#[test]
fn a_comment_is_remembered_for_good() {
    let books = Books::new();
    books.task(1, "completed", 405, 405);
    books.execute("UPDATE intents SET act = 'comment', text = 'hello'", []);
    books.sweep();
    assert_eq!(books.left("intents", "attempt_no"), [1]);
    assert_eq!(books.left("interactions", "seq"), [] as [i64; 0]);
}

#[test]
fn a_task_keeps_its_story_as_long_as_an_outcome() {
    let books = Books::new();
    books.task(1, "completed", 405, 405);
    books.task(2, "completed", 399, 399);
    // The second half of the first task is younger.
    for row in ["interactions", "attempts"] {
        let key = if row == "attempts" { "no" } else { "seq" };
        let sql = format!("UPDATE {row} SET task_id = ?1 WHERE {key} = 2");
        books.execute(&sql, [id(1)]);
    }
    books.sweep();
    assert_eq!(books.left("interactions", "seq"), [2]);
    assert_eq!(books.left("attempts", "no"), [1, 2]);
    assert_eq!(books.left("task_log", "seq"), [1, 2]);
}

#[test]
fn a_clock_that_is_years_ahead_takes_a_week() {
    let books = Books::new();
    for no in 1..=20_i64 {
        let days = 900 - no.unsigned_abs();
        books.task(no, "completed", days, 900 - no);
    }
    books.sweep();
    // The first is 899 days old; what is more than 892 days old goes with it.
    books.assert_left(&(8..=20).collect::<Vec<_>>());
    books.sweep();
    books.assert_left(&(15..=20).collect::<Vec<_>>());
}

#[test]
fn a_young_data_set_loses_nothing() {
    let books = Books::new();
    books.task(1, "completed", 900, 900);
    // Policy time has only begun, whatever the wall says.
    let mut sweep = Sweep::new(Cutoff::before(10 * DAY_MS, i64::MAX, HISTORY_DAYS));
    while sweep.next(books.store.connection()).unwrap().is_some() {}
    books.assert_left(&[1]);
}

#[test]
fn many_rows_go_chunk_by_chunk_past_those_that_stay() {
    let books = Books::new();
    let rows = i64::from(CHUNK_ROWS) * 3;
    books.store.connection().execute_batch("BEGIN").unwrap();
    for no in 1..=rows {
        // A whole chunk and more of a task that waits lies before all others.
        let waits = no <= i64::from(CHUNK_ROWS) + 50;
        let status = if waits { "queued" } else { "completed" };
        books.task(no, status, 402, 402);
    }
    books.store.connection().execute_batch("COMMIT").unwrap();
    let (chunks, gone) = books.sweep();
    let of_tasks = TABLES.iter().filter(|table| table.of_tasks).count();
    assert_eq!(gone, (rows as usize - CHUNK_ROWS as usize - 50) * of_tasks);
    assert_eq!(chunks, 3 * of_tasks);
    books.assert_left(&(1..=i64::from(CHUNK_ROWS) + 50).collect::<Vec<_>>());
}

/// What was imported comes in no order of time, and some of it is of before policy time began.
#[test]
fn what_was_imported_goes_by_its_own_age() {
    let books = Books::new();
    let rows = i64::from(CHUNK_ROWS) * 2 + 7;
    for no in 0..rows {
        // Old and young in turn; the young ones of the second half by one clock only.
        let days = if no % 2 == 0 { 402 } else { 10 };
        let at = NOW_AT.cast_signed() - days * DAY_MS.cast_signed();
        let days = if no % 4 == 3 { 402 } else { days };
        books.execute(
            "INSERT INTO imported (seq, account_no, target, target_key, action, status, reason,
             device, latency_ms, at, ts) VALUES (?1, 0, 't', 't', 'like', 'success', '', '', 1, ?2,
             ?3 - ?1)",
            params![no, at, NOW_TS - days * DAY_MS as i64],
        );
    }
    let (chunks, gone) = books.sweep();
    assert_eq!((chunks, gone as i64), (3, rows / 2 + 1));
    let young: Vec<i64> = (0..rows).filter(|no| no % 2 == 1).collect();
    assert_eq!(books.left("imported", "seq"), young);
    assert_eq!(books.sweep().1, 0);

    // Policy time began yesterday: rows of 30 days before are young, and stay.
    let books = Books::new();
    books.execute(
        "INSERT INTO imported (seq, account_no, target, target_key, action, status, reason, device,
         latency_ms, at, ts) VALUES (1, 0, 't', 't', 'like', 'success', '', '', 1, ?1, 0),
         (2, 0, 'u', 'u', 'like', 'success', '', '', 1, ?2, 0)",
        [-30, -500].map(|days| days * DAY_MS.cast_signed()),
    );
    let mut sweep = Sweep::new(Cutoff::before(DAY_MS, NOW_TS, HISTORY_DAYS));
    while sweep.next(books.store.connection()).unwrap().is_some() {}
    assert_eq!(books.left("imported", "seq"), [1]);
}
