//! Backups beside running tasks, their restore, and a data set that is damaged: by the real program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::fs::File;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use signalbox_tests::books::Books;
use signalbox_tests::clock::{let_pass, wait_for};
use signalbox_tests::kills::{When, wait};
use signalbox_tests::list::List;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::{Ended, PATIENCE};
use signalbox_tests::serving::Serving;
use signalbox_tests::tail::Tail;
use signalbox_tests::verdict::{Violation, expect_clean, judge};
use signalbox_tests::witness::Witness;

/// Four accounts, two of them on one phone, with acts.
fn list() -> List {
    let actions = "search_user;view_profile;like_post;follow_user";
    List::default()
        .account("anna", Some(1))
        .account("bert", Some(2))
        .account("carl", None)
        .account("dora", None)
        .tasks("anna", 12, actions)
        .tasks("bert", 12, actions)
        .tasks("carl", 12, actions)
        .tasks("dora", 12, actions)
}

fn reader(path: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).expect("a database")
}

fn number(path: &Path, sql: &str) -> i64 {
    let found = reader(path).query_row(sql, [], |row| row.get(0));
    found.unwrap_or_else(|error| panic!("{}: {sql}: {error}", path.display()))
}

const COMPLETED: &str = "SELECT count(*) FROM tasks WHERE status = 'completed'";

/// `signalbox COMMAND … --data-dir data`.
fn command(place: &Place, arguments: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
    all.extend([
        "--data-dir".into(),
        place.path("data").display().to_string(),
    ]);
    all
}

/// Accepts the list, without running it.
fn import(place: &Place, list: &List) {
    let accounts = place.write("accounts.csv", list.accounts_csv());
    let tasks = place.write("tasks.csv", list.tasks_csv());
    let (accounts, tasks) = (accounts.display().to_string(), tasks.display().to_string());
    let import = [
        "import",
        "--simulated",
        "--accounts",
        &accounts,
        "--tasks",
        &tasks,
    ];
    place.run(command(place, &import)).expect_code(0);
}

fn expect_all(ended: &Ended) {
    let all = ended.stdout.starts_with("48 of 48 tasks completed");
    assert!(all, "{}", ended.told());
}

/// How often a phone was touched so far.
fn touches(place: &Place) -> usize {
    let witness = Witness::read(&place.path("witness.jsonl"));
    witness.requests.iter().filter(|it| it.is_touch()).count()
}

/// Overwrites the root page of a table or an index, as a failing disk would.
fn damage(database: &Path, object: &str) {
    let sql = format!("SELECT rootpage FROM sqlite_schema WHERE name = '{object}'");
    let page = number(database, &sql).unsigned_abs();
    let file = File::options().write(true).open(database).unwrap();
    file.write_all_at(&[0xa5; 200], (page - 1) * 4_096).unwrap();
}

/// The verdict but for what a history that was set back cannot know: which tasks had come up
/// already, and the tries and acts since the backup. What was done then is found done.
fn verdict(place: &Place, list: &List) -> Vec<Violation> {
    let books = Books::read(&place.path("data"));
    let mut violations = judge(&Witness::read(&place.path("witness.jsonl")), &books, list);
    let found = violations.len();
    violations.retain(|it| it.rule != "outcomes" || !it.what.contains(": 0 good outcomes for "));
    let again = books.interactions.iter();
    let again = again.filter(|row| row.status == "skipped" && row.reason.starts_with("already_"));
    assert_eq!(found - violations.len(), again.count(), "{violations:?}");
    violations.retain(|it| !["order", "untold_try", "untold_act"].contains(&it.rule));
    violations
}

#[test]
fn a_backup_beside_running_tasks_is_restored_and_the_run_goes_on_from_it() {
    let place = Place::new();
    let list = list();
    let job = Job::of(&place, &list).simulated(&place, 3, 3);
    let witness = place.path("witness.jsonl");
    let mut tail = Tail::new(&witness);
    let mut engine = place.start(place.command(job.clone()));
    let ended = wait(
        When::Working(12, Duration::ZERO),
        &mut engine,
        &mut tail,
        &place.path("data"),
    );
    assert!(ended.is_none(), "it still runs");

    let backup = place.run(command(&place, &["backup"])).expect_code(0);
    let backup = PathBuf::from(backup.stdout.trim());
    assert_eq!(backup.metadata().unwrap().mode() & 0o777, 0o600);
    let then = number(&backup, COMPLETED);
    assert!((1..48).contains(&then), "{then} were done by then");
    assert_eq!(number(&backup, "SELECT count(*) FROM tasks"), 48);

    // While an engine has the directory, nothing is put in the place of its data.
    let restore = command(&place, &["restore", backup.to_str().unwrap()]);
    let refused = place.run(&restore).expect_code(5);
    assert!(
        refused.stderr.contains("in use by another Signalbox"),
        "{}",
        refused.told()
    );

    // More is done than the backup knows, then the engine is killed in the middle of it.
    let acts = When::Working(8, Duration::ZERO);
    assert!(wait(acts, &mut engine, &mut tail, &place.path("data")).is_none());
    engine.kill();
    let database = place.path("data/signalbox.db");
    let since = number(&database, COMPLETED);
    assert!(since > then, "{since} {then}");

    let told = place.run(&restore).expect_code(0).stdout;
    assert_eq!(number(&database, COMPLETED), then);
    let aside = told
        .lines()
        .find_map(|line| line.strip_prefix("The data set that was here is now "));
    let aside = PathBuf::from(aside.expect(&told).trim_end_matches('.'));
    assert_eq!(
        number(&aside, COMPLETED),
        since,
        "nothing was deleted, not even what was in its log"
    );
    assert!(told.contains("Nothing starts by itself"), "{told}");

    // The same command goes on with the list, and starts nothing before the operator says so.
    let seen = touches(&place);
    let waits = place.run(job.clone()).expect_code(6);
    assert!(
        waits.stdout.contains("was restored from a backup"),
        "{}",
        waits.told()
    );
    assert_eq!(touches(&place), seen);

    let ended = place.run(job.clone().flag("--resume")).expect_code(0);
    expect_all(&ended);
    expect_clean(&verdict(&place, &list));
    let again = place.run(job).expect_code(0);
    assert!(
        again.stderr.contains("This list is finished"),
        "{}",
        again.told()
    );
}

#[test]
fn a_backup_is_no_trouble_for_a_run_and_is_made_by_itself_once_a_day() {
    let place = Place::new();
    let list = list();
    let job = Job::of(&place, &list).simulated(&place, 3, 2);
    import(&place, &list);
    let mut engine = place.start(place.command(job));
    let mut asked = 0;
    let ended = loop {
        if let Some(ended) = engine.ended() {
            break ended;
        }
        place.run(command(&place, &["backup"])).expect_code(0);
        asked += 1;
    };
    let ended = ended.expect_code(0);
    expect_all(&ended);
    assert!(asked > 1, "{asked}");
    let books = Books::read(&place.path("data"));
    expect_clean(&judge(
        &Witness::read(&place.path("witness.jsonl")),
        &books,
        &list,
    ));

    let told = place
        .run(command(&place, &["backup", "--list", "--json"]))
        .expect_code(0);
    let told: Vec<Value> = serde_json::from_str(&told.stdout).expect("a list");
    let daily: Vec<&Value> = told.iter().filter(|it| it["daily"] == true).collect();
    assert_eq!((told.len(), daily.len()), (asked + 1, 1), "{told:?}");
    let daily = Path::new(daily[0]["path"].as_str().unwrap());
    assert_eq!(daily.metadata().unwrap().mode() & 0o777, 0o600);
    let check: String = reader(daily)
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}

#[test]
fn what_cannot_be_restored_is_refused_in_words_and_changes_nothing() {
    let place = Place::new();
    let none = place
        .run(command(&place, &["backup", "--json"]))
        .expect_code(3);
    assert!(none.stderr.contains("no_data_set"), "{}", none.told());
    import(&place, &list());
    let good = place.path("good.db");
    place
        .run(command(&place, &["backup", "--to", good.to_str().unwrap()]))
        .expect_code(0);
    let before = std::fs::read(place.path("data/signalbox.db")).unwrap();
    let check = |arguments: &[&str], exit: i32, code: &str| {
        let refused = place
            .run(command(&place, &[&["--json"], arguments].concat()))
            .expect_code(exit);
        let told: Value = serde_json::from_str(&refused.stderr).expect(&refused.stderr);
        assert_eq!(told["error"]["code"], code, "{}", refused.told());
        assert_eq!(
            std::fs::read(place.path("data/signalbox.db")).unwrap(),
            before,
            "{code}"
        );
    };
    check(
        &["backup", "--to", good.to_str().unwrap()],
        5,
        "backup_exists",
    );
    check(&["restore", "nothing.db"], 3, "backup_missing");
    let text = place.write("text.db", "no database at all, but long enough");
    check(
        &["restore", text.to_str().unwrap()],
        2,
        "backup_no_data_set",
    );
    let bad = place.path("bad.db");
    std::fs::copy(&good, &bad).unwrap();
    damage(&bad, "tasks");
    check(&["restore", bad.to_str().unwrap()], 2, "backup_damaged");
    let edit = |sql: &str| {
        std::fs::copy(&good, &bad).unwrap();
        Connection::open(&bad).unwrap().execute_batch(sql).unwrap();
    };
    edit("PRAGMA user_version = 99");
    check(&["restore", bad.to_str().unwrap()], 5, "data_newer");
    edit("UPDATE meta SET value = 'live' WHERE key = 'world'");
    check(&["restore", bad.to_str().unwrap()], 5, "data_other_world");
}

/// How the engine says it is, once it says this.
fn says(serving: &Serving, what: &str) -> Value {
    wait_for(what, PATIENCE, || {
        let health = serving.get("/api/system/health").body;
        let said = health["issues"].to_string().contains(what);
        said.then_some(health)
    })
}

/// Whether the last engine ended in order, as the data set has it.
fn life(place: &Place) -> String {
    let sql = "SELECT value FROM meta WHERE key = 'life'";
    let found = reader(&place.path("data/signalbox.db")).query_row(sql, [], |row| row.get(0));
    found.unwrap_or_else(|error| error.to_string())
}

/// A list that is being worked on, on three phones.
fn serve(place: &Place) -> Serving {
    let witness = place.path("witness.jsonl").display().to_string();
    Serving::start(
        place,
        &[
            "--simulate",
            "3",
            "--witness",
            &witness,
            "--sim-latency-ms",
            "20",
        ],
    )
}

#[test]
fn a_file_that_is_whole_is_found_so_after_a_kill() {
    let place = Place::new();
    import(&place, &list());
    assert_eq!(life(&place), "ended");
    drop(serve(&place));
    assert_eq!(life(&place), "open", "it was killed");
    let serving = serve(&place);
    let issues = serving.get("/api/system/health").body["issues"].to_string();
    assert!(!issues.contains("damaged"), "{issues}");
    assert!(serving.stop().0.success());
    assert_eq!(life(&place), "ended");
}

#[test]
fn damage_stops_new_starts_until_the_backup_that_is_named_is_restored() {
    let place = Place::new();
    let list = list();
    import(&place, &list);
    place.run(command(&place, &["backup"])).expect_code(0);
    drop(serve(&place));
    // Damage that nothing has met yet: no task of a list has a key.
    let database = place.path("data/signalbox.db");
    damage(&database, "keys");
    let serving = serve(&place);
    let health = says(&serving, "damaged");
    let body = json!({"account_id": "anna", "target_username": "someone"});
    let refused = serving.post("/api/tasks/create", &body);
    let code = &refused.body["code"];
    assert_eq!((refused.status, code), (500, &json!("data_damaged")));

    // Nothing is under way in the end, and nothing begins.
    wait_for("the attempts to end", PATIENCE, || {
        let health = serving.get("/api/system/health").body;
        (health["workers_active"] == 0).then_some(())
    });
    let tries = "SELECT count(*) FROM tries";
    let (begun, seen) = (number(&database, tries), touches(&place));
    let cut_off = "SELECT count(*) FROM tries WHERE ending NOT IN ('completed', 'interrupted')";
    assert_eq!(number(&database, cut_off), 0);
    let_pass(Duration::from_millis(500));
    let now = (number(&database, tries), touches(&place));
    assert_eq!(now, (begun, seen));
    assert!(number(&database, COMPLETED) < 48, "there was more to do");
    assert!(serving.stop().0.success());
    assert_eq!(life(&place), "open", "a damaged file is checked again");

    // What it says to do helps.
    let said = health["issues"].to_string();
    let name = said.split("signalbox restore ").nth(1).expect("what to do");
    let name = name.split('"').next().expect("a name");
    place
        .run(command(&place, &["restore", name]))
        .expect_code(0);
    let serving = serve(&place);
    says(&serving, "was restored from a backup");
    let (status, told) = serving.stop();
    assert!(status.success(), "{told}");
    assert!(told.contains("was restored from a backup"), "{told}");
    assert_eq!(touches(&place), seen, "nothing starts by itself");
    let job = Job::of(&place, &list).simulated(&place, 3, 20);
    let ended = place.run(job.flag("--resume")).expect_code(0);
    expect_all(&ended);
    expect_clean(&verdict(&place, &list));
}
