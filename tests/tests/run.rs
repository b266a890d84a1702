//! The main job: 12 accounts, 240 tasks, 4 phones, on both releases of the app.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use signalbox_tests::books::{Books, CSV_HEAD, csv};
use signalbox_tests::list::List;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::verdict::{expect_clean, judge};
use signalbox_tests::witness::Witness;

fn whole_list_on(version: &str) {
    let place = Place::new();
    let list = List::examples();
    assert_eq!((list.accounts.len(), list.tasks.len()), (12, 240));
    let bound = list.accounts.iter().filter(|it| it.udid.is_some()).count();
    assert!(bound > 0 && bound < 12, "some on one phone, some on all");

    let job = Job::examples(&place)
        .simulated(&place, 4, 0)
        .scenario(&place, &format!("app_version = \"{version}\"\n"));
    let ended = place.run(job).expect_code(0);
    assert!(
        ended.stdout.starts_with("240 of 240 tasks completed"),
        "{}",
        ended.told()
    );

    let witness = Witness::read(&place.path("witness.jsonl"));
    let books = Books::read(&place.path("data"));
    expect_clean(&judge(&witness, &books, &list));
    assert!(witness.acts().len() > 300, "hundreds of acts were seen");
    assert!(
        books.tasks.iter().all(|task| task.attempts == 1),
        "without trouble every task is started once"
    );
    expect_few_requests(&witness, list.tasks.len());
    let phones = witness.stretches().into_iter().map(|it| it.phone);
    let phones: std::collections::BTreeSet<String> = phones.collect();
    assert_eq!(phones.len(), 4, "all phones worked");

    let (head, rows) = csv(&place.read("out.csv"));
    assert_eq!(head, CSV_HEAD);
    assert_eq!(rows, books.csv_rows(false));
    assert!(
        place.phones_process("data").is_none(),
        "the phones went with the run"
    );
}

/// What one task may ask of a phone. On a real one each look takes tenths of a second, so nothing
/// is looked at twice, and nothing is asked about an element by itself:
///
/// - to begin with a session, its settings, the app in front, and one look;
/// - for each touch a find, the touch, and one look at what came of it, from which everything that
///   is decided next is read. A swipe needs no find.
///
/// So a task of 12 touches, the usual one, asks 40 times at most. The looks have a twentieth to
/// spare: where the disk takes more than half a second to answer, the screen is looked at again
/// before an act.
fn expect_few_requests(witness: &Witness, tasks: usize) {
    let (mut touches, mut finds, mut looks) = (0, 0, 0);
    for request in &witness.requests {
        let last = request.request.rsplit('/').next().unwrap_or_default();
        match last {
            "source" => looks += 1,
            "element" | "elements" => finds += 1,
            _ if request.is_touch() => touches += 1,
            _ => {}
        }
    }
    assert!(finds <= touches, "{finds} finds for {touches} touches");
    let most = (touches + tasks) * 21 / 20;
    assert!(looks <= most, "{looks} looks for {touches} touches");
    let others = witness.requests.len() - touches - finds - looks;
    let most = tasks * 7 / 2;
    assert!(others <= most, "{others} other requests of {tasks} tasks");
    let all = witness.requests.len();
    assert!(all <= 40 * tasks, "{all} requests of {tasks} tasks");
}

#[test]
fn the_whole_list_runs_on_release_a() {
    whole_list_on("A");
}

#[test]
fn the_whole_list_runs_on_release_b() {
    whole_list_on("B");
}
