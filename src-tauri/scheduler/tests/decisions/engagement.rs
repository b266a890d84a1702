//! Engagement tasks: room for one page at a time, and comments that nobody knows of.

use signalbox_scheduler::*;

use crate::desk::Desk;

const PHONE: PhoneNo = PhoneNo(0);

/// An attempt that was told to send a comment, as step 1.
fn sending(desk: &mut Desk) -> (TaskId, AttemptNo) {
    let task = desk.engage(0, [0, 0, 1]);
    let attempt = desk.start();
    let effects = desk.intend_on_page(attempt, 1, Act::Comment, [0, 0, 1]);
    assert_eq!(effects, [Effect::Proceed { attempt, step: 1 }]);
    (task, attempt)
}

/// The attempt is lost and its phone proves itself quiet.
fn lose(desk: &mut Desk, attempt: AttemptNo) -> Vec<Record> {
    desk.feed(&Input::Lost { attempt });
    desk.quiet(attempt)
}

fn found(desk: &mut Desk, attempt: AttemptNo) {
    let (act, done) = (Some(Act::Comment), false);
    desk.feed(&Input::Acted {
        attempt,
        step: 1,
        act,
        done,
        last: true,
    });
}

#[test]
fn an_unknown_comment_is_looked_for_once_and_then_waits_for_a_person() {
    let mut desk = Desk::new(1, 1);
    let (task, first) = sending(&mut desk);
    let records = lose(&mut desk, first);
    assert_eq!(Desk::mark_in(&records), Some((Why::Unsettled, None)));
    assert!(desk.state.task(task).unwrap().unsettled);
    let second = desk.start();
    // Nothing is sent while it is not known, whoever asks.
    let effects = desk.intend_on_page(second, 1, Act::Comment, [0, 0, 1]);
    let yields = Effect::Yield {
        attempt: second,
        step: 1,
    };
    assert_eq!(effects, [yields]);
    let records = desk.end(second, Ending::Unsettled);
    assert_eq!(Desk::end_in(&records), Some(TaskEnd::Interrupted));
}

#[test]
fn a_comment_that_is_there_is_settled_and_the_task_goes_on() {
    let mut desk = Desk::new(1, 1);
    let (task, first) = sending(&mut desk);
    lose(&mut desk, first);
    let second = desk.start();
    found(&mut desk, second);
    assert!(!desk.state.task(task).unwrap().unsettled);
    let effects = desk.intend_on_page(second, 3, Act::Comment, [0, 0, 1]);
    let goes = Effect::Proceed {
        attempt: second,
        step: 3,
    };
    assert_eq!(effects, [goes]);
    // The next one may be looked for as well.
    let records = desk.end(second, Ending::Unknown);
    assert_eq!(Desk::mark_in(&records), Some((Why::Unsettled, None)));
}

#[test]
fn what_keeps_an_attempt_from_looking_does_not_settle_anything() {
    let check = |endings: &[Ending], expected: Option<TaskEnd>| {
        let mut desk = Desk::new(1, 1);
        let (task, first) = sending(&mut desk);
        lose(&mut desk, first);
        let mut end = None;
        for ending in endings {
            desk.pass(3_600_000);
            let attempt = desk.start();
            end = Desk::end_in(&desk.end(attempt, *ending));
        }
        assert_eq!(end, expected, "{endings:?}");
        let left = desk.state.task(task).is_some_and(|it| it.unsettled);
        assert_eq!(left, expected.is_none(), "{endings:?}");
    };
    use Ending::*;
    check(&[RateLimited, NetworkError, AppCrash, Yielded], None);
    check(&[ElementNotFound, Unknown], None);
    check(&[Unknown, Unknown, Unknown], Some(TaskEnd::Interrupted));
    check(&[Yielded, Yielded, Yielded], None);
    check(&[Yielded; 4], Some(TaskEnd::Interrupted));
    check(&[Completed], Some(TaskEnd::Interrupted));
}

#[test]
fn without_a_quiet_phone_or_with_a_cancel_a_person_is_asked_at_once() {
    let mut desk = Desk::new(1, 1);
    let (_, attempt) = sending(&mut desk);
    desk.feed(&Input::PhoneGone { phone: PHONE });
    assert!(desk.state.attempt(attempt).unwrap().doubt.is_some());
    let account = AccountNo(0);
    let records = desk.records(&Input::Release { account });
    assert_eq!(Desk::end_in(&records), Some(TaskEnd::Interrupted));

    let mut desk = Desk::new(1, 1);
    let (task, attempt) = sending(&mut desk);
    desk.feed(&Input::Cancel { task });
    let records = lose(&mut desk, attempt);
    assert_eq!(Desk::end_in(&records), Some(TaskEnd::Interrupted));

    let mut desk = Desk::new(1, 1);
    let (task, attempt) = sending(&mut desk);
    lose(&mut desk, attempt);
    let second = desk.start();
    desk.feed(&Input::Cancel { task });
    let records = desk.end(second, Ending::Yielded);
    assert_eq!(Desk::end_in(&records), Some(TaskEnd::Interrupted));
}

#[test]
fn each_page_asks_for_room_for_all_of_it_and_yields_without() {
    let settings = Settings {
        per_day: [None, Some(3), None],
        ..Settings::simulated()
    };
    let mut desk = Desk::with(settings, 1, 1);
    let task = desk.engage(0, [0, 2, 0]);
    let attempt = desk.start();
    for (step, left) in [(1, 2), (2, 1)] {
        let effects = desk.intend_on_page(attempt, step, Act::Like, [0, left, 0]);
        assert_eq!(effects, [Effect::Proceed { attempt, step }]);
        let (act, done) = (Some(Act::Like), true);
        desk.feed(&Input::Acted {
            attempt,
            step,
            act,
            done,
            last: true,
        });
    }
    // One like is left of the day, and the second page wants two.
    let effects = desk.intend_on_page(attempt, 4, Act::Like, [0, 2, 0]);
    assert_eq!(effects, [Effect::Yield { attempt, step: 4 }]);
    assert_eq!(desk.state.task(task).unwrap().need, Need([0, 2, 0]));
    desk.end(attempt, Ending::Yielded);
    assert_eq!(desk.head(0), Some(task));
    assert_eq!(desk.starts(), []);
    let waits = desk.waits(task);
    assert!(
        matches!(waits, Some(Waiting::LimitReached { .. })),
        "{waits:?}"
    );
    desk.pass(policy::DAY_MS + 1);
    let again = desk.start();
    let effects = desk.intend_on_page(again, 4, Act::Like, [0, 2, 0]);
    let goes = Effect::Proceed {
        attempt: again,
        step: 4,
    };
    assert_eq!(effects, [goes]);
}
