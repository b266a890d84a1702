//! A control that is missing on two phones with one release of the app: the action waits, a banner
//! says why, a phone with another release takes its tasks, and corrected locators end it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use signalbox_tests::books::Books;
use signalbox_tests::clock::wait_for;
use signalbox_tests::list::{List, udid};
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::PATIENCE;
use signalbox_tests::serving::Serving;

const FOLLOW: &str = "search_user;view_profile;follow_user";
const RELEASE: &str = "361.1.0";
/// The third phone has another release of the app.
const PHONES: &str = "[[phone]]\nphone = 3\napp_version = \"B\"\n";
/// A follow button that is nowhere in the older release, and where it was in the newer one.
const WRONG: &str = "format = 1\n[locators]\n\"profile.follow\" = [\n  { id = \"gone\", before = \
                     \"400\" },\n  { id = \"user-detail-header-follow-button\", since = \"400\" },\n]\n";

fn write_screens(place: &Place, text: &str) {
    let data = place.path("data");
    fs::create_dir_all(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    place.write("data/screens.toml", text);
}

fn import(place: &Place, list: &List) {
    let mut import = vec!["import".into(), "--simulated".into()];
    import.extend(Job::of(place, list).into_iter().skip(1));
    place.run(import).expect_code(0);
}

fn notices(serving: &Serving) -> Vec<Value> {
    let told = serving.get("/api/notices").body;
    told["notices"].as_array().unwrap().clone()
}

/// The paths of the tasks in an account's line.
fn waiting(serving: &Serving, account: &str) -> Vec<String> {
    let state = serving.get(&format!("/api/accounts/execution-states/{account}"));
    let ids = state.body["account_state"]["waiting_task_ids"].clone();
    let ids = ids.as_array().unwrap().iter();
    ids.map(|id| format!("/api/tasks/{}/status", id.as_str().unwrap()))
        .collect()
}

fn completes(serving: &Serving, task: &str) {
    wait_for(task, PATIENCE, || {
        (serving.get(task).body["status"] == "completed").then_some(())
    });
}

#[test]
fn an_action_whose_control_is_missing_on_two_phones_is_paused_for_that_release() {
    let place = Place::new();
    let mut list = List::default();
    for (account, phone) in [("anna", 1), ("bert", 2), ("carl", 3)] {
        list = list.account(account, Some(phone));
        list = list.tasks(account, 1, FOLLOW);
    }
    import(&place, &list);
    write_screens(&place, WRONG);
    let scenario = place.write("scenario.toml", PHONES);
    let more = ["--simulate", "3", "--scenario", scenario.to_str().unwrap()];
    let serving = Serving::start(&place, &more);

    let notice = wait_for("the banner", PATIENCE, || notices(&serving).pop());
    assert_eq!(notice["code"], "action_paused", "{notice}");
    assert_eq!(notice["action"], "follow_user");
    assert_eq!(notice["app_version"], RELEASE);
    let sentence = notice["sentence"].as_str().unwrap().to_owned();
    for part in ["follow_user", RELEASE, "profile.follow"] {
        assert!(sentence.contains(part), "{sentence}");
    }
    let health = serving.get("/api/system/health").body;
    assert!(
        health["issues"]
            .as_array()
            .unwrap()
            .contains(&json!(sentence))
    );
    // Its tasks wait, and say for what; none was used up by it.
    for account in ["anna", "bert"] {
        let waits = wait_for(account, PATIENCE, || {
            let task = waiting(&serving, account).pop()?;
            let told = serving.get(&task).body["waiting_on"].clone();
            (told["code"] == "paused").then_some(told)
        });
        assert_eq!(waits["sentence"], json!(sentence));
    }
    let wrong = json!({"action": "follow_user", "app_version": "402.0.0"});
    let refused = serving.post("/api/notices/resume-action", &wrong);
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (409, &json!("not_paused"))
    );
    let tasks: Vec<String> = ["anna", "bert"]
        .iter()
        .flat_map(|account| waiting(&serving, account))
        .collect();
    // The other release was never in question.
    wait_for("carl", PATIENCE, || {
        let state = serving.get("/api/accounts/execution-states/carl").body;
        (state["account_state"]["total_tasks_completed"] == 1).then_some(())
    });
    drop(serving);

    // What is paused stays so over a restart; corrected locators end it.
    let serving = Serving::start(&place, &more);
    assert_eq!(notices(&serving).len(), 1);
    drop(serving);
    fs::remove_file(place.path("data/screens.toml")).unwrap();
    let serving = Serving::start(&place, &more);
    assert_eq!(notices(&serving), [json!(null); 0]);
    for task in &tasks {
        completes(&serving, task);
    }
    drop(serving);
    let books = Books::read(&place.path("data"));
    assert!(books.tasks.iter().all(|task| task.status == "completed"));
    let missed = |phone: u16| {
        let attempts = books.attempts.iter().filter(|it| it.phone == udid(phone));
        attempts
            .filter(|it| it.ending.as_deref() == Some("element_not_found"))
            .count()
    };
    let before = missed(1) + missed(2);
    assert!((2..=3).contains(&before), "{before} attempts missed it");
    assert_eq!(missed(3), 0);
}

#[test]
fn the_operator_ends_the_pause_of_an_action() {
    let place = Place::new();
    let list = List::default()
        .account("anna", Some(1))
        .account("bert", Some(2))
        .tasks("anna", 1, FOLLOW)
        .tasks("bert", 1, FOLLOW);
    import(&place, &list);
    write_screens(&place, WRONG);
    let serving = Serving::start(&place, &["--simulate", "2"]);
    wait_for("the banner", PATIENCE, || notices(&serving).pop());
    let pause = json!({"action": "follow_user", "app_version": RELEASE});
    let told = serving.post("/api/notices/resume-action", &pause);
    assert_eq!(told.status, 200, "{}", told.body);
    // Nothing was corrected: both try again, and the second of them pauses it again.
    wait_for("the banner again", PATIENCE, || notices(&serving).pop());
}
