//! The command line beside an engine that runs: it goes through its control socket, and says and
//! ends as it does alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;

use serde_json::Value;
use signalbox_tests::books::Books;
use signalbox_tests::list::List;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::Ended;
use signalbox_tests::serving::Serving;

const LOOK: &str = "search_user;view_profile";

fn small() -> List {
    List::default()
        .account("anna", None)
        .account("bert", None)
        .tasks("anna", 2, LOOK)
        .tasks("bert", 2, LOOK)
}

/// The program with these words, about the data directory of the place.
fn ask(place: &Place, words: &[&str]) -> Ended {
    let data = place.path("data").into_os_string();
    let words = words.iter().map(OsString::from);
    place.run(words.chain(["--data-dir".into(), data]))
}

/// What it says on stdout with `--json`.
fn status(place: &Place) -> Value {
    let told = ask(place, &["status", "--json"]).expect_code(0);
    serde_json::from_str(&told.stdout).unwrap()
}

fn import(place: &Place, accounts: &Path, tasks: &Path) -> Vec<OsString> {
    let words = ["import", "--simulated", "--data-dir"].map(OsString::from);
    let mut words = Vec::from(words);
    words.push(place.path("data").into());
    words.extend(["--accounts".into(), accounts.into()]);
    words.extend(["--tasks".into(), tasks.into()]);
    words
}

/// What a command says alone and beside an engine, in two places.
fn alone_and_beside(words: &dyn Fn(&Place) -> Vec<OsString>, code: i32) -> [Ended; 2] {
    let ended = [false, true].map(|beside| {
        let place = Place::new();
        place.write("accounts.csv", small().accounts_csv());
        place.write("tasks.csv", small().tasks_csv());
        place.write(
            "bad.csv",
            "account_id,task_type,target_username,actions\nanna,instagram,b b,\n",
        );
        let server = beside.then(|| Serving::start(&place, &["--simulate", "1"]));
        let ended = place.run(words(&place)).expect_code(code);
        if let Some(server) = server {
            assert!(server.stop().0.success());
        }
        ended
    });
    let [alone, beside] = &ended;
    assert_eq!(alone.stdout, beside.stdout, "{}", beside.told());
    ended
}

#[test]
fn a_list_is_accepted_alike_alone_and_beside_an_engine() {
    let good = |place: &Place| import(place, &place.path("accounts.csv"), &place.path("tasks.csv"));
    let [_, beside] = alone_and_beside(&good, 0);
    assert_eq!(
        beside.stdout,
        "List “tasks.csv”: 4 tasks accepted, 2 new accounts.\n"
    );
    let bad = |place: &Place| import(place, &place.path("accounts.csv"), &place.path("bad.csv"));
    let [alone, beside] = alone_and_beside(&bad, 2);
    assert_eq!(alone.stderr, beside.stderr);
    assert!(
        beside.stderr.contains("nothing was accepted"),
        "{}",
        beside.told()
    );
}

#[test]
fn a_history_is_taken_alike_alone_and_beside_an_engine() {
    let rows = "account_id,target_username,action,status,ts\n\
                a=b & c,bob,follow,success,2026-01-02T03:04:05Z\n\
                anna,carol,like,success,2026-01-02T03:04:06Z\n";
    let words = |of: &str, place: &Place| {
        let history = place.write("old #1.csv", rows);
        let tasks = place.path("tasks.csv");
        let mut known = import(place, &place.path("accounts.csv"), &tasks);
        place.run(std::mem::take(&mut known)).expect_code(0);
        let words = ["import", "--simulated", "--map", of, "--history"];
        let mut words = Vec::from(words.map(OsString::from));
        words.push(history.into());
        words.extend(["--data-dir".into(), place.path("data").into()]);
        words
    };
    let [alone, _] = alone_and_beside(&|place| words("a=b & c=bert", place), 0);
    assert!(
        alone.stdout.contains("2 rows; 2 are new"),
        "{}",
        alone.told()
    );
    let refused = alone_and_beside(&|place| words("anna=anna", place), 2);
    for ended in refused {
        assert!(ended.stderr.contains("a=b & c"), "{}", ended.told());
    }
}

#[test]
fn a_list_runs_through_the_engine_that_runs() {
    let run = |place: &Place| {
        let files = (place.path("accounts.csv"), place.path("tasks.csv"));
        let job = Job::new(place, &files.0, &files.1);
        let job = job
            .with("--simulate", "1")
            .with("--out", place.path("out.csv"));
        job.into_iter().collect()
    };
    let [alone, beside] = alone_and_beside(&run, 0);
    assert!(
        alone.stderr.contains("1 simulated iPhones"),
        "{}",
        alone.told()
    );
    assert!(
        beside.stderr.contains("Through the Signalbox that runs"),
        "{}",
        beside.told()
    );
    assert!(
        beside.stderr.contains("4 of 4 tasks done"),
        "{}",
        beside.told()
    );
    assert!(
        beside.stderr.contains("outcomes written to"),
        "{}",
        beside.told()
    );
}

#[test]
fn a_script_runs_through_the_engine_that_runs() {
    let run = |place: &Place| {
        place.write(
            "open.yaml",
            "appId: com.burbn.instagram\n---\n- launchApp\n- back\n",
        );
        let words = [
            "flow",
            "run",
            "open.yaml",
            "--account",
            "anna",
            "--simulate",
            "1",
        ];
        let mut words: Vec<OsString> = words.map(OsString::from).into();
        words.extend(["--data-dir".into(), place.path("data").into()]);
        words
    };
    let [_, beside] = alone_and_beside(&run, 0);
    assert!(
        beside.stdout.contains("1 of 1 tasks completed"),
        "{}",
        beside.told()
    );
    assert!(
        beside.stderr.contains("Through the Signalbox that runs"),
        "{}",
        beside.told()
    );
}

#[test]
fn pauses_and_stops_reach_the_engine_and_are_told_as_of_the_command_line() {
    let place = Place::new();
    // Without a data set there is nothing to pause, and nothing is made.
    let told = ask(&place, &["pause"]).expect_code(3);
    assert!(
        told.stderr.contains("There is no data set"),
        "{}",
        told.told()
    );
    let told = ask(&place, &["status"]).expect_code(4);
    assert!(told.stderr.contains("No Signalbox runs"), "{}", told.told());
    assert!(!place.path("data").exists());

    let server = Serving::start(&place, &["--simulate", "1"]);
    let socket = place.path("data/control.sock");
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let now = status(&place);
    assert_eq!(
        (&now["state"], &now["simulated"]),
        (&"started".into(), &true.into())
    );
    assert_eq!(
        (&now["devices_attached"], &now["tasks_running"]),
        (&1.into(), &0.into())
    );
    let words = ask(&place, &["status"]).expect_code(0).stdout;
    assert!(
        words.contains("1 attached") && words.contains("(simulated)"),
        "{words}"
    );

    for (word, state) in [
        ("pause", "paused"),
        ("emergency-stop", "stopped"),
        ("emergency-resume", "paused"),
        ("resume", "started"),
        ("emergency-stop", "stopped"),
    ] {
        ask(&place, &[word]).expect_code(0);
        assert_eq!(status(&place)["state"], state, "after {word}");
    }
    let audit = server.get("/api/audit").body;
    let rows = audit["entries"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["who"] == "cli");
    let actions: Vec<&str> = rows.map(|row| row["action"].as_str().unwrap()).collect();
    let ordered = [
        "system.stop",
        "system.resume",
        "system.unstop",
        "system.stop",
        "system.pause",
    ];
    assert_eq!(actions[..5], ordered, "newest first");

    // The stop holds over the engine's end, and is ended without an engine.
    assert!(server.stop().0.success());
    assert!(!socket.exists(), "the socket went with the engine");
    ask(&place, &["status"]).expect_code(4);
    let server = Serving::start(&place, &["--simulate", "1"]);
    assert_eq!(status(&place)["state"], "stopped");
    assert!(server.stop().0.success());
    let alone = ask(&place, &["emergency-resume", "--json"]).expect_code(0);
    assert!(
        alone.stdout.contains("\"success\":true"),
        "{}",
        alone.told()
    );
    let server = Serving::start(&place, &["--simulate", "1"]);
    assert_eq!(status(&place)["state"], "started");
    drop(server);
}

#[test]
fn a_killed_engine_leaves_a_socket_that_keeps_nobody_out() {
    let place = Place::new();
    let server = Serving::start(&place, &["--simulate", "1"]);
    drop(server);
    assert!(place.path("data/control.sock").exists(), "it was killed");
    ask(&place, &["status"]).expect_code(4);
    let words = import(
        &place,
        &place.write("accounts.csv", small().accounts_csv()),
        &place.write("tasks.csv", small().tasks_csv()),
    );
    place.run(words).expect_code(0);
    let server = Serving::start(&place, &["--simulate", "1"]);
    assert_eq!(status(&place)["accounts"], 2);
    drop(server);
}

#[test]
fn a_data_directory_with_a_long_path_has_its_socket_elsewhere() {
    let place = Place::new();
    let long = place.path(&"long-".repeat(30));
    let mut command = place.command(["run", "--simulate", "1", "--accounts", "accounts.csv"]);
    place.write("accounts.csv", small().accounts_csv());
    place.write("tasks.csv", small().tasks_csv());
    command
        .args(["--tasks", "tasks.csv", "--max-wait", "1s", "--data-dir"])
        .arg(&long);
    let told = |words: &[&str]| {
        let words = words.iter().map(OsString::from);
        place.run(words.chain(["--data-dir".into(), long.clone().into_os_string()]))
    };
    let imported = place.start(command).wait().expect_code(0);
    assert!(imported.stdout.contains("4 of 4"), "{}", imported.told());
    let paths = told(&["paths", "--json"]).expect_code(0);
    let paths: Value = serde_json::from_str(&paths.stdout).unwrap();
    let socket = Path::new(paths["control"].as_str().unwrap());
    assert!(
        socket.starts_with("/tmp") && !socket.exists(),
        "{}",
        socket.display()
    );

    told(&["emergency-stop"]).expect_code(0);
    let mut serve = place.command(["serve", "--simulate", "1", "--data-dir"]);
    serve.arg(&long);
    let server = place.start(serve);
    signalbox_tests::clock::wait_for("a socket", signalbox_tests::program::PATIENCE, || {
        socket.exists().then_some(())
    });
    let stands = told(&["status", "--json"]).expect_code(0);
    assert!(
        stands.stdout.contains("\"state\":\"stopped\""),
        "{}",
        stands.told()
    );
    server.interrupt();
    server.wait().expect_code(0);
    assert!(!socket.exists());
}

#[test]
fn what_cannot_hold_for_an_engine_that_runs_is_refused() {
    let place = Place::new();
    let server = Serving::start(&place, &["--simulate", "1"]);
    let job = Job::of(&place, &small()).with("--simulate", "1");
    let check = |job: Job, told: &str| {
        let refused = place.run(job).expect_code(5);
        assert!(refused.stderr.contains(told), "{}", refused.told());
    };
    let scenario = place.write("scenario.toml", "");
    let more = job
        .clone()
        .with("--time-scale", "60")
        .with("--scenario", scenario);
    check(more, "so --scenario and --time-scale cannot hold");
    check(job.clone().flag("--fresh"), "so --fresh cannot hold");
    let live = Job::of(&place, &small());
    check(
        live,
        "has simulated phones, and simulated and live data are never mixed",
    );
    assert_eq!(Books::read(&place.path("data")).tasks.len(), 0);
    drop(server);
}

/// Answers every question on a socket with this, as a process of this user.
fn answer_all(socket: &Path, answer: &'static str) {
    let listener = UnixListener::bind(socket).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut header = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            while header.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let _ = stream.write_all(answer.as_bytes());
        }
    });
}

#[test]
fn an_engine_of_another_version_is_named_and_a_stranger_is_told_nothing() {
    let check = |answer, code, told: &str| {
        let place = Place::new();
        place.write("accounts.csv", small().accounts_csv());
        place.write("tasks.csv", small().tasks_csv());
        std::fs::create_dir(place.path("data")).unwrap();
        answer_all(&place.path("data/control.sock"), answer);
        for words in [
            vec![
                "status".into(),
                "--data-dir".into(),
                place.path("data").into(),
            ],
            import(
                &place,
                &place.path("accounts.csv"),
                &place.path("tasks.csv"),
            ),
        ] {
            let refused = place.run(words).expect_code(code);
            assert!(refused.stderr.contains(told), "{}", refused.told());
        }
    };
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n{\"message\":\"\",\"version\":\"99.0\"}",
        5,
        "The Signalbox that runs is version 99.0",
    );
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        5,
        "does not answer as Signalbox does",
    );
    check("", 1, "has ended meanwhile");
    check("SSH-2.0-OpenSSH\r\n", 1, "has ended meanwhile");
}
