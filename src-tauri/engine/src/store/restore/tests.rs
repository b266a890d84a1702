//! Restores of real files, and what they refuse.

use std::os::unix::fs::{FileExt as _, MetadataExt as _};

use signalbox_scheduler::{Anchor, Reading};

use super::*;
use crate::store::backups::{Place, take};

struct Bench {
    dir: tempfile::TempDir,
    database: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = dir.path().join("signalbox.db");
        Self { dir, database }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A turn of the journal at this wall time, and an act of an account.
    fn turn(&self, path: &Path, seq: i64, ts: i64, world: World) {
        let mut store = Store::open(path, world, Durability::Normal).unwrap();
        let transaction = store.begin().unwrap();
        let reading = Reading {
            boot_id: 1,
            boot_ms: ts.unsigned_abs(),
            wall_ms: ts,
        };
        let mut entry = journal::Entry::default();
        entry.add(&Record::EngineStarted).unwrap();
        journal::append(
            &Prepared::new(&transaction),
            seq,
            &Anchor::new(reading),
            &mut entry,
        )
        .unwrap();
        let sql = "INSERT INTO intents (attempt_no, step, task_id, account_no, act, target_key, at,
                   ts) VALUES (?1, 0, x'01', 3, 'follow', 'bob', ?2, ?2)";
        transaction.execute(sql, params![seq, ts]).unwrap();
        transaction.commit().unwrap();
    }

    fn backup(&self, database: &Path, name: &str, now_ms: i64) -> PathBuf {
        let path = self.path(name);
        take(database, Place::File(&path), now_ms, &Stop::default()).unwrap();
        path
    }

    fn restore(&self, file: &Path, asked: Option<World>) -> Result<Restored, RestoreError> {
        restore(file, &self.database, asked, 9_000)
    }
}

fn turns(path: &Path) -> i64 {
    let reader = Store::reader(path).unwrap();
    let sql = "SELECT count(*) FROM intents";
    reader.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn the_backup_is_in_its_place_paused_and_the_data_set_beside_it_with_its_log() {
    let bench = Bench::new();
    bench.turn(&bench.database, 1, 1_000, World::Simulated);
    let file = bench.backup(&bench.database, "mine.db", 1_500);
    bench.turn(&bench.database, 2, 2_000, World::Simulated);
    // An engine that was killed leaves what it committed last in the log beside the database.
    let killed = Store::open(&bench.database, World::Simulated, Durability::Full).unwrap();
    let sql = "INSERT INTO intents (attempt_no, step, task_id, account_no, act, target_key, at, ts)
               VALUES (3, 0, x'01', 4, 'like', 'bob', 3000, 3000)";
    killed.connection().execute(sql, []).unwrap();
    assert!(
        with_suffix(&bench.database, "-wal")
            .metadata()
            .unwrap()
            .len()
            > 0
    );

    let restored = bench.restore(&file, None).unwrap();
    drop(killed);
    assert_eq!(
        (restored.world, restored.taken_ms),
        (World::Simulated, 1_500)
    );
    let lost = restored.lost.unwrap();
    assert_eq!((lost.acts, lost.accounts), (2, 2));
    let aside = restored.aside.unwrap();
    assert_eq!(turns(&aside), 3, "also what was in the log alone");
    assert_eq!(turns(&bench.database), 1);
    assert_eq!(turns(&file), 1, "the backup is as it was");
    assert_eq!(bench.database.metadata().unwrap().mode() & 0o777, 0o600);

    let store = Store::open(&bench.database, World::Simulated, Durability::Normal).unwrap();
    let connection = store.connection();
    let replayed = journal::replay(connection, Settings::simulated()).unwrap();
    assert!(replayed.state.is_paused());
    assert_eq!(replayed.seq, 2);
    let why = held(connection).unwrap().unwrap();
    assert!(why.contains("since 1970-01-01T00:00:01.500Z"), "{why}");
    release(connection).unwrap();
    assert_eq!(held(connection).unwrap(), None);
    assert_eq!(meta::get(connection, TAKEN).unwrap(), None);
}

#[test]
fn into_an_empty_place() {
    let (bench, other) = (Bench::new(), Bench::new());
    other.turn(&other.database, 1, 1_000, World::Live);
    let file = other.backup(&other.database, "live.db", 1_500);
    let restored = bench.restore(&file, Some(World::Live)).unwrap();
    assert_eq!((restored.aside, restored.lost), (None, None));
    assert_eq!(turns(&bench.database), 1);
}

#[test]
fn what_is_refused_leaves_everything_as_it_was() {
    let bench = Bench::new();
    bench.turn(&bench.database, 1, 1_000, World::Simulated);
    let good = bench.backup(&bench.database, "good.db", 1_500);
    let check = |file: &Path, asked, code: &str| {
        let refused = bench.restore(file, asked).unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
        assert_eq!(turns(&bench.database), 1);
        let mut names = fs::read_dir(bench.dir.path()).unwrap();
        let left = names.any(|entry| {
            let name = entry.unwrap().file_name();
            let name = name.to_string_lossy();
            name.contains("replaced") || name.contains(".part")
        });
        assert!(!left, "{code}: nothing half done is left");
    };
    check(&bench.path("nothing.db"), None, "backup_missing");
    check(bench.dir.path(), None, "backup_missing");
    check(&good, Some(World::Live), "data_other_world");

    let file = bench.path("file");
    fs::write(&file, "no database, but long enough to be looked at").unwrap();
    check(&file, None, "backup_no_data_set");
    fs::write(&file, "").unwrap();
    check(&file, None, "backup_no_data_set");
    let whole = fs::read(&good).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    check(&file, None, "backup_damaged");

    fs::copy(&good, &file).unwrap();
    let page = Store::reader(&file).unwrap().query_row(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'intents_by_task'",
        [],
        |row| row.get::<_, i64>(0),
    );
    let damaged = File::options().write(true).open(&file).unwrap();
    damaged
        .write_all_at(&[0xa5; 64], (page.unwrap().unsigned_abs() - 1) * 4_096)
        .unwrap();
    check(&file, None, "backup_damaged");

    let edit = |sql: &str| {
        fs::copy(&good, &file).unwrap();
        backups::writable(&file)
            .unwrap()
            .execute_batch(sql)
            .unwrap();
    };
    edit("PRAGMA user_version = 99");
    check(&file, None, "data_newer");
    edit("UPDATE meta SET value = 'live' WHERE key = 'world'");
    check(&file, None, "data_other_world");
    edit("DROP TABLE journal");
    check(&file, None, "backup_no_data_set");
    // The pages are sound, what is in them is not.
    edit("UPDATE journal SET records = '[{\"started\":1}]'");
    check(&file, None, "backup_damaged");
}

#[test]
fn a_damaged_data_set_is_replaced() {
    let bench = Bench::new();
    bench.turn(&bench.database, 1, 1_000, World::Simulated);
    let good = bench.backup(&bench.database, "good.db", 1_500);
    fs::write(&bench.database, "overwritten by something else altogether").unwrap();
    let restored = bench.restore(&good, None).unwrap();
    assert_eq!(restored.lost, None);
    let aside = fs::read_to_string(restored.aside.unwrap()).unwrap();
    assert!(aside.starts_with("overwritten"));
    assert_eq!(turns(&bench.database), 1);
}
