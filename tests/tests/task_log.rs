//! What a task's log says of each step, and the picture of the screen on which it failed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use signalbox_tests::books;
use signalbox_tests::list::List;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::serving::Serving;

/// A follow button that is nowhere.
const WRONG: &str = "format = 1\n[locators]\n\"profile.follow\" = [{ id = \"gone\" }]\n";

#[test]
fn a_task_that_fails_says_what_was_looked_for_and_shows_the_screen() {
    let place = Place::new();
    let data = place.path("data");
    fs::create_dir_all(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    place.write("data/screens.toml", WRONG);
    let actions = "search_user;view_profile;follow_user";
    let list = List::default()
        .account("anna", None)
        .tasks("anna", 1, actions);
    let job = Job::of(&place, &list).simulated(&place, 1, 0);
    place.run(job).expect_code(6);

    let task: Vec<u8> = books::open(&data)
        .query_row("SELECT task_id FROM tasks", [], |row| row.get(0))
        .unwrap();
    let hex: String = task.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    let serving = Serving::start(&place, &["--simulate", "1"]);
    let path = format!("/api/tasks/{}/logs?limit=1000", parts.join("-"));
    let told = serving.get(&path);
    let lines = told.body["logs"].as_array().unwrap();
    let of = |event: &str| -> Vec<&Value> {
        let lines = lines.iter().filter(|line| line["event_type"] == event);
        lines.map(|line| &line["data"]).collect()
    };
    let steps = of("step");
    for step in &steps {
        for field in ["what", "sought", "end", "sent"] {
            assert!(step[field].is_string(), "{step}");
        }
        assert!(step["took_ms"].is_u64(), "{step}");
    }
    let missing: Vec<_> = steps.iter().filter(|it| it["end"] == "not_found").collect();
    // The first try and two more.
    assert_eq!(missing.len(), 3, "{steps:?}");
    assert!(missing[0]["sought"].as_str().unwrap().contains("follow"));
    assert!(
        steps
            .iter()
            .any(|it| it["end"] == "done" && it["found"].is_string())
    );

    let pictures = of("screenshot");
    assert_eq!(pictures.len(), 3);
    for picture in pictures {
        let id = picture["screenshot"].as_str().unwrap();
        let kept = fs::read(data.join(format!("screenshots/{id}.png"))).unwrap();
        assert!(kept.starts_with(b"\x89PNG"));
        assert_eq!(picture["bytes"], kept.len());
    }
    assert_eq!(serving.get("/api/screenshots/1").status, 404);
    serving.stop();
    let fresh = Job::of(&place, &list)
        .simulated(&place, 1, 0)
        .flag("--fresh");
    place.run(fresh).expect_code(6);
    let kept = fs::read_dir(data.join("screenshots")).unwrap().count();
    assert_eq!(kept, 3, "those of the old data set went with it");
}
