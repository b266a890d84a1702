//! A phone that fails again and again is taken out, says so, and comes back once it is well; the
//! others do its work meanwhile where they may.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use serde_json::Value;
use signalbox_tests::books::Books;
use signalbox_tests::clock::wait_for;
use signalbox_tests::list::{List, udid};
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::PATIENCE;
use signalbox_tests::serving::Serving;

/// On the first phone the first five follows meet no network.
const NO_NETWORK: &str = "[[fault]]\nkind = \"network_error\"\nphone = 1\neffect = \"follow\"\n\
                          nth = 1\ntimes = 5\nfor = \"1ms\"\n";

fn device(serving: &Serving, number: u16) -> Option<Value> {
    let told = serving.get("/api/devices/status").body;
    let devices = told["devices"].as_array()?.clone();
    devices.into_iter().find(|it| it["udid"] == udid(number))
}

#[test]
fn a_phone_that_fails_five_times_is_out_until_it_passes_a_health_check() {
    let place = Place::new();
    let mut list = List::default();
    for account in ["a1", "a2", "a3", "a4", "a5"] {
        list = list.account(account, Some(1));
        list = list.tasks(account, 1, "search_user;view_profile;follow_user");
    }
    let mut import = vec!["import".into(), "--simulated".into()];
    import.extend(Job::of(&place, &list).into_iter().skip(1));
    place.run(import).expect_code(0);
    let scenario = place.write("scenario.toml", NO_NETWORK);
    let more = [
        "--simulate",
        "2",
        "--time-scale",
        "4",
        "--scenario",
        scenario.to_str().unwrap(),
    ];
    let serving = Serving::start(&place, &more);
    let broken = wait_for("a phone that is out", PATIENCE, || {
        device(&serving, 1).filter(|it| it["error_code"] == "E-DEV-BREAKER")
    });
    assert_eq!(broken["status"], "error", "{broken}");
    let sentence = broken["error_message"].as_str().unwrap();
    assert!(
        sentence.contains("failed 5 times in 5 minutes"),
        "{sentence}"
    );
    assert_eq!(device(&serving, 2).unwrap()["status"], "ready");
    let (mut tasks, mut waits) = (Vec::new(), Vec::new());
    for account in ["a1", "a2", "a3", "a4", "a5"] {
        let state = serving.get(&format!("/api/accounts/execution-states/{account}"));
        let task = state.body["account_state"]["waiting_task_ids"][0].clone();
        let path = format!("/api/tasks/{}/status", task.as_str().expect("it waits"));
        waits.push(serving.get(&path).body["waiting_on"]["code"].clone());
        tasks.push(path);
    }
    // What it failed at waits for its time, and would wait for the phone after that.
    for code in &waits {
        assert!(
            code == "retry_at" || code == "device_not_ready",
            "{waits:?}"
        );
    }
    for task in &tasks {
        wait_for(task, PATIENCE, || {
            (serving.get(task).body["status"] == "completed").then_some(())
        });
    }
    assert_eq!(device(&serving, 1).unwrap()["error_code"], Value::Null);
    drop(serving);
    out_for_ten_seconds(&Books::read(&place.path("data")));
}

/// What the journal says of it: asked after ten seconds, and nothing started meanwhile.
fn out_for_ten_seconds(books: &Books) {
    let all = books.journal.iter();
    let records: Vec<(i64, &Value)> = all
        .flat_map(|entry| entry.records.iter().map(|record| (entry.at, record)))
        .collect();
    let at = |name: &str| {
        let found = records
            .iter()
            .find(|(_, record)| record.get(name).is_some());
        found.unwrap_or_else(|| panic!("nothing was {name}")).0
    };
    let (tripped, asked, back) = (at("tripped"), at("health_ordered"), at("recovered"));
    assert!(asked - tripped >= 10_000, "asked after {}", asked - tripped);
    let between = |(at, record): &&(i64, &Value)| {
        *at > tripped && *at < back && record.get("started").is_some()
    };
    assert_eq!(
        records.iter().find(between),
        None,
        "nothing starts on it meanwhile"
    );
    let ended = records
        .iter()
        .filter(|(_, record)| record["ended"]["ending"] == "network_error");
    assert_eq!(ended.count(), 5);
}
