//! What it costs the loop that old history is taken away: one chunk, of a million outcomes.
//!
//! The loop does one chunk a second at most, and only when nobody waits for it, so a chunk's time
//! is how long a message that comes in just then is held up, and a thousandth of the loop's time
//! for each millisecond.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has no figure"
)]

use signalbox_engine::settings::HISTORY_DAYS;
use signalbox_engine::store::retention::{Cutoff, Sweep};
use signalbox_engine::store::{Durability, Store, World};
use signalbox_measure::{Goal, Row, Spread, Stopwatch};
use signalbox_scheduler::policy::DAY_MS;

/// Chunks that are measured.
const CHUNKS: usize = 300;
/// A message that comes in just then is still answered within the time that a start may take.
const MOST_MS: f64 = 5.0;

/// A million outcomes of 250,000 tasks that ended, of a hundred days, with all that belongs to them.
const HISTORY: &str = "
    INSERT INTO accounts (no, account_id, handle, handle_key, ts) VALUES (0, 'a', 'a', 'a', 1);
    INSERT INTO phones (no, udid) VALUES (0, 'one');
    CREATE TEMP TABLE made AS
        WITH RECURSIVE n(no) AS (SELECT 0 UNION ALL SELECT no + 1 FROM n WHERE no < 249999)
        SELECT no, CAST(printf('%08d', no) AS BLOB) || randomblob(8) AS id, no * 34560 AS ms FROM n;
    INSERT INTO tasks (task_id, account_no, kind, target, target_key, actions, max_likes,
        max_follows, priority, rehearsal, status, created_ts)
        SELECT CAST(id AS BLOB), 0, 'instagram', 'target', 'target', 'view_profile;like_post', 1, 1,
        'normal', 0, 'completed', ms FROM made;
    INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts, ended_ts, ending)
        SELECT no, CAST(id AS BLOB), 0, 0, ms, ms, 'completed' FROM made;
    INSERT INTO intents (attempt_no, step, task_id, account_no, act, target_key, at, ts, done)
        SELECT no, 1, CAST(id AS BLOB), 0, 'like', 'target' || no, ms, ms, 1 FROM made;
    INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no, rehearsal, target,
        action, status, reason, latency_ms, at, ts, filed)
        SELECT CAST(id AS BLOB), no, s.column1, 0, 0, 0, 'target' || no, 'like', 'success', '', 900,
        ms, ms, 1 FROM made, (VALUES (0), (1), (2), (3)) s;
    INSERT INTO task_log (task_id, ts, event, data)
        SELECT CAST(id AS BLOB), ms, 'step', '{\"what\":\"look\",\"found\":\"yes\"}' FROM made;
    DROP TABLE made;
";

fn main() {
    for durability in [Durability::Normal, Durability::Full] {
        let mut ms = chunks(durability);
        let name = match durability {
            Durability::Normal => "NORMAL",
            Durability::Full => "FULL",
        };
        let what = format!("a chunk of old history goes, {name}");
        Row::new(what, "ms", Spread::of(ms.clone())).print();
        ms.sort_by(f64::total_cmp);
        let late = ms.get(CHUNKS * 99 / 100).copied().unwrap_or(f64::NAN);
        let what = format!("the same, p99, {name}");
        Row::new(what, "ms", Spread::of(vec![late]))
            .goal(Goal::AtMost(MOST_MS))
            .print();
    }
}

/// Milliseconds of each chunk, the first few left out.
fn chunks(durability: Durability) -> Vec<f64> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("signalbox.db");
    let mut store = Store::open(&path, World::Simulated, durability).unwrap();
    let transaction = store.begin().unwrap();
    transaction.execute_batch(HISTORY).unwrap();
    transaction.commit().unwrap();
    let mut sweep = Sweep::new(Cutoff::before(900 * DAY_MS, i64::MAX, HISTORY_DAYS));
    let mut times = Vec::new();
    for _ in 0..CHUNKS + 10 {
        let watch = Stopwatch::start();
        let transaction = store.begin().unwrap();
        let gone = sweep.next(&transaction).unwrap();
        transaction.commit().unwrap();
        times.push(watch.elapsed().as_secs_f64() * 1e3);
        assert_eq!(gone, Some(200), "a whole chunk");
    }
    times.split_off(10)
}
