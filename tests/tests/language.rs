//! A phone whose app speaks a language nobody reads only looks, and says so; texts for that
//! language, or another phone, let the work be done.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use signalbox_tests::clock::wait_for;
use signalbox_tests::list::{List, udid};
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::PATIENCE;
use signalbox_tests::serving::Serving;
use signalbox_tests::witness::Witness;

/// The first phone speaks German.
const GERMAN: &str = "[[phone]]\nphone = 1\nlanguage = \"de\"\n";

/// What the app says in German, as far as it has to be read.
const TEXTS: &str = r#"format = 1
[language.de.follow]
not_following = ["* folgen"]
follow_back = ["Auch folgen"]
following = ["Gefolgt", "* nicht mehr folgen"]
requested = ["Angefragt"]
[language.de.like]
not_liked = ["Gefällt mir"]
liked = ["Gefällt dir", "Gefällt mir nicht mehr"]
[language.de.signs]
challenge = ["Bestätige, dass du es bist"]
rate_limited = ["Handlung blockiert", "Versuche es später noch einmal"]
private = ["Dieses Konto ist privat"]
unavailable = ["Diese Seite ist leider nicht verfügbar"]
network_error = ["Keine Internetverbindung"]
"#;

fn device(serving: &Serving, number: u16) -> Option<Value> {
    let told = serving.get("/api/devices/status").body;
    let devices = told["devices"].as_array()?.clone();
    devices.into_iter().find(|it| it["udid"] == udid(number))
}

#[test]
fn a_phone_whose_language_is_not_covered_only_looks_until_its_texts_are_known() {
    let place = Place::new();
    let list = List::default()
        .account("anna", Some(1))
        .account("bert", Some(1))
        .tasks("anna", 1, "search_user;view_profile;follow_user")
        .tasks("bert", 1, "search_user;view_profile");
    let mut import = vec!["import".into(), "--simulated".into()];
    import.extend(Job::of(&place, &list).into_iter().skip(1));
    place.run(import).expect_code(0);
    let scenario = place.write("scenario.toml", GERMAN);
    let witness = place.path("witness.jsonl");
    let more = [
        "--simulate",
        "1",
        "--scenario",
        scenario.to_str().unwrap(),
        "--witness",
        witness.to_str().unwrap(),
    ];
    let serving = Serving::start(&place, &more);
    let account = |name: &str| {
        let path = format!("/api/accounts/execution-states/{name}");
        serving.get(&path).body["account_state"].clone()
    };
    // What only looks is done, there too.
    wait_for("bert", PATIENCE, || {
        (account("bert")["total_tasks_completed"] == 1).then_some(())
    });
    let phone = device(&serving, 1).unwrap();
    assert_eq!(phone["error_code"], "E-DEV-LANGUAGE", "{phone}");
    assert_eq!(phone["status"], "ready", "{phone}");
    assert_eq!(phone["language"], "de");
    let task = account("anna")["waiting_task_ids"][0].clone();
    let task = format!("/api/tasks/{}/status", task.as_str().expect("it waits"));
    let why = serving.get(&task).body["waiting_on"].clone();
    assert_eq!(why["code"], "device_not_ready", "{why}");
    let sentence = why["sentence"].as_str().unwrap();
    assert!(
        sentence.contains("(de)") && sentence.contains("language.de"),
        "{sentence}"
    );
    drop(serving);
    let acts = |witness: &Witness| witness.requests.iter().filter(|it| it.is_act()).count();
    assert_eq!(acts(&Witness::read(&witness)), 0);

    let data = place.path("data");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    place.write("data/screens.toml", TEXTS);
    let serving = Serving::start(&place, &more);
    wait_for(&task, PATIENCE, || {
        (serving.get(&task).body["status"] == "completed").then_some(())
    });
    let phone = device(&serving, 1).unwrap();
    assert_eq!(phone["error_code"], Value::Null, "{phone}");
    drop(serving);
    assert_eq!(acts(&Witness::read(&witness)), 1);
}
