//! A challenge ends when its owner solved it on the phone and the phone shows so; a phone that was
//! in somebody's hand is looked at before it takes a task. As an operator's scripts meet both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use serde_json::{Value, json};
use signalbox_tests::books::Books;
use signalbox_tests::clock::wait_for;
use signalbox_tests::list::{List, udid};
use signalbox_tests::place::{Job, Place, ask};
use signalbox_tests::program::PATIENCE;
use signalbox_tests::serving::Serving;
use signalbox_tests::witness::Witness;

/// Anna's second follow is answered with a challenge.
const CHALLENGE: &str = "[[fault]]\nkind = \"challenge\"\naccount = \"demo.anna\"\n\
                         effect = \"follow\"\nnth = 2\n";

/// A server with two phones, on each of which one account has so many tasks.
fn serve(place: &Place, tasks: usize) -> Serving {
    let follow = "search_user;view_profile;follow_user";
    let list = List::default()
        .account("anna", Some(1))
        .account("bert", Some(2))
        .tasks("anna", tasks, follow)
        .tasks("bert", 2, follow);
    let mut import = vec!["import".into(), "--simulated".into()];
    import.extend(Job::of(place, &list).into_iter().skip(1));
    place.run(import).expect_code(0);
    let scenario = place.write("scenario.toml", CHALLENGE);
    let witness = place.path("witness.jsonl");
    let more = [
        "--simulate",
        "2",
        "--sim-latency-ms",
        "1",
        "--scenario",
        scenario.to_str().unwrap(),
        "--witness",
        witness.to_str().unwrap(),
    ];
    Serving::start(place, &more)
}

fn state(serving: &Serving, account: &str) -> Value {
    let told = serving.get(&format!("/api/accounts/execution-states/{account}"));
    told.body["account_state"].clone()
}

fn wait_until(serving: &Serving, account: &str, wanted: &str) -> Value {
    wait_for(wanted, PATIENCE, || {
        Some(state(serving, account)).filter(|it| it["state"] == wanted)
    })
}

fn wait_for_completed(serving: &Serving, account: &str, tasks: u64) {
    wait_for("the end of its tasks", PATIENCE, || {
        let done = &state(serving, account)["total_tasks_completed"];
        (done.as_u64() == Some(tasks)).then_some(())
    });
}

fn audit(serving: &Serving) -> Vec<Value> {
    let told = serving.get("/api/audit?limit=100").body;
    let entries = told["entries"]
        .as_array()
        .unwrap_or_else(|| panic!("{told}"));
    let about = |it: &&Value| it["subject_kind"] == "account";
    entries.iter().filter(about).cloned().collect()
}

#[test]
fn a_challenge_that_was_solved_on_the_phone_is_lifted_over_http_and_not_before() {
    let place = Place::new();
    let serving = serve(&place, 4);
    wait_until(&serving, "anna", "suspended");
    let path = "/api/accounts/anna/unsuspend";
    let reason = json!({"reason": "she says she solved it"});
    let refused = serving.post(path, &reason);
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (409, &json!("challenge_stands")),
        "{}",
        refused.body
    );
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("stays suspended"), "{detail}");
    assert_eq!(state(&serving, "anna")["state"], "suspended");
    let lift = json!({"cmd": "lift", "handle": "demo.anna"});
    assert_eq!(ask(&place.phones("data"), &lift).unwrap()["ok"], true);
    let lifted = serving.post(path, &reason);
    assert_eq!(lifted.status, 200, "{}", lifted.body);
    wait_for_completed(&serving, "anna", 4);
    let rows = audit(&serving);
    let actions: Vec<&Value> = rows.iter().map(|row| &row["action"]).collect();
    assert_eq!(
        actions,
        ["account.unsuspend", "account.look", "account.look"],
        "newest first: {rows:#?}"
    );
    assert!(rows.iter().all(|row| row["why"] == reason["reason"]));
    drop(serving);
    let witness = Witness::read(&place.path("witness.jsonl"));
    assert_eq!(witness.damage, [""; 0]);
    let follows = witness.acts().into_iter().filter(|it| it.phone == udid(1));
    assert_eq!(follows.count(), 4, "each once");
}

#[test]
fn an_idle_phone_that_is_given_back_is_looked_at_before_it_takes_a_task() {
    let place = Place::new();
    let serving = serve(&place, 1);
    wait_for_completed(&serving, "anna", 1);
    let device = format!("/api/devices/{}", udid(1));
    for order in ["in-hand", "give-back"] {
        let done = serving.post(&format!("{device}/{order}"), &json!({}));
        assert_eq!(done.status, 200, "{order}: {}", done.body);
        if order == "in-hand" {
            let task = json!({"account_id": "anna", "target_username": "after.hand",
                "actions": ["search_user", "view_profile"]});
            assert_eq!(serving.post("/api/tasks/create", &task).status, 200);
        }
    }
    wait_for_completed(&serving, "anna", 2);
    drop(serving);
    let books = Books::read(&place.path("data"));
    let records = books.journal.iter().flat_map(|entry| &entry.records);
    let about_it = records.filter_map(|record| {
        let (name, what) = record.as_object()?.iter().next()?;
        let told = ["given_back", "visit_ordered", "visited", "started"];
        (what["phone"] == 0 && told.contains(&name.as_str())).then(|| name.clone())
    });
    let found: Vec<String> = about_it.collect();
    let wanted = [
        "started",
        "given_back",
        "visit_ordered",
        "visited",
        "started",
    ];
    assert_eq!(found, wanted);
}
