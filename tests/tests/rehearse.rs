//! A rehearsal goes to every screen, changes nothing, and says what would happen; the real run
//! still works afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::collections::BTreeMap;

use signalbox_tests::books::{Books, CSV_HEAD, csv};
use signalbox_tests::list::List;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::verdict::{expect_clean, judge, judge_witness};
use signalbox_tests::witness::Witness;

/// One is private, one is gone, one has nothing to like.
const SCENARIO: &str = r#"
[[profile]]
name = "sample.cinema.002"
private = true
[[profile]]
name = "sample.coffee.004"
missing = true
[[profile]]
name = "sample.coffee.005"
posts = 0
"#;

#[test]
fn a_rehearsal_changes_nothing_and_says_what_would_happen() {
    let place = Place::new();
    let list = List::examples();
    let job = Job::examples(&place).simulated(&place, 4, 0);
    let rehearsal = job.clone().scenario(&place, SCENARIO).flag("--rehearse");
    place.run(rehearsal).expect_code(0);

    let witness = Witness::read(&place.path("witness.jsonl"));
    assert_eq!(witness.acts().len(), 0, "nothing was changed");
    expect_clean(&judge_witness(&witness, &list));
    let looked_at: usize = witness
        .requests
        .iter()
        .filter(|it| it.effect.as_deref() == Some("open_profile"))
        .count();
    assert!(looked_at >= 230, "{looked_at} profiles were opened");

    let (head, rows) = csv(&place.read("out.csv"));
    assert_eq!(head, CSV_HEAD);
    let books = Books::read(&place.path("data"));
    assert_eq!(rows, books.csv_rows(true));
    assert_eq!(books.csv_rows(false).len(), 0);
    expect_report(&list, &rows);

    // The same command without --rehearse: another list, on the same data.
    place.run(job).expect_code(0);
    let mut both = Witness::read(&place.path("witness.jsonl"));
    both.requests.drain(..witness.requests.len());
    let mut books = Books::read(&place.path("data"));
    assert_eq!(books.lists, 2);
    let (_, rows) = csv(&place.read("out.csv"));
    assert_eq!(rows, books.csv_rows(false));
    // What was only looked at is judged already; the verdict is on what acted.
    books.interactions.retain(|row| !row.rehearsal);
    expect_clean(&judge(&both, &books, &list));
}

/// Every act of every row has one answer, and it is the true one.
fn expect_report(list: &List, rows: &[Vec<String>]) {
    let mut told: BTreeMap<(&str, &str), Vec<(&str, &str)>> = BTreeMap::new();
    for row in rows {
        let [_, _, target, action, status, reason, ..] = &row[..] else {
            panic!("a short row: {row:?}");
        };
        told.entry((target, action))
            .or_default()
            .push((status, reason));
    }
    for task in &list.tasks {
        for (action, name) in [("like_post", "like"), ("follow_user", "follow")] {
            let answers = told.remove(&(task.target.as_str(), name));
            if !task.has(action) {
                assert_eq!(answers, None, "{}", task.target);
                continue;
            }
            let expected = match (task.target.as_str(), name) {
                ("sample.cinema.002", "like") => "private_account",
                ("sample.coffee.004", _) => "target_unavailable",
                ("sample.coffee.005", "like") => "skipped",
                _ => "would",
            };
            let answers = answers.unwrap_or_default();
            let statuses: Vec<&str> = answers.iter().map(|(status, _)| *status).collect();
            assert_eq!(statuses, [expected], "{} of {}", name, task.target);
        }
    }
}
