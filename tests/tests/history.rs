//! What accounts did while another program worked for them is not done again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use serde_json::Value;
use signalbox_tests::books::csv;
use signalbox_tests::list::List;
use signalbox_tests::place::{Job, Place};

/// The outcomes of one data set go into another, and a list that does the same there finds that
/// all of it is done; what the history does not have is done.
#[test]
fn an_imported_history_counts() {
    let place = Place::new();
    let actions = "search_user;view_profile;like_post;follow_user";
    let list = List::default()
        .account("anna", None)
        .tasks("anna", 2, actions);
    let job = Job::of(&place, &list).simulated(&place, 1, 0);
    place.run(job).expect_code(0);
    let (_, done) = csv(&place.read("out.csv"));

    // Another data set, in which the account has another id and did something else.
    let new = Place::new();
    new.write("old.csv", place.read("out.csv"));
    let accounts = new.write("accounts.csv", "account_id,handle,device_udid\nnew,anna,\n");
    let head = "account_id,task_type,target_username,actions\n";
    let other = new.write(
        "else.csv",
        format!("{head}new,instagram,else,view_profile\n"),
    );
    let job = |tasks| Job::new(&new, &accounts, tasks).simulated(&new, 1, 0);
    new.run(job(&other)).expect_code(0);
    let to = ["--simulated", "--data-dir", "data"];
    let import = |arguments: &[&str]| new.run([&["import"], arguments, &to[..]].concat());
    let history = ["--history", "old.csv"];
    let refused = import(&history).expect_code(2);
    assert!(
        refused.stderr.contains("“anna”: 6 rows"),
        "{}",
        refused.stderr
    );
    let called = [&history[..], &["--map", "anna=new"]].concat();
    let shown = import(&[&called[..], &["--check"]].concat()).expect_code(0);
    assert!(shown.stdout.contains("6 would be new"), "{}", shown.stdout);
    for (added, known) in [(6, 0), (0, 6)] {
        let told = import(&[&called[..], &["--json"]].concat()).expect_code(0);
        let told: Value = serde_json::from_str(&told.stdout).unwrap();
        assert_eq!(
            (&told["added"], &told["known"]),
            (&added.into(), &known.into())
        );
    }
    let export = new.run([&["export"], &to[..]].concat()).expect_code(0);
    let (_, mut told) = csv(&export.stdout);
    told.truncate(6);
    let marked: Vec<_> = told
        .iter()
        .map(|row| (row[5].as_str(), row[6].as_str()))
        .collect();
    assert_eq!(marked, [("imported", ""); 6]);

    // The same list, and one person more.
    let tasks = place.read("tasks.csv").replace("anna,inst", "new,inst");
    let again = new.write(
        "again.csv",
        format!("{tasks}new,instagram,somebody,{actions}\n"),
    );
    new.run(job(&again)).expect_code(0);
    let (_, found) = csv(&new.read("out.csv"));
    for row in found {
        let (target, action, status) = (&row[2], row[3].as_str(), row[4].as_str());
        let before = done.iter().any(|it| it[2] == *target);
        let expected = match action {
            "view" => "success",
            _ if before => "dedupe_hit",
            _ => "success",
        };
        assert_eq!(status, expected, "{row:?}");
    }
}
