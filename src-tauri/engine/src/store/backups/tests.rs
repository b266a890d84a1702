//! Backups of real files, also while somebody writes.

use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::store::Durability;

/// A data set with so many rows of history in it, closed.
pub(in crate::store) fn filled(path: &Path, rows: u32) {
    let mut store = Store::open(path, World::Simulated, Durability::Normal).unwrap();
    let transaction = store.begin().unwrap();
    for no in 1..=rows {
        add(&transaction, no);
    }
    transaction.commit().unwrap();
}

/// A row in two tables: a copy that is of one moment has as many in both.
fn add(connection: &Connection, no: u32) {
    let sql = "INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts, ended_ts,
               ending) VALUES (?1, randomblob(16), 0, 0, 1, 2, 'completed')";
    connection
        .prepare_cached(sql)
        .unwrap()
        .execute([no])
        .unwrap();
    let sql = "INSERT INTO journal (seq, at, shown, boot_id, boot_ms, ts, records)
               VALUES (?1, 1, 1, x'00000000000000000000000000000000', 1, 1, '[]')";
    connection
        .prepare_cached(sql)
        .unwrap()
        .execute([no])
        .unwrap();
}

fn count(path: &Path, sql: &str) -> i64 {
    let connection = Store::reader(path).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

const ATTEMPTS: &str = "SELECT count(*) FROM attempts";
const TURNS: &str = "SELECT count(*) FROM journal";

#[test]
fn a_backup_is_whole_of_one_moment_and_the_owners_alone_while_somebody_writes() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("signalbox.db");
    filled(&database, 30_000);
    let done = AtomicBool::new(false);
    let (backup, written) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut store = Store::open(&database, World::Simulated, Durability::Normal).unwrap();
            let mut no = 30_000;
            while !done.load(Ordering::Relaxed) {
                no += 1;
                let transaction = store.begin().unwrap();
                add(&transaction, no);
                transaction.commit().unwrap();
            }
            no
        });
        let backup = take(&database, Place::Asked(dir.path()), 5_000, &Stop::default());
        done.store(true, Ordering::Relaxed);
        (backup.unwrap(), writer.join().unwrap())
    });
    let copied = count(&backup.path, ATTEMPTS);
    assert_eq!(copied, count(&backup.path, TURNS), "of one moment");
    assert!((30_000..=i64::from(written)).contains(&copied), "{copied}");
    assert_eq!(fs::metadata(&backup.path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(list(dir.path()), std::slice::from_ref(&backup));
    assert_eq!(
        backup.name(),
        "signalbox-simulation-19700101T000005.000Z-asked.db"
    );
    // It needs nothing beside it, and nothing else was left.
    let names = fs::read_dir(dir.path()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    let others = names.iter().filter_map(|name| name.to_str());
    let others = others.filter(|name| !name.starts_with("signalbox.db"));
    assert_eq!(others.collect::<Vec<_>>(), [backup.name()]);
}

#[test]
fn seven_days_are_kept_and_what_was_asked_for_stays() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("data.db");
    let backups = dir.path().join("backups");
    fs::create_dir(&backups).unwrap();
    filled(&database, 1);
    let stop = Stop::default();
    assert_eq!(due_in(&backups, 0), 0, "none yet");
    take(&database, Place::Asked(&backups), 1, &stop).unwrap();
    assert_eq!(
        due_in(&backups, 2),
        0,
        "one that was asked for is no daily one"
    );
    fs::write(backups.join("mine.db"), "mine").unwrap();
    for day in 0..10 {
        take(&database, Place::Daily(&backups), day * EVERY_MS, &stop).unwrap();
        assert_eq!(due_in(&backups, day * EVERY_MS), EVERY_MS);
        assert_eq!(due_in(&backups, (day + 1) * EVERY_MS - 5), 5);
        assert_eq!(due_in(&backups, (day + 1) * EVERY_MS), 0);
    }
    let kept: Vec<(i64, bool)> = list(&backups)
        .iter()
        .map(|backup| (backup.taken_ms, backup.daily))
        .collect();
    let days = (3..10).map(|day| (day * EVERY_MS, true));
    assert_eq!(
        kept,
        std::iter::once((1, false)).chain(days).collect::<Vec<_>>()
    );
    assert!(backups.join("mine.db").exists(), "not ours to delete");
    // The clock was set back: one that seems to be the oldest is not deleted as soon as it is made.
    assert_eq!(due_in(&backups, 5), 0);
    let made = take(&database, Place::Daily(&backups), 5, &stop).unwrap();
    assert!(made.path.exists());
    assert_eq!(due_in(&backups, 5), EVERY_MS);
    assert_eq!(
        list(&backups).len(),
        8,
        "seven, and the one that was asked for"
    );
}

#[test]
fn a_damaged_data_set_gives_no_backup_and_the_older_ones_stay() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("signalbox.db");
    let backups = dir.path().join("backups");
    fs::create_dir(&backups).unwrap();
    filled(&database, 2_000);
    let stop = Stop::default();
    for day in 0..7 {
        take(&database, Place::Daily(&backups), day * EVERY_MS, &stop).unwrap();
    }
    let before = list(&backups);
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'attempts'";
    let page = count(&database, sql).unsigned_abs();
    let file = File::options().write(true).open(&database).unwrap();
    file.write_all_at(&[0xa5; 64], (page - 1) * 4_096).unwrap();
    let refused = take(&database, Place::Daily(&backups), 7 * EVERY_MS, &stop).unwrap_err();
    assert_eq!(refused.code(), "backup_damaged", "{refused}");
    assert_eq!(list(&backups), before);
    assert_eq!(
        fs::read_dir(&backups).unwrap().count(),
        7,
        "nothing half done"
    );
    assert!(advice(&backups).ends_with(&before[6].name()));
}

#[test]
fn what_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("signalbox.db");
    let to = dir.path().join("mine.db");
    let stop = Stop::default();
    let code = |to: &Path| {
        take(&database, Place::File(to), 0, &stop)
            .unwrap_err()
            .code()
    };
    assert_eq!(code(&to), "no_data_set");
    filled(&database, 5_000);
    assert_eq!(
        code(&database),
        "backup_exists",
        "least of all the data set"
    );
    assert_eq!(code(&dir.path().join("no/dir/b.db")), "backup_unusable");
    take(&database, Place::File(&to), 0, &stop).unwrap();
    assert_eq!(code(&to), "backup_exists");
    stop.ask();
    assert_eq!(code(&dir.path().join("other.db")), "engine_stopping");
    assert!(!dir.path().join("other.db").exists());
    assert_eq!(list(dir.path()), []);
}

#[test]
fn names() {
    let check = |text: &str, expected| assert_eq!(parse(text), expected, "{text}");
    for (world, ending, daily) in [(World::Live, "", true), (World::Simulated, ASKED, false)] {
        let name = name(world, 1_795_435_200_007, ending);
        check(&name, Some((world, 1_795_435_200_007, daily)));
    }
    check(
        "signalbox-live-20261123T120000.007Z.db",
        Some((World::Live, 1_795_435_200_007, true)),
    );
    check("signalbox-other-20261123T120000.007Z.db", None);
    check("signalbox-live-20261123.db", None);
    check("signalbox-live-20261123T120000.007Z.db.77.part", None);
    check("signalbox.db", None);
}

#[test]
fn what_a_killed_process_left_half_done_goes_with_the_next_backup() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("data.db");
    filled(&database, 1);
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let part = |pid: u32, suffix: &str| {
        let name = format!("signalbox-live-x.db.{pid}.part{suffix}");
        let path = dir.path().join(name);
        fs::write(&path, "half").unwrap();
        path
    };
    let gone = [part(child.id(), ""), part(child.id(), "-wal")];
    let alive = part(std::os::unix::process::parent_id(), "");
    take(&database, Place::Daily(dir.path()), 1, &Stop::default()).unwrap();
    assert!(gone.iter().all(|path| !path.exists()));
    assert!(alive.exists());
}
