//! What is refused, and in which words; what the same command does the second time; and the
//! commands around the main one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use signalbox_tests::books::{Books, csv, one, open};
use signalbox_tests::clock::wait_for;
use signalbox_tests::list::List;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::PATIENCE;
use signalbox_tests::tail::Tail;
use signalbox_tests::verdict::{expect_clean, judge};
use signalbox_tests::witness::Witness;

const FOLLOW: &str = "search_user;view_profile;follow_user";

/// Two accounts on two phones, six follows each.
fn small() -> List {
    List::default()
        .account("anna", Some(1))
        .account("bert", Some(2))
        .tasks("anna", 6, FOLLOW)
        .tasks("bert", 6, FOLLOW)
}

/// Waits until the phones of the place have seen so many acts.
fn wait_for_acts(place: &Place, acts: usize) {
    let mut tail = Tail::new(&place.path("witness.jsonl"));
    let mut seen = 0;
    wait_for("acts", PATIENCE, || {
        let lines = tail.lines();
        let act = |effect: &Option<String>| effect.as_deref() == Some("follow");
        seen += lines.iter().filter(|line| act(&line.effect)).count();
        (seen >= acts).then_some(())
    });
}

#[test]
fn ctrl_c_keeps_the_list_and_the_same_command_goes_on() {
    let place = Place::new();
    let list = small();
    let job = Job::of(&place, &list).simulated(&place, 2, 2);
    let engine = place.start(place.command(job.clone()));
    wait_for_acts(&place, 3);

    // Meanwhile there is no second engine: what would need one of its own is refused.
    let second = place.run(job.clone()).expect_code(5);
    let data = place.path("data");
    let words = "has its phones already, so --witness and --sim-latency-ms cannot hold";
    assert!(second.stderr.contains(words), "{}", second.told());

    engine.interrupt();
    let ended = engine.wait().expect_code(130);
    assert!(ended.stderr.contains("safe point"), "{}", ended.told());
    let books = Books::read(&data);
    let done = books.count("completed");
    assert!((3..12).contains(&done), "{done} tasks were done");
    assert_eq!(books.leases, 0, "all attempts ended in order");
    assert_eq!(csv(&place.read("out.csv")).1, books.csv_rows(false));
    assert_eq!(place.phones_process("data"), None);

    // The files of another list have to wait for this one.
    let other = list.clone().tasks("anna", 1, "view_profile");
    let tasks = place.write("other.csv", other.tasks_csv());
    let accounts = place.path("accounts.csv");
    let refused = Job::new(&place, &accounts, &tasks).simulated(&place, 2, 2);
    let refused = place.run(refused).expect_code(5);
    assert!(
        refused
            .stderr
            .contains("The list “tasks.csv” is unfinished"),
        "{}",
        refused.told()
    );
    assert_eq!(Books::read(&data).tasks.len(), 12);

    let ended = place.run(job).expect_code(0);
    assert!(!ended.stderr.contains("accepted"), "{}", ended.told());
    let witness = Witness::read(&place.path("witness.jsonl"));
    let books = Books::read(&data);
    expect_clean(&judge(&witness, &books, &list));
    assert_eq!(books.lists, 1);
}

#[test]
fn ctrl_c_counts_however_early_it_comes() {
    let place = Place::new();
    let job = Job::of(&place, &small()).simulated(&place, 2, 2);
    let engine = place.start(place.command(job.clone()));
    wait_for("the first line", PATIENCE, || {
        engine.stderr().starts_with("Simulation").then_some(())
    });
    engine.interrupt();
    engine.wait().expect_code(130);
    place.run(job).expect_code(0);
}

#[test]
fn a_finished_list_is_told_again_and_run_again_only_when_asked() {
    let place = Place::new();
    let list = small();
    let job = Job::of(&place, &list).simulated(&place, 2, 0);
    let first = place.run(job.clone()).expect_code(0);
    let witness = || Witness::read(&place.path("witness.jsonl"));
    let touches = |witness: Witness| witness.requests.iter().filter(|it| it.is_touch()).count();
    let (acts, touched) = (witness().acts().len(), touches(witness()));
    let exported = place.read("out.csv");

    let again = place.run(job.clone()).expect_code(0);
    assert_eq!(again.stdout, first.stdout);
    assert_eq!(place.read("out.csv"), exported);
    let books = Books::read(&place.path("data"));
    assert_eq!((books.lists, books.tasks.len()), (1, 12));
    assert_eq!(touches(witness()), touched, "nothing was done");

    // The screens show that they are followed already.
    let again = job.flag("--again");
    place.run(again.clone()).expect_code(0);
    let books = Books::read(&place.path("data"));
    assert_eq!((books.lists, books.count("completed")), (2, 24));
    assert_eq!(witness().acts().len(), acts, "nobody is followed twice");
    let (_, rows) = csv(&place.read("out.csv"));
    assert_eq!(rows, books.csv_rows(false)[24..]);
    assert_eq!(follows(&rows), [("skipped", "already_following"); 12]);

    // In a world that has forgotten it, the history still knows.
    std::fs::remove_file(place.path("data/sim/world")).unwrap();
    place.run(again).expect_code(0);
    assert_eq!(witness().acts().len(), acts, "nobody is followed twice");
    let (_, rows) = csv(&place.read("out.csv"));
    assert_eq!(follows(&rows), [("dedupe_hit", "dedupe"); 12]);
}

/// What is told of the follows.
fn follows(rows: &[Vec<String>]) -> Vec<(&str, &str)> {
    let follows = rows.iter().filter(|row| row[3] == "follow");
    follows.map(|row| (&*row[4], &*row[5])).collect()
}

fn live(place: &Place, job: Job, socket: &Path) -> Command {
    let mut command = place.command(job);
    let mut address = OsString::from("UNIX:");
    address.push(socket);
    command.env("USBMUXD_SOCKET_ADDRESS", address);
    command
}

#[test]
fn one_engine_drives_the_live_phones_and_worlds_are_not_mixed() {
    let place = Place::new();
    let list = small();
    place.write("accounts.csv", list.accounts_csv());
    let (_phones, socket) = place.phones_that_pass_for_real();
    let job = Job::of(&place, &list);
    // The gap between acts holds on live phones, so it is still at work when the second comes.
    let engine = place.start(live(&place, job.clone(), &socket));
    wait_for("the live engine", PATIENCE, || {
        engine.stderr().contains("12 tasks accepted").then_some(())
    });

    let elsewhere = job.clone().with("--data-dir", place.path("elsewhere"));
    let elsewhere: Vec<OsString> = without_first(elsewhere, "--data-dir");
    let mut second = place.command(elsewhere);
    second.env("USBMUXD_SOCKET_ADDRESS", &socket);
    let second = place.start(second).wait().expect_code(5);
    for words in [
        "Another Signalbox drives the phones of this computer user",
        "signalbox run",
        &*place.path("data").to_string_lossy(),
        "use simulated phones with --simulate",
    ] {
        assert!(second.stderr.contains(words), "{}", second.told());
    }
    assert_eq!(tasks_in(&place.path("elsewhere")), 0);

    engine.interrupt();
    engine.wait().expect_code(130);

    let simulated = place.run(job.simulated(&place, 2, 0)).expect_code(5);
    let words = "is a live one, and simulated and live data are never mixed";
    assert!(simulated.stderr.contains(words), "{}", simulated.told());
}

#[test]
fn a_simulated_data_set_is_not_opened_for_live_phones() {
    let place = Place::new();
    let job = Job::of(&place, &small());
    let imported = place.run(import(&place, &place.path("tasks.csv")));
    let imported = imported.expect_code(0);
    assert!(imported.stdout.contains("12 tasks accepted"));
    let refused = place
        .start(live(&place, job, &place.path("nobody")))
        .wait()
        .expect_code(5);
    let words = "simulated and live data are never mixed";
    assert!(refused.stderr.contains(words), "{}", refused.told());
}

/// Drops the first use of an option, where a later one is meant.
fn without_first(job: Job, option: &str) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = job.into_iter().collect();
    let at = arguments.iter().position(|it| it == option).unwrap();
    arguments.drain(at..at + 2);
    arguments
}

fn import(place: &Place, tasks: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["import".into(), "--simulated".into()];
    for (option, path) in [
        ("--accounts", place.path("accounts.csv")),
        ("--tasks", tasks.to_path_buf()),
        ("--data-dir", place.path("data")),
    ] {
        arguments.extend([option.into(), path.into_os_string()]);
    }
    arguments
}

/// Everything that a data directory has accepted.
fn tasks_in(data: &Path) -> i64 {
    if !data.join("signalbox.db").exists() {
        return 0;
    }
    let connection = open(data);
    let tables = ["tasks", "accounts", "lists"];
    let count = |table: &str| one(&connection, &format!("SELECT count(*) FROM {table}"));
    tables.into_iter().map(count).sum()
}

const ACCOUNTS: &str = "account_id,handle,device_udid\na1,demo.one,\na2,demo.two,\n";
const TASKS: &str = "account_id,task_type,target_username,actions\n";

/// Both ways in refuse these accounts and tasks, tell this of them, and accept nothing.
fn check_refused(place: &Place, accounts: &[u8], tasks: &[u8], told: &[&str]) {
    place.write("accounts.csv", accounts);
    let path = place.write("tasks.csv", tasks);
    let run = Job::new(place, &place.path("accounts.csv"), &path).simulated(place, 1, 0);
    for arguments in [import(place, &path), run.into_iter().collect()] {
        let ended = place.run(arguments).expect_code(2);
        let lines: Vec<&str> = ended.stderr.lines().collect();
        let (last, problems) = lines.split_last().expect("words");
        assert!(last.contains("nothing was accepted"), "{}", ended.told());
        assert_eq!(problems.len(), told.len(), "{}", ended.told());
        for (problem, told) in problems.iter().zip(told) {
            assert!(problem.starts_with(told), "{problem}\nnot {told}");
        }
        assert_eq!(ended.stdout, "");
        assert_eq!(tasks_in(&place.path("data")), 0);
        assert_eq!(place.phones_process("data"), None, "no phone was started");
    }
}

/// A list whose third line this is.
fn third_line(row: &str) -> Vec<u8> {
    format!("{TASKS}a1,instagram,bob,view_profile\n{row}\n").into_bytes()
}

const GOOD: &str = "a2,instagram,carol,";

#[test]
fn bad_files_are_refused_whole() {
    let place = Place::new();
    let good = third_line(GOOD);
    let accounts = ACCOUNTS.as_bytes();
    let check = |accounts: &[u8], tasks: &[u8], told: &[&str]| {
        check_refused(&place, accounts, tasks, told);
    };
    let tasks = |file: &str, told: &[&str]| check(accounts, file.as_bytes(), told);
    tasks("", &["tasks.csv: the file is empty"]);
    check(b"", &good, &["accounts.csv: the file is empty"]);
    tasks(TASKS, &["tasks.csv: "]);
    let colour = "account_id,task_type,target_username,colour\na1,instagram,bob,red\n";
    let told = [
        "tasks.csv:1: field 4: \"colour\" is no column",
        "tasks.csv:1: actions: the header does not have this column",
    ];
    tasks(colour, &told);
    let short = "account_id,target_username,actions\na1,bob,\n";
    tasks(short, &["tasks.csv:1: task_type: "]);
    let twice = "account_id,account_id,task_type,target_username,actions\na1,a1,instagram,bob,\n";
    tasks(twice, &["tasks.csv:1: account_id: "]);
    let returns = String::from_utf8(good.clone()).unwrap();
    tasks(&returns.replace('\n', "\r"), &["tasks.csv"]);
    let doubled = [accounts, b"a1,demo.three,\n"].concat();
    check(&doubled, &good, &["accounts.csv:4: account_id: \"a1\""]);
    let shared = [accounts, b"a3,Demo.One,\n"].concat();
    check(&shared, &good, &["accounts.csv:4: handle: "]);

    // And the same list, mended, is accepted whole.
    place.write("accounts.csv", accounts);
    let path = place.write("tasks.csv", &good);
    place.run(import(&place, &path)).expect_code(0);
    assert_eq!(tasks_in(&place.path("data")), 2 + 2 + 1);
}

#[test]
fn bad_rows_are_named_with_line_field_and_reason() {
    let place = Place::new();
    let accounts = ACCOUNTS.as_bytes();
    let check = |row: &str, told: &str| check_refused(&place, accounts, &third_line(row), &[told]);
    check(
        "a2,instagram,carol,dance",
        "tasks.csv:3: actions: \"dance\"",
    );
    check("a9,instagram,carol,", "tasks.csv:3: account_id: \"a9\"");
    check("a2,knitting,carol,", "tasks.csv:3: task_type: \"knitting\"");
    check("a2,instagram,,", "tasks.csv:3: target_username: ");
    check("a2,instagram,carol", "tasks.csv:3: ");
    check("a2,instagram,car\0ol,", "tasks.csv:3: target_username: ");
    check("a2,instagram,\"carol,", "tasks.csv:3: ");
    let long = format!("a2,instagram,{},", "c".repeat(10 << 20));
    check(&long, "tasks.csv:3: target_username: ");

    let mut bytes = third_line(GOOD);
    let at = bytes.len() - 4;
    bytes[at] = 0xff;
    check_refused(
        &place,
        accounts,
        &bytes,
        &["tasks.csv:3: target_username: "],
    );
    for date in ["soon", "2026-02-30T10:00:00Z"] {
        let head = TASKS.replace('\n', ",not_before\n");
        let file = format!("{head}a1,instagram,bob,,{date}\n");
        let told = format!("tasks.csv:2: not_before: \"{date}\"");
        check_refused(&place, accounts, file.as_bytes(), &[&told]);
    }
    let many = "a2,instagram,carol,dance\na9,instagram,dora,";
    let told = ["tasks.csv:3: actions: ", "tasks.csv:4: account_id: "];
    check_refused(&place, accounts, &third_line(many), &told);
}

#[test]
fn usage_errors_end_with_2() {
    let place = Place::new();
    let check = |arguments: &[&str], word: &str| {
        let ended = place.run(arguments).expect_code(2);
        assert!(ended.stderr.contains(word), "{}", ended.told());
    };
    check(&[], "Usage");
    check(&["walk"], "walk");
    check(&["run"], "--accounts");
    check(
        &["run", "--accounts", "a", "--tasks", "t", "--simulate", "0"],
        "--simulate",
    );
    check(
        &["run", "--accounts", "a", "--tasks", "t", "--witness", "w"],
        "--simulate",
    );
    check(
        &["run", "--accounts", "nowhere.csv", "--tasks", "nowhere.csv"],
        "nowhere.csv",
    );
    let ended = place
        .run(["export", "--data-dir", "nowhere"])
        .expect_code(3);
    assert!(ended.stderr.contains("There is no data set in nowhere"));
}

#[test]
fn paths_and_completions() {
    let place = Place::new();
    let told = place.run(["paths", "--simulated", "--json"]).expect_code(0);
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    let data = told["data"].as_str().unwrap();
    assert!(
        data.starts_with(&*place.path("").to_string_lossy()),
        "{data}"
    );
    assert!(data.ends_with("/simulation"), "{data}");
    let told = place.run(["paths", "--json"]).expect_code(0);
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert!(told["data"].as_str().unwrap().ends_with("/live"));
    assert!(!Path::new(data).exists(), "looking makes nothing");

    let mut named = place.command(["paths"]);
    named.env("SIGNALBOX_DATA_DIR", place.path("mine"));
    let named = place.start(named).wait().expect_code(0);
    let database = place.path("mine/signalbox.db");
    assert!(
        named.stdout.contains(&*database.to_string_lossy()),
        "{}",
        named.told()
    );

    for shell in ["bash", "zsh", "fish"] {
        let told = place.run(["completions", shell]).expect_code(0);
        for command in ["run", "serve", "export", "import", "simulate", "doctor"] {
            assert!(told.stdout.contains(command), "{shell}: {command}");
        }
    }
}

#[test]
fn a_list_that_sets_too_many_accounts_on_one_target_is_refused_with_its_row() {
    let check = |accounts: u8, actions: &str, code: i32| {
        let place = Place::new();
        let names = &["anna", "bert", "cleo"][..usize::from(accounts)];
        let list = names
            .iter()
            .fold(List::default(), |list, name| list.account(name, None));
        place.write("accounts.csv", list.accounts_csv());
        let rows = names
            .iter()
            .map(|name| format!("{name},instagram,lake.one,{actions}\n"));
        let head = "account_id,task_type,target_username,actions\n";
        let tasks = place.write(
            "tasks.csv",
            rows.fold(head.to_owned(), |all, row| all + &row),
        );
        let told = place.run(import(&place, &tasks)).expect_code(code);
        let accepted = tasks_in(&place.path("data"));
        if code == 0 {
            // As many tasks, and the list.
            assert_eq!(accepted, 2 * i64::from(accounts) + 1, "{}", told.told());
            return;
        }
        assert_eq!(accepted, 0, "all of it or nothing: {}", told.told());
        for words in ["4", "“lake.one” would be acted on by 3 of your accounts"] {
            assert!(told.stderr.contains(words), "{}", told.told());
        }
    };
    check(2, FOLLOW, 0);
    check(3, FOLLOW, 2);
    // Who only looks is not counted.
    check(3, "search_user;view_profile", 0);
}
