//! The raw floor: SQLite, three writes a task, nothing else.

use rusqlite::{Connection, Transaction, params};
use signalbox_engine::store::{Durability, Store, World};
use signalbox_measure::Stopwatch;

const INSERT: &str = "INSERT INTO tasks (task_id, account_no, kind, target, target_key, actions,
    max_likes, max_follows, priority, note, rehearsal, status, seq, created_ts)
    VALUES (?1, ?2, 'instagram', ?3, ?3, 'search_user;view_profile;like_post;follow_user',
    1, 1, 'normal', '', 0, 'queued', ?4, ?5)";
const START: &str = "UPDATE tasks SET status = 'running' WHERE task_id = ?1";
const END: &str = "UPDATE tasks SET status = 'completed', ended_ts = ?2 WHERE task_id = ?1";

/// Wall time of all rows.
const TS: i64 = 1_795_000_000_000;

/// Tasks a second, with commits of `group` writes.
pub fn run(durability: Durability, group: usize, accounts: usize, tasks: usize) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("floor.db");
    drop(Store::open(&path, World::Simulated, durability).unwrap());
    let mut connection = Connection::open(&path).unwrap();
    configure(&connection, durability);
    let all: Vec<(usize, [u8; 16])> = (0..tasks)
        .map(|no| (no, *uuid::Uuid::now_v7().as_bytes()))
        .collect();
    let watch = Stopwatch::start();
    for rows in all.chunks(group) {
        grouped(&mut connection, |transaction| {
            let mut statement = transaction.prepare_cached(INSERT).unwrap();
            for (no, id) in rows {
                let (account, seq) = ((no % accounts) as i64, (no / accounts) as i64);
                let target = format!("target{no}");
                statement
                    .execute(params![id, account, target, seq, TS])
                    .unwrap();
            }
        });
    }
    for rows in all.chunks(group) {
        grouped(&mut connection, |transaction| {
            let mut statement = transaction.prepare_cached(START).unwrap();
            for (_, id) in rows {
                statement.execute(params![id]).unwrap();
            }
        });
        grouped(&mut connection, |transaction| {
            let mut statement = transaction.prepare_cached(END).unwrap();
            for (_, id) in rows {
                statement.execute(params![id, TS]).unwrap();
            }
        });
    }
    tasks as f64 / watch.elapsed().as_secs_f64()
}

fn grouped(connection: &mut Connection, write: impl FnOnce(&Transaction<'_>)) {
    let transaction = connection.transaction().unwrap();
    write(&transaction);
    transaction.commit().unwrap();
}

fn configure(connection: &Connection, durability: Durability) {
    let synchronous = match durability {
        Durability::Full => "full",
        Durability::Normal => "normal",
    };
    connection
        .pragma_update(None, "synchronous", synchronous)
        .unwrap();
    // The floor checks nothing.
    connection
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
}
