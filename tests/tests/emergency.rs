//! The emergency stop: no call goes out later than half a second after the answer, none after a
//! restart, and everything goes on when it is over. Told by what the phones saw.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::time::Duration;

use serde_json::json;
use signalbox_tests::books::Books;
use signalbox_tests::clock::{let_pass, now, wait_for};
use signalbox_tests::list::{List, udid};
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::PATIENCE;
use signalbox_tests::serving::Serving;
use signalbox_tests::verdict::{expect_clean, judge};
use signalbox_tests::witness::{Request, Witness};

/// What the design allows from the answer to the last call.
const GRACE_NS: u64 = 500_000_000;
/// Long enough for what would go on: several commands, looks at phones and checks of them.
const SILENCE: Duration = Duration::from_secs(3);

const TASKS: usize = 6;

/// A list of two accounts a phone.
fn list(phones: u16) -> List {
    let mut list = List::default();
    for phone in 1..=phones {
        for letter in ["a", "b"] {
            let account = format!("{letter}{phone}");
            let follow = "search_user;view_profile;like_post;follow_user";
            list = list.account(&account, Some(phone));
            list = list.tasks(&account, TASKS, follow);
        }
    }
    list
}

fn serve(place: &Place, phones: u16) -> Serving {
    let (phones, witness) = (phones.to_string(), place.path("witness.jsonl"));
    let more = [
        "--simulate",
        &phones,
        "--sim-latency-ms",
        "30",
        "--witness",
        witness.to_str().unwrap(),
    ];
    Serving::start(place, &more)
}

fn import(place: &Place, list: &List) {
    let mut import = vec!["import".into(), "--simulated".into()];
    import.extend(Job::of(place, list).into_iter().skip(1));
    place.run(import).expect_code(0);
}

fn completed(serving: &Serving) -> u64 {
    let stats = serving.get("/api/dashboard/stats").body;
    let done = &stats["system_stats"]["total_tasks_completed"];
    done.as_u64().unwrap_or_else(|| panic!("{stats}"))
}

fn order(serving: &Serving, path: &str) {
    let done = serving.post(path, &json!({}));
    assert_eq!(done.status, 200, "{path}: {}", done.body);
}

/// What phones were asked later than this moment, on the phone if one is named.
fn asked_after<'w>(witness: &'w Witness, t: u64, phone: Option<&str>) -> Vec<&'w Request> {
    let of = |it: &&Request| phone.is_none_or(|phone| it.phone == phone);
    let requests = witness.requests.iter().filter(of);
    requests.filter(|it| it.began > t).collect()
}

/// Waits until something runs on every phone.
fn wait_for_work(serving: &Serving, phones: u64) {
    wait_for("work on every phone", PATIENCE, || {
        let stats = serving.get("/api/dashboard/stats").body;
        (stats["system_stats"]["active_workers"].as_u64() == Some(phones)).then_some(())
    });
}

#[test]
fn an_emergency_stop_is_silence_within_half_a_second_and_over_a_restart() {
    let place = Place::new();
    let (phones, all) = (2, 2 * 2 * TASKS as u64);
    let list = list(phones);
    import(&place, &list);
    let serving = serve(&place, phones);
    wait_for_work(&serving, u64::from(phones));
    wait_for("some of it done", PATIENCE, || {
        (completed(&serving) > 0).then_some(())
    });
    order(&serving, "/api/system/emergency-stop");
    let stopped = now().monotonic_ns;
    let done = completed(&serving);
    assert!(done < all, "it was stopped in the middle");
    let_pass(SILENCE);
    let silent = |when: &str| {
        let witness = Witness::read(&place.path("witness.jsonl"));
        let late = asked_after(&witness, stopped + GRACE_NS, None);
        assert_eq!(late.len(), 0, "{when}: {late:#?}");
        witness
    };
    let witness = silent("after the stop");
    assert!(!witness.requests.is_empty());
    assert_eq!(completed(&serving), done);
    // Killed, not ended: the stop is durable.
    drop(serving);
    let serving = serve(&place, phones);
    let_pass(SILENCE);
    silent("after a kill and a restart");
    let health = serving.get("/api/accounts/execution-states/a1").body;
    let waiting = &health["account_state"]["waiting_task_ids"];
    if let Some(task) = waiting[1].as_str() {
        let told = serving.get(&format!("/api/tasks/{task}/status")).body;
        assert_eq!(told["waiting_on"]["code"], "stopped", "{told}");
    }
    order(&serving, "/api/system/emergency-resume");
    wait_for("the rest of it", PATIENCE, || {
        (completed(&serving) == all).then_some(())
    });
    drop(serving);
    let witness = Witness::read(&place.path("witness.jsonl"));
    let books = Books::read(&place.path("data"));
    expect_clean(&judge(&witness, &books, &list));
}

#[test]
fn a_stop_of_one_phone_leaves_the_others_at_work() {
    let place = Place::new();
    let list = list(2);
    import(&place, &list);
    let serving = serve(&place, 2);
    wait_for_work(&serving, 2);
    let stopped = udid(1);
    order(&serving, &format!("/api/devices/{stopped}/stop"));
    let at = now().monotonic_ns;
    let half = 2 * TASKS as u64;
    wait_for("the work of the other", PATIENCE, || {
        let accounts = ["a2", "b2"].map(|account| {
            let told = serving.get(&format!("/api/accounts/execution-states/{account}"));
            told.body["account_state"]["total_tasks_completed"].as_u64()
        });
        (accounts.into_iter().flatten().sum::<u64>() == half).then_some(())
    });
    let witness = Witness::read(&place.path("witness.jsonl"));
    let late = asked_after(&witness, at + GRACE_NS, Some(&stopped));
    assert_eq!(late.len(), 0, "{late:#?}");
    order(&serving, &format!("/api/devices/{stopped}/resume"));
    wait_for("the rest of it", PATIENCE, || {
        (completed(&serving) == 2 * half).then_some(())
    });
}
