//! What `signalbox export` writes, and what it leaves alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use serde_json::Value;
use signalbox_tests::books::{Books, CSV_HEAD, csv, rfc3339};
use signalbox_tests::list::{List, udid};
use signalbox_tests::place::{Job, Place};

#[test]
fn exports_hold_exactly_what_was_recorded() {
    let place = Place::new();
    let list = List::default().account("anna", None).tasks(
        "anna",
        2,
        "search_user;view_profile;like_post;follow_user",
    );
    let job = Job::of(&place, &list).simulated(&place, 1, 0);
    place.run(job).expect_code(0);
    let books = Books::read(&place.path("data"));
    let rows = books.csv_rows(false);
    assert_eq!(rows.len(), 6);

    let export = ["export", "--simulated", "--data-dir", "data"];
    let told = place.run(export).expect_code(0);
    assert_eq!(told.stdout, place.read("out.csv"), "both are the same file");
    assert_eq!(told.stdout.matches("\r\n").count(), 7, "RFC 4180 line ends");
    assert_eq!(told.stdout.matches('\n').count(), 7);
    let (head, told_rows) = csv(&told.stdout);
    assert_eq!(head, CSV_HEAD);
    assert_eq!(told_rows, rows);

    let file = [&export[..], &["--out", "export.csv"]].concat();
    let quiet = place.run(file).expect_code(0);
    assert_eq!(quiet.stdout, "");
    assert_eq!(place.read("export.csv"), told.stdout);

    let json = [&export[..], &["--format", "json"]].concat();
    let told = place.run(json).expect_code(0);
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(told["total_events"], 6);
    let events = told["events"].as_array().unwrap();
    let texts = |event: &Value| -> Vec<String> {
        let text = |name: &&str| match &event[*name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        CSV_HEAD.iter().map(text).collect()
    };
    assert_eq!(events.iter().map(texts).collect::<Vec<_>>(), rows);
    let last = books.interactions.last().unwrap();
    assert_eq!(events[5]["ts"], rfc3339(last.ts).as_str());
    assert_eq!(events[5]["device_id"], udid(1).as_str());

    let none = [&export[..], &["--rehearsals"]].concat();
    let told = place.run(none).expect_code(0);
    assert_eq!(csv(&told.stdout).1.len(), 0, "nothing was rehearsed");
}

#[test]
fn an_export_that_fails_leaves_the_file_that_was_there() {
    let place = Place::new();
    let list = List::default()
        .account("anna", None)
        .tasks("anna", 1, "search_user;view_profile");
    place
        .run(Job::of(&place, &list).simulated(&place, 1, 0))
        .expect_code(0);
    std::fs::write(place.path("export.csv"), "of yesterday").unwrap();
    let books = rusqlite::Connection::open(place.path("data/signalbox.db")).unwrap();
    let damage = "UPDATE interactions SET account_no = 99";
    assert_eq!(books.execute(damage, []), Ok(1));

    let export = ["export", "--simulated", "--data-dir", "data"];
    let file = [&export[..], &["--out", "export.csv"]].concat();
    let told = place.run(file).expect_code(1);
    assert!(told.stderr.contains("outcome 1"), "{}", told.stderr);
    assert_eq!(place.read("export.csv"), "of yesterday");
    let names = std::fs::read_dir(place.path(".")).unwrap();
    let mut names = names.map(|entry| entry.unwrap().file_name());
    assert!(names.all(|name| !name.to_string_lossy().starts_with("export.csv.")));
}
