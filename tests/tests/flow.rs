//! A script run by the real program on simulated phones: its touches are acts with all brakes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use signalbox_tests::books::csv;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::witness::Witness;

const FLOW: &str = "appId: com.burbn.instagram
---
- openLink: instagram://user?username=${target}
- assertVisible: {id: user-detail-header-followers}
- tapOn: {id: user-detail-header-follow-button}
- tapOn: {id: media-thumbnail-cell, index: 0}
- doubleTapOn: 'Photo by .*|Video by .*|.* photos or videos from .*'
- tapOn: {id: comment-button}
- tapOn: Add a comment...
- inputText: ${TEXT}
- tapOn: Post comment
";

fn rows(place: &Place) -> Vec<String> {
    let (_, rows) = csv(&place.read("out.csv"));
    let row = |row: Vec<String>| format!("{} {} {}", row[2], row[3], row[4]);
    rows.into_iter().map(row).collect()
}

fn acts(place: &Place) -> Vec<String> {
    let witness = Witness::read(&place.path("witness.jsonl"));
    let acts = witness.acts().into_iter();
    acts.filter_map(|act| act.effect.clone()).collect()
}

#[test]
fn a_flow_is_run_as_a_task_and_its_touches_are_counted() {
    for version in ["A", "B"] {
        let place = Place::new();
        place.write("flow.yaml", FLOW);
        let scenario = place.write("scenario.toml", format!("app_version = \"{version}\"\n"));
        let arguments = |more: &[&str]| {
            let mut all: Vec<String> = [
                "flow",
                "run",
                "flow.yaml",
                "--account",
                "anna",
                "--target",
                "bob",
                "--simulate",
                "2",
                "--data-dir",
                "data",
                "--witness",
                "witness.jsonl",
                "--sim-latency-ms",
                "0",
                "--out",
                "out.csv",
            ]
            .map(str::to_owned)
            .to_vec();
            all.extend(["--scenario".to_owned(), scenario.display().to_string()]);
            all.extend(more.iter().map(|it| (*it).to_owned()));
            all
        };
        // A name without a value is asked for before anything runs.
        let ended = place.run(arguments(&[])).expect_code(2);
        assert!(
            ended.stderr.contains("TEXT has no value"),
            "{}",
            ended.told()
        );
        place
            .run(arguments(&["--env", "TEXT=So good"]))
            .expect_code(0);
        let done = [
            "bob follow success",
            "bob like success",
            "bob comment success",
        ];
        assert_eq!(rows(&place), done);
        assert_eq!(acts(&place), ["follow", "like", "comment"]);
        // The same again: everything is so already, and nothing is done or taken back.
        let again = arguments(&["--env", "TEXT=So good", "--again"]);
        place.run(again).expect_code(0);
        assert_eq!(acts(&place), ["follow", "like", "comment"]);
        assert_eq!(rows(&place).len(), 3);
        assert!(
            rows(&place).iter().all(|row| row.ends_with("skipped")),
            "{:?}",
            rows(&place)
        );
    }
}

#[test]
fn rows_of_a_list_name_flows_that_stand_beside_it() {
    let place = Place::new();
    place.write("look.yaml", "- openLink: instagram://user?username=${target}\n- assertVisible: {id: user-detail-header-followers}\n");
    place.write("bad.yaml", "- evalScript: x\n");
    let accounts = place.write("accounts.csv", "account_id,handle,device_udid\nann,ann,\n");
    let head =
        "account_id,task_type,target_username,actions,priority,not_before,comment_text,flow\n";
    let list = |rows: &str| {
        let tasks = place.write("tasks.csv", format!("{head}{rows}"));
        Job::new(&place, &accounts, &tasks).simulated(&place, 1, 0)
    };
    let ended = place
        .run(list("ann,flow,bob,,,,,bad.yaml\n"))
        .expect_code(2);
    assert!(
        ended
            .stderr
            .contains("unsupported command “evalScript” at line 1"),
        "{}",
        ended.told()
    );
    let ended = place.run(list("ann,flow,,,,,,look.yaml\n")).expect_code(2);
    assert!(
        ended.stderr.contains("target has no value"),
        "{}",
        ended.told()
    );
    let ended = place.run(list(
        "ann,flow,bob,,,,,look.yaml\nann,flow,carl,,,,,look.yaml\n",
    ));
    let ended = ended.expect_code(0);
    assert!(
        ended.stdout.starts_with("2 of 2 tasks completed"),
        "{}",
        ended.told()
    );
    assert_eq!(acts(&place).len(), 0);
}
