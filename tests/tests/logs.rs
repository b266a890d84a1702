//! What stands in the log files after a run with every level on: what helps, and nothing of people.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::fs;

use serde_json::json;
use signalbox_tests::clock::wait_for;
use signalbox_tests::http::send;
use signalbox_tests::list::udid;
use signalbox_tests::place::Place;
use signalbox_tests::program::PATIENCE;
use signalbox_tests::serving::Serving;

const COMMENT: &str = "Quokkas on parade";
const HEADER: &str = "Bearer wombat-in-a-header";
const TARGET: &str = "numbat.garden";
const HANDLE: &str = "bilby.handle";

#[test]
fn no_secret_and_no_name_of_people_is_in_any_log_file() {
    let place = Place::new();
    let server = Serving::start(&place, &["--simulate", "1", "-vv"]);
    let account = json!({ "account_id": "anna", "handle": HANDLE });
    assert_eq!(server.post("/api/accounts", &account).status, 200);
    let task = json!({
        "account_id": "anna", "target_pages": [TARGET], "comment_list": [COMMENT],
        "actions": { "follow": true, "like": true, "comment": true },
    });
    let made = server.post("/api/engagement-task", &task);
    assert_eq!(made.status, 200, "{made:?}");
    let path = format!(
        "/api/tasks/{}/status",
        made.body["task_id"].as_str().unwrap()
    );
    wait_for("the end of the task", PATIENCE, || {
        let status = server.get(&path).body["status"].clone();
        (status == "completed").then_some(())
    });
    let refused = format!(
        "GET /api/accounts?q=secret-words HTTP/1.1\r\nHost: {}\r\nAuthorization: {HEADER}\r\n\
         Connection: close\r\n\r\n",
        server.address
    );
    for _ in 0..50 {
        assert_eq!(send(server.address, &refused).status, 401);
    }

    assert_eq!(send(server.address, "\0\0\r\n\r\n").status, 400);

    let told = server.get("/api/logs?limit=1000").body;
    let entries = told["entries"].as_array().unwrap();
    let has = |words: &str| entries.iter().any(|it| it.to_string().contains(words));
    for words in [
        "the engine has started",
        "a phone is attached",
        "udid:…0001",
    ] {
        assert!(has(words), "{words}: {told}");
    }
    assert!(entries.iter().all(|it| it["damaged"] == false), "{told}");
    let times: Vec<&str> = entries
        .iter()
        .map(|it| it["ts"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first");

    let token = server.token.clone();
    assert!(server.stop().0.success());
    let people = [&*token, COMMENT, "wombat", "secret-words", TARGET, HANDLE];
    let serial = udid(1);
    let mut files = 0;
    for file in fs::read_dir(place.path("data/logs")).unwrap() {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        files += 1;
        // What simulated phones say of themselves are the serials they were given.
        let told_all = path.ends_with("phones.log");
        let canaries = people.into_iter().chain((!told_all).then_some(&*serial));
        for canary in canaries {
            assert!(!text.contains(canary), "{canary} in {}", path.display());
        }
    }
    assert_eq!(files, 2);
    let log = place.read("data/logs/signalbox-000001.log");
    assert!(
        log.contains("\"level\":\"debug\""),
        "every level was on: {log}"
    );
    assert!(log.contains("the engine has ended"), "{log}");
}
