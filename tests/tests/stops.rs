//! The platform says stop: an action block cools one account down, a challenge suspends it, and
//! nobody else notices.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use serde_json::Value;
use signalbox_tests::books::{Books, Entry, csv};
use signalbox_tests::list::{List, udid};
use signalbox_tests::place::{Job, Place};
use signalbox_tests::verdict::{Violation, expect_clean, judge};
use signalbox_tests::witness::{Request, Witness};

const FOLLOW: &str = "search_user;view_profile;follow_user";

/// Anna's third follow is answered with a stop.
fn third_follow(kind: &str) -> String {
    format!("[[fault]]\nkind = \"{kind}\"\naccount = \"demo.anna\"\neffect = \"follow\"\nnth = 3\n")
}

/// The session in which somebody's profile was first opened, from the tap that met the stop on.
fn from_the_stop<'a>(witness: &'a Witness, phone: &str, target: &str) -> Vec<&'a Request> {
    let sessions = witness.sessions(phone);
    let about = |request: &&Request| request.before.subject.as_deref() == Some(target);
    let session = sessions
        .into_iter()
        .find(|session| session.iter().any(about))
        .expect("the target was looked at");
    let mut session = session.into_iter();
    let tap = session.find(|request| about(request) && request.is_touch());
    let tap = tap.expect("the control was tapped");
    assert!(!tap.is_act(), "the act was stopped");
    std::iter::once(tap).chain(session).collect()
}

/// The first decision with such a record, and the record.
fn decision<'a>(books: &'a Books, name: &str) -> (&'a Entry, &'a Value) {
    let records = |entry: &'a Entry| entry.records.iter().map(move |record| (entry, record));
    let mut all = books.journal.iter().flat_map(records);
    all.find(|(_, record)| record.get(name).is_some())
        .map(|(entry, record)| (entry, &record[name]))
        .unwrap_or_else(|| panic!("nothing was {name}"))
}

/// Every attempt of the others was the first of its task, and completed it.
fn others_never_noticed(books: &Books) {
    for attempt in books.attempts.iter().filter(|it| it.account != "anna") {
        assert_eq!(attempt.ending.as_deref(), Some("completed"));
        assert_eq!(attempt.doubt, None);
    }
    for task in books.tasks.iter().filter(|it| it.account != "anna") {
        assert_eq!((task.status.as_str(), task.attempts), ("completed", 1));
    }
}

#[test]
fn an_action_block_cools_the_account_down_and_its_line_goes_on_by_itself() {
    let place = Place::new();
    let list = List::default()
        .account("anna", Some(1))
        .account("bert", Some(2))
        .account("carl", Some(2))
        .tasks("anna", 5, FOLLOW)
        .tasks("bert", 8, FOLLOW)
        .tasks("carl", 8, FOLLOW);
    let job = Job::of(&place, &list)
        .simulated(&place, 2, 1)
        .scenario(&place, &third_follow("action_block"))
        .with("--time-scale", "40");
    let ended = place.run(job).expect_code(0);
    assert!(
        ended.stdout.starts_with("21 of 21 tasks completed"),
        "{}",
        ended.told()
    );

    let witness = Witness::read(&place.path("witness.jsonl"));
    let books = Books::read(&place.path("data"));
    expect_clean(&judge(&witness, &books, &list));
    others_never_noticed(&books);

    // It ended at once: after the tap that met the block, nothing is touched.
    let stopped = from_the_stop(&witness, &udid(1), "sample.anna.002");
    assert!(stopped.iter().skip(1).all(|it| !it.is_touch()));
    let (_, rows) = csv(&place.read("out.csv"));
    assert_eq!(rows, books.csv_rows(false));
    let told = books.interactions.iter();
    let limited: Vec<&str> = told
        .filter(|row| row.status == "rate_limited")
        .map(|row| row.target.as_str())
        .collect();
    assert_eq!(limited, ["sample.anna.002"]);

    // It rests for the time that is configured, and its line waits in the meantime.
    let (begun, rest) = decision(&books, "cooldown_begun");
    let (over, end) = decision(&books, "cooldown_ended");
    let until = rest["until"].as_i64().unwrap();
    // A minute, spread by a quarter.
    assert!(until - begun.at >= 45_000, "a rest of {}", until - begun.at);
    assert!(over.at >= until && end["by"] == "time");
    let annas: Vec<_> = books
        .attempts
        .iter()
        .filter(|it| it.account == "anna")
        .collect();
    let endings: Vec<&str> = annas.iter().filter_map(|it| it.ending.as_deref()).collect();
    let completed = "completed";
    assert_eq!(
        endings,
        [
            completed,
            completed,
            "rate_limited",
            completed,
            completed,
            completed
        ]
    );
    assert_eq!(annas[2].task, annas[3].task, "the task kept the head");
    assert!(annas[3].started >= over.ts, "and waited");

    // Meanwhile the others went on.
    let meanwhile = |ts: i64| (begun.ts..=over.ts).contains(&ts);
    let others = books.attempts.iter().filter(|it| it.account != "anna");
    assert!(others.filter(|it| meanwhile(it.started)).count() >= 2);
}

#[test]
fn a_challenge_suspends_the_account_and_nothing_more_is_tapped() {
    let place = Place::new();
    let list = List::default()
        .account("anna", Some(1))
        .account("bert", Some(2))
        .account("carl", Some(2))
        .account("dora", Some(3))
        .tasks("anna", 5, FOLLOW)
        .tasks("bert", 4, FOLLOW)
        .tasks("carl", 4, FOLLOW)
        .tasks("dora", 4, FOLLOW);
    let job = Job::of(&place, &list)
        .simulated(&place, 3, 1)
        .scenario(&place, &third_follow("challenge"));
    let ended = place.run(job.clone()).expect_code(6);
    assert!(
        ended.stdout.starts_with("14 of 17 tasks completed"),
        "{}",
        ended.told()
    );
    let named: Vec<&str> = ended.stdout.lines().skip(1).collect();
    assert!(
        matches!(named[..], [line] if line.starts_with("anna: 3 waiting.") && line.contains("suspended")),
        "{}",
        ended.told()
    );

    let witness = Witness::read(&place.path("witness.jsonl"));
    let books = Books::read(&place.path("data"));
    expect_clean(&all_but_the_suspended(judge(&witness, &books, &list)));
    others_never_noticed(&books);
    let (_, suspension) = decision(&books, "suspended");
    assert_eq!(suspension["challenge"], true);

    nothing_more_is_tapped(&witness, &udid(1));

    // It stays so: the same command names her again and touches nothing.
    let seen = witness.requests.iter().filter(|it| it.is_touch()).count();
    let ended = place.run(job).expect_code(6);
    assert!(
        ended.stdout.contains("anna: 3 waiting."),
        "{}",
        ended.told()
    );
    let witness = Witness::read(&place.path("witness.jsonl"));
    assert_eq!(
        witness.requests.iter().filter(|it| it.is_touch()).count(),
        seen
    );
}

/// After the tap on this phone that met the stop, nothing of anna's is touched, on any phone.
fn nothing_more_is_tapped(witness: &Witness, phone: &str) {
    let stopped = from_the_stop(witness, phone, "sample.anna.002")[0].began;
    let touched = |it: &&Request| {
        it.began > stopped && it.is_touch() && it.before.account.as_deref() == Some("demo.anna")
    };
    let touched: Vec<&Request> = witness.requests.iter().filter(touched).collect();
    assert_eq!(touched.len(), 0, "{touched:#?}");
}

#[test]
fn a_phone_that_shows_a_challenge_is_left_to_its_owner() {
    let place = Place::new();
    let list = List::default()
        .account("anna", None)
        .account("bert", None)
        .account("carl", None)
        .tasks("anna", 4, FOLLOW)
        .tasks("bert", 5, FOLLOW)
        .tasks("carl", 5, FOLLOW);
    let job = Job::of(&place, &list)
        .simulated(&place, 2, 1)
        .scenario(&place, &third_follow("challenge"));
    let ended = place.run(job).expect_code(6);
    let named: Vec<&str> = ended.stdout.lines().skip(1).collect();
    assert!(
        matches!(named[..], [line] if line.starts_with("anna: 2 waiting.")),
        "{}",
        ended.told()
    );
    let witness = Witness::read(&place.path("witness.jsonl"));
    let books = Books::read(&place.path("data"));
    expect_clean(&all_but_the_suspended(judge(&witness, &books, &list)));
    let others = books.tasks.iter().filter(|it| it.account != "anna");
    assert!(others.into_iter().all(|it| it.status == "completed"));
    let attempts = books.attempts.iter();
    let mut challenged = attempts.filter(|it| it.ending.as_deref() == Some("challenge"));
    let phone = &challenged.next().expect("anna was challenged").phone;
    assert!(challenged.next().is_none(), "and nobody else");
    nothing_more_is_tapped(&witness, phone);
}

/// Without what has to be so for an account that waits for its owner.
fn all_but_the_suspended(violations: Vec<Violation>) -> Vec<Violation> {
    let waits = |it: &Violation| {
        let anna = it.what.contains("sample.anna.00");
        anna && matches!(it.rule, "not_ended" | "unmarked_retry")
    };
    violations.into_iter().filter(|it| !waits(it)).collect()
}
