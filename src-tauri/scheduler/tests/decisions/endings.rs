//! The table of endings (DESIGN §4, Errors): what becomes of the task and of the account.

use signalbox_scheduler::*;

use crate::desk::Desk;

/// Tries a task until it ends, always with the same ending; how often it was put back, why, how
/// long it had to wait each time, and how it ended.
fn check(
    ending: Ending,
    put_back: usize,
    why: Option<Why>,
    delay: Option<u64>,
    end: Option<TaskEnd>,
) {
    let mut desk = Desk::new(3, 1);
    let task = desk.look(0);
    let behind = desk.look(0);
    let mut marks = 0;
    let ended = loop {
        let attempt = desk.start();
        let records = desk.end(attempt, ending);
        if let Some(end) = Desk::end_in(&records) {
            break Some(end);
        }
        let (marked, not_before) = Desk::mark_in(&records).expect("a mark or an end");
        assert_eq!(Some(marked), why, "{ending:?}");
        assert_eq!(not_before.map(|at| at - desk.at), delay, "{ending:?}");
        assert_eq!(
            desk.state.position(task),
            Some(0),
            "{ending:?} keeps the head"
        );
        assert_eq!(desk.state.position(behind), Some(1));
        marks += 1;
        if marks > 8 {
            break None;
        }
        lift_everything(&mut desk);
    };
    assert_eq!(ended, end, "{ending:?}");
    if ended.is_some() {
        assert_eq!(marks, put_back, "{ending:?}");
    }
}

/// Whatever holds the account is taken away, so that its head is tried again.
fn lift_everything(desk: &mut Desk) {
    let account = AccountNo(0);
    desk.pass(120_000);
    desk.feed(&Input::EndCooldown { account });
    if let Answer::Visits(phone) = desk.answer(&Input::Unsuspend { account }) {
        let (check, saw) = (desk.visit().0, Saw::Clear);
        desk.feed(&Input::Visited { phone, check, saw });
    }
    for phone in (0..3).map(PhoneNo) {
        desk.feed(&Input::SignedIn { phone, account });
    }
}

#[test]
fn what_becomes_of_the_task() {
    use Ending::*;
    use TaskEnd::Failed;
    check(Completed, 0, None, None, Some(TaskEnd::Completed));
    check(RateLimited, 5, Some(Why::RateLimited), None, Some(Failed));
    check(
        NetworkError,
        5,
        Some(Why::NetworkError),
        Some(30_000),
        Some(Failed),
    );
    check(
        AppCrash,
        3,
        Some(Why::AppCrash),
        Some(120_000),
        Some(Failed),
    );
    check(ElementNotFound, 2, Some(Why::Missing), None, Some(Failed));
    check(Unknown, 2, Some(Why::Missing), None, Some(Failed));
    // These never use up a task: they wait for room, a person, or another phone.
    check(Yielded, 0, Some(Why::Yielded), None, None);
    check(Challenge, 0, Some(Why::Challenge), None, None);
    check(NotOnPhone, 0, Some(Why::NotOnPhone), None, None);
}

#[test]
fn a_missing_element_and_an_unknown_error_share_their_two_retries() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    for (ending, end) in [
        (Ending::Unknown, None),
        (Ending::ElementNotFound, None),
        (Ending::Unknown, Some(TaskEnd::Failed)),
    ] {
        let attempt = desk.start();
        assert_eq!(Desk::end_in(&desk.end(attempt, ending)), end);
    }
}

#[test]
fn a_script_that_failed_is_not_done_again_by_itself() {
    for ending in [Ending::Unknown, Ending::ElementNotFound] {
        let mut desk = Desk::new(1, 1);
        let task = NewTask {
            kind: Kind::Flow,
            ..desk.new_task(0)
        };
        desk.submit(task);
        let attempt = desk.start();
        let end = Desk::end_in(&desk.end(attempt, ending));
        assert_eq!(end, Some(TaskEnd::Failed), "{ending:?}");
    }
}

#[test]
fn what_becomes_of_the_account() {
    let check = |ending, expected: AccountState| {
        let mut desk = Desk::new(1, 1);
        desk.look(0);
        desk.look(0);
        let attempt = desk.start();
        desk.end(attempt, ending);
        assert_eq!(desk.account(0).state, expected, "{ending:?}");
        assert_eq!(desk.state.phone(PhoneNo(0)).unwrap().lease, None);
    };
    let until = 1_000_000 + 60_000;
    check(Ending::Completed, AccountState::Available);
    check(Ending::RateLimited, AccountState::Cooldown { until });
    check(
        Ending::Challenge,
        AccountState::Suspended { challenge: true },
    );
    for ending in [
        Ending::Yielded,
        Ending::NetworkError,
        Ending::AppCrash,
        Ending::ElementNotFound,
        Ending::Unknown,
        Ending::NotOnPhone,
    ] {
        check(ending, AccountState::Available);
    }
}

#[test]
fn cooldowns_grow_and_a_success_begins_them_anew() {
    const MIN: u64 = 60_000;
    let check = |consecutive: u8, expected: &[u64]| {
        let settings = Settings {
            cooldown_after_consecutive: consecutive,
            ..Settings::simulated()
        };
        let mut desk = Desk::with(settings, 1, 1);
        // Two rounds: after a success everything is as at first.
        for _ in 0..2 {
            for rest in expected {
                if desk.account(0).waiting() == 0 {
                    desk.look(0);
                }
                let attempt = desk.start();
                desk.end(attempt, Ending::RateLimited);
                let until = desk.at + rest;
                assert_eq!(desk.account(0).state, AccountState::Cooldown { until });
                desk.pass(rest - 1);
                assert_eq!(desk.starts(), [], "a millisecond too early");
                desk.pass(1);
            }
            desk.look(0);
            let attempt = desk.start();
            desk.end(attempt, Ending::Completed);
            if desk.account(0).waiting() > 0 {
                let attempt = desk.start();
                desk.end(attempt, Ending::Completed);
            }
            assert_eq!(desk.account(0).rate_limits_in_a_row, 0);
        }
    };
    check(3, &[MIN, 2 * MIN, 45 * MIN, 45 * MIN]);
    check(1, &[45 * MIN, 45 * MIN]);
    check(9, &[MIN, 2 * MIN, 5 * MIN, 10 * MIN, 10 * MIN]);
}

#[test]
fn a_rate_limit_in_a_row_is_not_forgotten_by_another_ending() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let attempt = desk.start();
    desk.end(attempt, Ending::RateLimited);
    desk.pass(60_000);
    let attempt = desk.start();
    desk.end(attempt, Ending::AppCrash);
    desk.pass(120_000);
    let attempt = desk.start();
    desk.end(attempt, Ending::RateLimited);
    let until = desk.at + 120_000;
    assert_eq!(desk.account(0).state, AccountState::Cooldown { until });
}

/// Interrupts a task's attempts one after another and proves quiet each time.
fn interrupt(kind: Kind, open: Option<Act>, cancelled: bool, times: usize) -> Vec<Record> {
    let mut desk = Desk::new(1, 1);
    let task = NewTask {
        kind,
        need: Need([9, 9, 9]),
        ..desk.new_task(0)
    };
    let task = desk.submit(task);
    let mut last = Vec::new();
    for _ in 0..times {
        let attempt = desk.start();
        if let Some(act) = open {
            desk.intend(attempt, 1, act);
        }
        if cancelled {
            desk.feed(&Input::Cancel { task });
        }
        desk.feed(&Input::Lost { attempt });
        assert_eq!(desk.starts(), [], "in doubt nothing starts");
        last = desk.quiet(attempt);
    }
    last
}

#[test]
fn what_becomes_of_an_interrupted_task() {
    let again = (Some((Why::Interrupted, None)), None);
    let person = (None, Some(TaskEnd::Interrupted));
    let looks = (Some((Why::Unsettled, None)), None);
    let cancelled = (None, Some(TaskEnd::Cancelled));
    let check = |kind, open, cancel, times, expected| {
        let records = interrupt(kind, open, cancel, times);
        let told = (Desk::mark_in(&records), Desk::end_in(&records));
        assert_eq!(
            told, expected,
            "{kind:?} {open:?} cancel {cancel} {times} times"
        );
    };
    use Kind::{Engagement, Flow, Instagram};
    check(Instagram, None, false, 1, again);
    check(Instagram, None, false, 3, again);
    check(Instagram, None, false, 4, person);
    check(Instagram, Some(Act::Follow), false, 1, again);
    check(Instagram, Some(Act::Like), false, 3, again);
    check(Engagement, Some(Act::Comment), false, 1, looks);
    check(Instagram, Some(Act::Comment), false, 1, person);
    check(Instagram, None, true, 1, cancelled);
    check(Instagram, Some(Act::Like), true, 1, cancelled);
    check(Engagement, Some(Act::Comment), true, 1, person);
    // Which command of a flow was under way is not known.
    check(Flow, None, false, 1, person);
}

#[test]
fn a_cancelled_task_is_cancelled_also_at_its_fourth_interruption() {
    let mut desk = Desk::new(1, 1);
    let task = desk.look(0);
    for _ in 0..3 {
        let attempt = desk.start();
        desk.feed(&Input::Lost { attempt });
        desk.quiet(attempt);
    }
    let attempt = desk.start();
    desk.feed(&Input::Cancel { task });
    desk.feed(&Input::Lost { attempt });
    assert_eq!(Desk::end_in(&desk.quiet(attempt)), Some(TaskEnd::Cancelled));
}

#[test]
fn an_outcome_told_in_doubt_counts() {
    let mut desk = Desk::new(1, 1);
    desk.act(0, [0, 0, 1]);
    let attempt = desk.start();
    desk.intend(attempt, 0, Act::Comment);
    desk.feed(&Input::Lost { attempt });
    desk.feed(&Input::Acted {
        attempt,
        step: 0,
        act: Some(Act::Comment),
        done: true,
        last: true,
    });
    let records = desk.quiet(attempt);
    assert_eq!(Desk::mark_in(&records), Some((Why::Interrupted, None)));
}

#[test]
fn a_comment_of_unknown_outcome_waits_for_a_person_however_the_attempt_ends() {
    for ending in [
        Ending::Unknown,
        Ending::RateLimited,
        Ending::AppCrash,
        Ending::Yielded,
    ] {
        let mut desk = Desk::new(1, 1);
        desk.act(0, [0, 0, 1]);
        let attempt = desk.start();
        desk.intend(attempt, 0, Act::Comment);
        let end = Desk::end_in(&desk.end(attempt, ending));
        assert_eq!(end, Some(TaskEnd::Interrupted), "{ending:?}");
    }
}

#[test]
fn results_of_attempts_nobody_knows_change_nothing() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let first = desk.start();
    desk.end(first, Ending::Completed);
    desk.look(0);
    let second = desk.start();
    let before = desk.state.clone();
    for attempt in [first, AttemptNo(99)] {
        desk.end(attempt, Ending::Completed);
        desk.feed(&Input::Lost { attempt });
        desk.intend(attempt, 0, Act::Like);
        desk.feed(&Input::Acted {
            attempt,
            step: 0,
            act: None,
            done: true,
            last: true,
        });
    }
    assert_eq!(desk.state, before);
    assert!(desk.state.attempt(second).is_some());
}
