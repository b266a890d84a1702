//! What Signalbox will not do (README): a test for each sentence, asked of the real program.
//!
//! That a challenge is not solved but waits for a person, with nothing more tapped, is held by
//! `stops.rs` and on the way back by `api/lifecycle.rs`; that no flow goes through a login or
//! sign-up screen by the tests of flows in `automation`; that no crate of the phone's side knows
//! chance by `tidy/crates.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use signalbox_tests::books::open;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::Ended;
use signalbox_tests::serving::Serving;
use signalbox_tests::witness::Witness;

const ACCOUNTS: &str = "account_id,handle,device_udid\nann,ann,\n";
const TASKS: &str = "account_id,task_type,target_username,actions,comment_text\n\
                     ann,instagram,lake.one,search_user;view_profile;like_post;follow_user,\n\
                     ann,instagram,lake.two,scroll_feed;explore_posts,\n\
                     ann,engagement,lake.three,,\"{Nice|Great} [[shot]] {{name}} $1 %s\"\n";

/// A list run on one phone.
fn run(place: &Place) -> Witness {
    let accounts = place.write("accounts.csv", ACCOUNTS);
    let tasks = place.write("tasks.csv", TASKS);
    let job = Job::new(place, &accounts, &tasks).simulated(place, 1, 1);
    place.run(job).expect_code(0);
    Witness::read(&place.path("witness.jsonl"))
}

/// An import of accounts with one column too many.
fn import(place: &Place, column: &str) -> Ended {
    let accounts = format!("account_id,handle,device_udid,{column}\nann,ann,,x\n");
    let accounts = place.write("with.csv", accounts);
    let tasks = place.write("tasks.csv", TASKS);
    let mut command = place.command(["import", "--simulated"]);
    command.arg("--data-dir").arg(place.path("data"));
    command.arg("--accounts").arg(accounts);
    command.arg("--tasks").arg(tasks);
    place.start(command).wait()
}

/// A field with this name is taken nowhere where accounts, tasks or settings are told.
fn taken_nowhere(field: &str) {
    let place = Place::new();
    let refused = import(&place, field).expect_code(2);
    assert!(refused.stderr.contains(field), "{}", refused.told());
    let serving = Serving::start(&place, &["--simulate", "1"]);
    let check = |method: &str, path: &str, body: Value| {
        let mut with = body.clone();
        with[field] = json!("x");
        let refused = serving.ask(method, path, &with);
        let pointer = format!("/{field}");
        let named = (refused.status, &refused.body["errors"][0]["pointer"]);
        assert_eq!(named, (422, &json!(pointer)), "{method} {path} {refused:?}");
        let taken = serving.ask(method, path, &body);
        assert_eq!(taken.status / 100, 2, "it is only that field: {taken:?}");
    };
    let account = json!({ "account_id": "bea", "handle": "bea" });
    check("POST", "/api/accounts", account);
    let note = json!({ "note": "A friend's." });
    check("PATCH", "/api/accounts/bea", note);
    let settings = json!({ "likes_per_day": 9 });
    check("PUT", "/api/settings", settings);
    let task = json!({ "account_id": "bea", "target_username": "bob" });
    check("POST", "/api/tasks/create", task);
}

#[test]
fn no_imitation_of_human_timing_to_avoid_detection() {
    let touches = || {
        let witness = run(&Place::new());
        let touches = witness.requests.iter().filter(|it| it.is_touch());
        let told = touches.map(|it| format!("{} {:?} {:?}", it.request, it.text, it.before));
        told.collect::<Vec<_>>()
    };
    let first = touches();
    assert!(first.len() > 20, "{first:?}");
    assert_eq!(first, touches(), "the same list touches the same things");
    let place = Place::new();
    let serving = Serving::start(&place, &["--simulate", "1"]);
    let pages = json!({
        "account_id": "ann",
        "target_pages": ["lake.one"],
        "actions": { "follow": false, "like": true, "comment": false },
        "comment_list": [],
        "skip_rate": 0.3,
    });
    let refused = serving.post("/api/engagement-task", &pages);
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.text.contains("look human"), "{refused:?}");
    let refused = serving.ask("PUT", "/api/settings", &json!({ "skip_rate": 0.3 }));
    assert_eq!(refused.status, 422, "{refused:?}");
}

#[test]
fn no_proxies_or_fingerprints() {
    for field in ["proxy", "user_agent"] {
        taken_nowhere(field);
    }
}

#[test]
fn no_collecting_of_other_peoples_followers() {
    let place = Place::new();
    let witness = run(&place);
    let subjects = witness.requests.iter();
    let subjects: BTreeSet<&str> = subjects
        .filter(|it| it.effect.as_deref() == Some("open_profile"))
        .filter_map(|it| it.after.subject.as_deref())
        .collect();
    let named = BTreeSet::from(["lake.one", "lake.three"]);
    assert_eq!(subjects, named, "only who was named is opened");
    let serving = Serving::start(&place, &["--simulate", "1"]);
    let pages = json!({
        "account_id": "ann",
        "target_pages": ["lake.four"],
        "actions": { "follow": false, "like": true, "comment": false },
        "comment_list": [],
        "max_users_per_page": 20,
    });
    let refused = serving.post("/api/engagement-task", &pages);
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(
        refused.text.contains("other people's followers"),
        "{refused:?}"
    );
}

#[test]
fn no_stored_passwords() {
    taken_nowhere("password");
    let place = Place::new();
    run(&place);
    let books = open(&place.path("data"));
    let all = "SELECT lower(m.name || '.' || c.name) FROM sqlite_schema m, \
               pragma_table_info(m.name) c WHERE m.type = 'table'";
    let mut columns = books.prepare(all).unwrap();
    let columns = columns
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let columns: Vec<String> = columns.map(Result::unwrap).collect();
    assert!(columns.len() > 50, "{columns:?}");
    for word in ["pass", "secret", "credential"] {
        let found: Vec<_> = columns.iter().filter(|it| it.contains(word)).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn no_text_spinning() {
    let witness = run(&Place::new());
    let comments = witness.requests.iter();
    let comments: Vec<&str> = comments
        .filter(|it| it.effect.as_deref() == Some("comment"))
        .filter_map(|it| it.text.as_deref())
        .collect();
    assert_eq!(comments, ["{Nice|Great} [[shot]] {{name}} $1 %s"]);
}
