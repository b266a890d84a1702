//! Doubt, quiet checks, cables, restarts, releases, and accounts that are not where they should be.

use signalbox_scheduler::policy::CHECK_AGAIN_MS;
use signalbox_scheduler::record::Cause;
use signalbox_scheduler::*;

use crate::desk::Desk;

const PHONE: PhoneNo = PhoneNo(0);

/// A desk with one running attempt on one phone, and another task behind it.
fn running() -> (Desk, AttemptNo, TaskId) {
    let mut desk = Desk::new(1, 1);
    let task = desk.look(0);
    desk.look(0);
    let attempt = desk.start();
    (desk, attempt, task)
}

fn cause(desk: &Desk, attempt: AttemptNo) -> Option<Cause> {
    Some(desk.state.attempt(attempt)?.doubt?.cause)
}

#[test]
fn every_ending_but_a_clean_one_is_doubt_and_orders_a_stop() {
    let check = |input: fn(AttemptNo) -> Input, expected: Cause, checks: bool| {
        let (mut desk, attempt, task) = running();
        let effects = desk.effects(&input(attempt));
        assert_eq!(cause(&desk, attempt), Some(expected));
        let phone = PHONE;
        assert!(
            effects.contains(&Effect::Stop { phone, attempt }),
            "{expected:?}: R4"
        );
        assert_eq!(desk.check_of(attempt).is_some(), checks, "{expected:?}");
        assert_eq!(desk.account(0).state, AccountState::Running(attempt));
        let behind = desk.head(0).unwrap();
        if expected != Cause::Stopped {
            assert_eq!(
                desk.waits(behind),
                Some(Waiting::AccountHeld { task, phone })
            );
        }
        assert_eq!(desk.starts(), []);
    };
    check(|attempt| Input::Lost { attempt }, Cause::Lost, true);
    check(
        |_| Input::PhoneGone { phone: PHONE },
        Cause::Unplugged,
        false,
    );
    check(|_| Input::Stop(Scope::All), Cause::Stopped, false);
    check(|_| Input::Stop(Scope::Phone(PHONE)), Cause::Stopped, false);
}

#[test]
fn after_a_restart_every_open_attempt_is_in_doubt_until_its_phone_comes() {
    let (mut desk, attempt, task) = running();
    let records = desk.records(&Input::Restart);
    let cause = Cause::EngineRestarted;
    assert_eq!(
        records,
        [Record::EngineStarted, Record::Doubted { attempt, cause }]
    );
    assert_eq!(desk.starts(), []);
    let effects = desk.effects(&Input::PhoneSeen { phone: PHONE });
    let check = desk.check_of(attempt).expect("a check");
    let phone = PHONE;
    let expected = [
        Effect::Stop { phone, attempt },
        Effect::Check {
            phone,
            attempt,
            check,
        },
    ];
    assert_eq!(effects, expected);
    desk.feed(&Input::PhoneReady { phone });
    desk.quiet(attempt);
    assert_eq!(desk.starts()[0].1, task, "the head is kept");
    // A second restart finds it in doubt already.
    let attempt = desk.state.attempts().next().unwrap().0;
    desk.feed(&Input::Restart);
    assert_eq!(desk.records(&Input::Restart), [Record::EngineStarted]);
    assert!(desk.state.attempt(attempt).is_some());
}

#[test]
fn only_the_answer_to_the_check_under_way_lifts_doubt() {
    let (mut desk, attempt, task) = running();
    desk.feed(&Input::Lost { attempt });
    let phone = PHONE;
    let first = desk.check_of(attempt).unwrap();
    desk.feed(&Input::PhoneGone { phone });
    assert_eq!(desk.check_of(attempt), None);
    assert_eq!(
        desk.records(&Input::Quiet {
            phone,
            check: first
        }),
        [],
        "the cable was out"
    );
    desk.feed(&Input::PhoneSeen { phone });
    let second = desk.check_of(attempt).unwrap();
    assert!(second > first);
    for check in [first, CheckNo(second.0 + 1)] {
        assert_eq!(desk.records(&Input::Quiet { phone, check }), []);
        assert_eq!(desk.records(&Input::NotQuiet { phone, check }), []);
    }
    let records = desk.records(&Input::Quiet {
        phone,
        check: second,
    });
    let (why, not_before) = (Why::Interrupted, None);
    let expected = [
        Record::Quieted { attempt },
        Record::Marked {
            task,
            why,
            not_before,
        },
    ];
    assert_eq!(records, expected);
    assert_eq!(
        desk.records(&Input::Quiet {
            phone,
            check: second
        }),
        [],
        "answered twice"
    );
}

#[test]
fn a_finish_that_comes_in_doubt_is_too_late() {
    for ending in [Ending::Completed, Ending::NetworkError, Ending::RateLimited] {
        let (mut desk, attempt, _) = running();
        desk.feed(&Input::PhoneGone { phone: PHONE });
        assert_eq!(desk.end(attempt, ending), []);
        assert!(desk.state.attempt(attempt).is_some());
    }
}

#[test]
fn a_check_that_fails_is_ordered_again_ever_later() {
    let (mut desk, attempt, _) = running();
    desk.feed(&Input::Lost { attempt });
    let waits = CHECK_AGAIN_MS.into_iter().chain([60_000, 60_000]);
    for wait in waits {
        let check = desk.check_of(attempt).expect("a check");
        desk.feed(&Input::NotQuiet {
            phone: PHONE,
            check,
        });
        assert_eq!(desk.check_of(attempt), None);
        assert_eq!(next_due(&desk.state, desk.now()).0, Some(desk.at + wait));
        desk.pass(wait - 1);
        assert_eq!(desk.tick(), []);
        desk.pass(1);
        assert!(matches!(desk.tick()[..], [Effect::Check { .. }]));
    }
    desk.quiet(attempt);
}

#[test]
fn a_stop_holds_over_restarts_and_orders_its_checks_when_it_is_over() {
    let check = |scope: Scope| {
        let (mut desk, attempt, _) = running();
        desk.feed(&Input::Stop(scope));
        desk.feed(&Input::Restart);
        let phone = PHONE;
        let effects = desk.effects(&Input::PhoneSeen { phone });
        assert_eq!(
            effects,
            [Effect::Stop { phone, attempt }],
            "no call is made: {scope:?}"
        );
        desk.feed(&Input::PhoneReady { phone });
        assert_eq!(desk.starts(), []);
        desk.feed(&Input::Unstop(scope));
        assert!(desk.check_of(attempt).is_some());
        desk.quiet(attempt);
        desk.start();
    };
    check(Scope::All);
    check(Scope::Phone(PHONE));
}

#[test]
fn of_two_stops_both_have_to_end() {
    let (mut desk, attempt, _) = running();
    desk.feed(&Input::Stop(Scope::All));
    desk.feed(&Input::Stop(Scope::Phone(PHONE)));
    desk.feed(&Input::Unstop(Scope::All));
    assert_eq!(desk.check_of(attempt), None);
    desk.feed(&Input::Unstop(Scope::Phone(PHONE)));
    assert!(desk.check_of(attempt).is_some());
}

#[test]
fn a_release_frees_the_account_and_not_the_phone() {
    let mut desk = Desk::new(2, 1);
    let task = desk.look(0);
    let account = AccountNo(0);
    let (attempt, _, phone) = desk.starts()[0];
    assert_eq!(
        desk.refused(&Input::Release { account }),
        Refusal::WrongState
    );
    desk.feed(&Input::PhoneGone { phone });
    let records = desk.records(&Input::Release { account });
    assert_eq!(Desk::mark_in(&records), Some((Why::Interrupted, None)));
    let (again, same, other) = desk.starts()[0];
    assert_eq!(same, task);
    assert_ne!(other, phone);
    desk.end(again, Ending::Completed);
    // The phone comes back: it is held until it has proven itself quiet, and nothing is put back.
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    desk.feed(&Input::Pause(Scope::Phone(other)));
    desk.look(0);
    assert_eq!(desk.starts(), []);
    assert_eq!(desk.quiet(attempt), [Record::Quieted { attempt }]);
    assert_eq!(desk.starts().len(), 1);
}

#[test]
fn a_release_does_not_repeat_a_comment() {
    let mut desk = Desk::new(1, 1);
    desk.act(0, [0, 0, 1]);
    let attempt = desk.start();
    desk.intend(attempt, 0, Act::Comment);
    desk.feed(&Input::Lost { attempt });
    let account = AccountNo(0);
    let end = Desk::end_in(&desk.records(&Input::Release { account }));
    assert_eq!(end, Some(TaskEnd::Interrupted));
}

#[test]
fn an_account_that_is_not_on_a_phone_is_tried_on_others_twice() {
    let mut desk = Desk::new(4, 1);
    let account = AccountNo(0);
    let task = desk.look(0);
    let mut missed = Vec::new();
    for _ in 0..2 {
        let (attempt, _, phone) = desk.starts()[0];
        assert!(!missed.contains(&phone));
        missed.push(phone);
        desk.end(attempt, Ending::NotOnPhone);
    }
    assert_eq!(desk.starts(), []);
    assert_eq!(desk.waits(task), Some(Waiting::AccountNotOnPhone));
    assert!(desk.account(0).needs_a_look());
    // Somebody sees it on a third phone.
    let phone = PhoneNo(3);
    desk.feed(&Input::SignedIn { phone, account });
    assert_eq!(desk.starts()[0].2, phone);
}

#[test]
fn a_phone_that_was_away_may_have_the_account_now() {
    let mut desk = Desk::new(1, 1);
    let phone = PHONE;
    let task = desk.look(0);
    let attempt = desk.start();
    desk.end(attempt, Ending::NotOnPhone);
    assert_eq!(desk.starts(), []);
    assert_eq!(desk.waits(task), Some(Waiting::AccountNotOnPhone));
    desk.feed(&Input::PhoneGone { phone });
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    desk.start();
}

#[test]
fn a_new_phone_is_a_candidate_for_an_account_missed_elsewhere() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let attempt = desk.start();
    desk.end(attempt, Ending::NotOnPhone);
    let phone = PhoneNo(1);
    desk.feed(&Input::AddPhone);
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    assert_eq!(desk.starts()[0].2, phone);
}

#[test]
fn a_bound_account_uses_its_phone_only() {
    let mut desk = Desk::new(2, 0);
    let bound = Some(PhoneNo(1));
    desk.feed(&Input::AddAccount { bound });
    desk.feed(&Input::PhoneGone { phone: PhoneNo(1) });
    let task = desk.look(0);
    assert_eq!(desk.starts(), []);
    assert_eq!(desk.waits(task), Some(Waiting::NoDevice));
    let account = AccountNo(0);
    desk.feed(&Input::BindAccount {
        account,
        bound: None,
    });
    assert_eq!(desk.starts()[0].2, PHONE);
}

#[test]
fn a_phone_on_which_the_account_was_seen_is_taken_first() {
    let mut desk = Desk::new(3, 1);
    let (phone, account) = (PhoneNo(2), AccountNo(0));
    desk.feed(&Input::SignedIn { phone, account });
    desk.look(0);
    assert_eq!(desk.starts()[0].2, phone);
}

#[test]
fn a_phone_takes_a_task_only_when_it_is_there_ready_and_free() {
    let check = |inputs: &[Input], starts: bool| {
        let mut desk = Desk::new(1, 1);
        for input in inputs {
            desk.feed(input);
        }
        desk.look(0);
        assert_eq!(desk.starts().len() == 1, starts, "{inputs:?}");
    };
    let phone = PHONE;
    let scope = Scope::Phone(phone);
    check(&[], true);
    check(&[Input::PhoneUnready { phone }], false);
    check(
        &[Input::PhoneUnready { phone }, Input::PhoneReady { phone }],
        true,
    );
    check(&[Input::PhoneGone { phone }], false);
    check(
        &[Input::PhoneGone { phone }, Input::PhoneReady { phone }],
        false,
    );
    check(
        &[Input::PhoneGone { phone }, Input::PhoneSeen { phone }],
        false,
    );
    check(&[Input::Pause(scope)], false);
    check(&[Input::Pause(scope), Input::Resume(scope)], true);
    check(&[Input::Stop(scope)], false);
    check(&[Input::Restart], false);
}
