//! Files of older formats.

use super::*;

/// A file of the first format in which one task ended, one runs and one waits.
const FIRST: &str = "
    INSERT INTO phones (no, udid) VALUES (0, 'one');
    INSERT INTO accounts (no, account_id, handle, handle_key, ts)
        VALUES (0, 'a', 'a', 'a', 1), (1, 'b', 'b', 'b', 1);
    INSERT INTO tasks (task_id, account_no, kind, target, target_key, actions, max_likes,
        max_follows, priority, rehearsal, status, seq, next_step, attempts, retry_marks,
        error_code, error, created_ts, started_ts, ended_ts) VALUES
        (x'00000000000000000000000000000001', 0, 'instagram', 't', 't', 'view_profile', 1, 1,
        'normal', 0, 'failed', 0, 1, 2, 1, 'network_error', 'No network.', 1, 2, 3),
        (x'00000000000000000000000000000002', 1, 'instagram', 't', 't', 'view_profile', 1, 1,
        'normal', 0, 'running', 0, 0, 1, 0, NULL, NULL, 1, 5, NULL),
        (x'00000000000000000000000000000003', 1, 'instagram', 't', 't', 'view_profile', 1, 1,
        'normal', 0, 'queued', 1, 0, 0, 0, NULL, NULL, 1, NULL, NULL);
    INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts, ended_ts, ending)
        VALUES (1, x'00000000000000000000000000000001', 0, 0, 2, 2, 'network_error'),
        (2, x'00000000000000000000000000000001', 0, 0, 3, 3, 'network_error'),
        (3, x'00000000000000000000000000000002', 1, 0, 5, NULL, NULL);
    INSERT INTO leases VALUES (3, 1, 0);
    INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no, rehearsal,
        target, action, status, reason, latency_ms, at, ts) VALUES
        (x'00000000000000000000000000000001', 1, 0, 0, 0, 0, 't', 'view', 'success', '', 9, 1,
        2);
";

#[test]
fn every_table_but_meta_is_emptied() {
    let connection = Connection::open_in_memory().unwrap();
    for text in MIGRATIONS.into_iter().flatten() {
        connection.execute_batch(text).unwrap();
    }
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'meta'
               AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut statement = connection.prepare(sql).unwrap();
    let tables = statement.query_map([], |row| row.get(0)).unwrap();
    let tables: Vec<String> = tables.map(rusqlite::Result::unwrap).collect();
    let mut content = CONTENT.to_vec();
    content.sort_unstable();
    assert_eq!(tables, content);
}

#[test]
fn a_file_of_the_first_format_is_brought_to_this_one() {
    use crate::store::{Durability, Store, World, tasks};
    use signalbox_scheduler::TaskId;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("old.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(V1).unwrap();
    old.execute_batch(FIRST).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);

    let store = Store::open(&path, World::Simulated, Durability::Full).unwrap();
    let connection = store.connection();
    let check = |task, status: &str, attempts, next_step, error: Option<&str>| {
        let row = tasks::get(connection, TaskId(task)).unwrap().unwrap();
        assert_eq!((row.status.as_str(), row.attempts), (status, attempts));
        let next = tasks::next_step(connection, TaskId(task), |word| word == "success").unwrap();
        let last = tasks::last_error(connection, TaskId(task)).unwrap();
        let code = last.as_ref().map(|(code, _)| code.as_str());
        assert_eq!((next, code), (next_step, error), "task {task}");
    };
    check(1, "failed", 2, 1, Some("network_error"));
    check(2, "running", 1, 0, None);
    check(3, "queued", 0, 0, None);
    for pragma in ["PRAGMA foreign_key_check", "PRAGMA integrity_check"] {
        let mut statement = connection.prepare(pragma).unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut found: Vec<String> = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            found.push(row.get(0).unwrap());
        }
        assert!(found.iter().all(|word| word == "ok"), "{pragma}: {found:?}");
    }
    let twice = "INSERT INTO leases (phone_no, holds_no, attempt_no, task_id, account_no,
        started_ts) VALUES (?1, ?2, 9, x'03', 1, 6)";
    assert!(
        connection.execute(twice, [0, 0]).is_err(),
        "P2: the phone is held"
    );
    connection
        .execute("INSERT INTO phones (no, udid) VALUES (1, 'two')", [])
        .unwrap();
    assert!(
        connection.execute(twice, [1, 1]).is_err(),
        "P1: the account is held"
    );
    assert_eq!(connection.execute(twice, [1, 0]), Ok(1));
}
