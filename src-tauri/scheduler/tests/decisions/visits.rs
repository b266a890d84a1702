//! Phones that are looked at before they take a task: given back by the operator, or asked whether
//! a challenge still stands there.

use signalbox_scheduler::*;

use crate::desk::Desk;

const PHONE: PhoneNo = PhoneNo(0);
const ACCOUNT: AccountNo = AccountNo(0);
const CHALLENGED: AccountState = AccountState::Suspended { challenge: true };

/// A desk whose first account met a challenge on the first phone, where it was seen.
fn challenged(phones: u32) -> (Desk, TaskId) {
    let mut desk = Desk::new(phones, 2);
    let task = desk.look(0);
    let attempt = desk.start();
    let (phone, account) = (PHONE, ACCOUNT);
    desk.feed(&Input::SignedIn { phone, account });
    desk.end(attempt, Ending::Challenge);
    assert_eq!(desk.account(0).state, CHALLENGED);
    (desk, task)
}

fn unsuspend(desk: &mut Desk) -> Answer {
    desk.answer(&Input::Unsuspend { account: ACCOUNT })
}

#[test]
fn a_challenge_is_lifted_by_what_the_phone_shows_and_not_by_the_order() {
    let check = |saw: Saw, state: AccountState| {
        let (mut desk, task) = challenged(1);
        assert_eq!(unsuspend(&mut desk), Answer::Visits(PHONE));
        assert_eq!(desk.account(0).state, CHALLENGED, "nothing is seen yet");
        let (check, account) = desk.visit();
        assert_eq!(account, Some(ACCOUNT));
        let phone = PHONE;
        desk.feed(&Input::Visited { phone, check, saw });
        assert_eq!(desk.account(0).state, state, "{saw:?}");
        let goes_on = state == AccountState::Available;
        assert_eq!(
            desk.starts().first().map(|it| it.1),
            goes_on.then_some(task)
        );
    };
    check(Saw::Clear, AccountState::Available);
    check(Saw::Sign, CHALLENGED);
    check(Saw::Unread, CHALLENGED);
    check(Saw::NotThere, CHALLENGED);
}

#[test]
fn an_answer_to_another_look_lifts_nothing() {
    let (mut desk, _) = challenged(1);
    unsuspend(&mut desk);
    let (check, _) = desk.visit();
    let (phone, saw) = (PHONE, Saw::Clear);
    for wrong in [check.0 - 1, check.0 + 1].map(CheckNo) {
        let (records, _) = desk.feed(&Input::Visited {
            phone,
            check: wrong,
            saw,
        });
        assert_eq!(records, [], "{wrong:?}");
        assert_eq!(
            desk.records(&Input::Quiet {
                phone,
                check: wrong
            }),
            []
        );
    }
    // A quiet check proves nothing about the screen.
    assert_eq!(desk.records(&Input::Quiet { phone, check }), []);
    // It is asked of another phone's number too.
    assert_eq!(desk.account(0).state, CHALLENGED);
}

#[test]
fn a_phone_at_work_is_looked_at_when_its_task_has_ended() {
    let (mut desk, _) = challenged(1);
    let other = desk.look(1);
    let attempt = desk.start();
    assert_eq!(unsuspend(&mut desk), Answer::Visits(PHONE));
    assert_eq!(desk.tick(), [], "it is busy");
    // Asked again, it is the same look.
    assert_eq!(unsuspend(&mut desk), Answer::Visits(PHONE));
    desk.look(1);
    desk.end(attempt, Ending::Completed);
    let (check, account) = desk.visit();
    assert_eq!(account, Some(ACCOUNT), "before the next task starts");
    let (phone, saw) = (PHONE, Saw::Clear);
    desk.feed(&Input::Visited { phone, check, saw });
    desk.start();
    assert!(desk.state.task(other).is_none());
}

#[test]
fn where_no_phone_can_be_looked_at_the_order_is_refused() {
    let check = |orders: &[Input]| {
        let (mut desk, _) = challenged(1);
        for order in orders {
            desk.feed(order);
        }
        let refused = desk.refused(&Input::Unsuspend { account: ACCOUNT });
        assert_eq!(refused, Refusal::NoPhone, "{orders:?}");
        assert_eq!(desk.account(0).state, CHALLENGED);
    };
    let phone = PHONE;
    check(&[Input::PhoneGone { phone }]);
    check(&[Input::TakeInHand { phone }]);
    check(&[Input::Stop(Scope::Phone(phone))]);
    check(&[Input::Stop(Scope::All)]);
}

#[test]
fn a_look_that_is_broken_off_is_nobodys_and_the_phone_is_looked_at_all_the_same() {
    let check = |breaks: &[Input], mends: &[Input]| {
        let (mut desk, _) = challenged(1);
        unsuspend(&mut desk);
        let (old, _) = desk.visit();
        for input in breaks.iter().chain(mends) {
            desk.feed(input);
        }
        let (phone, saw) = (PHONE, Saw::Clear);
        desk.feed(&Input::Visited {
            phone,
            check: old,
            saw,
        });
        assert_eq!(desk.account(0).state, CHALLENGED, "{breaks:?}");
        desk.look(1);
        let (check, account) = desk.visit();
        assert_eq!(account, None, "{breaks:?}");
        desk.feed(&Input::Visited { phone, check, saw });
        assert_eq!(desk.account(0).state, CHALLENGED, "{breaks:?}");
        desk.start();
    };
    let phone = PHONE;
    let back = [Input::PhoneSeen { phone }, Input::PhoneReady { phone }];
    check(&[Input::PhoneGone { phone }], &back);
    check(&[Input::Restart], &back);
    check(&[Input::Stop(Scope::All)], &[Input::Unstop(Scope::All)]);
    check(&[Input::TakeInHand { phone }], &[Input::GiveBack { phone }]);
}

#[test]
fn whoever_stops_or_takes_the_phone_stops_the_look() {
    for order in [
        Input::Stop(Scope::All),
        Input::Stop(Scope::Phone(PHONE)),
        Input::TakeInHand { phone: PHONE },
    ] {
        let (mut desk, _) = challenged(1);
        unsuspend(&mut desk);
        desk.visit();
        let halts = desk
            .effects(&order)
            .contains(&Effect::Halt { phone: PHONE });
        assert!(halts, "{order:?}");
    }
}

#[test]
fn a_name_that_changed_is_not_lifted_by_what_was_seen_of_the_old_one() {
    let (mut desk, _) = challenged(1);
    unsuspend(&mut desk);
    let (check, _) = desk.visit();
    let (phone, saw) = (PHONE, Saw::Clear);
    desk.feed(&Input::RenameAccount { account: ACCOUNT });
    desk.feed(&Input::Visited { phone, check, saw });
    assert_eq!(desk.account(0).state, CHALLENGED);
}

#[test]
fn an_account_is_looked_for_where_it_was_seen_and_not_where_it_is_not() {
    let (mut desk, _) = challenged(2);
    let busy = desk.look(1);
    desk.start();
    assert!(desk.state.task(busy).is_some());
    // It was seen on the first, whichever of them is free.
    assert_eq!(unsuspend(&mut desk), Answer::Visits(PHONE));
    let (mut desk, _) = challenged(2);
    unsuspend(&mut desk);
    let (check, _) = desk.visit();
    let (phone, saw) = (PHONE, Saw::NotThere);
    desk.feed(&Input::Visited { phone, check, saw });
    assert_eq!(unsuspend(&mut desk), Answer::Visits(PhoneNo(1)));
}

#[test]
fn a_phone_that_may_show_something_else_by_now_is_looked_at_once() {
    let mut desk = Desk::new(1, 1);
    let phone = PHONE;
    desk.feed(&Input::PhoneUnready { phone });
    let look_at = Input::LookAt { phone };
    let (account, wanted) = (None, desk.records(&look_at));
    assert_eq!(wanted, [Record::VisitWanted { phone, account }]);
    assert_eq!(
        desk.records(&look_at),
        [],
        "asked again, it is the same look"
    );
    let (check, saw) = (desk.visit().0, Saw::Clear);
    desk.feed(&Input::Visited { phone, check, saw });
    assert_eq!(desk.tick(), [], "once");
    // A look for an account stays one, and a phone that is not there is left alone.
    let (mut desk, _) = challenged(1);
    unsuspend(&mut desk);
    assert_eq!(desk.records(&look_at), []);
    assert_eq!(desk.visit().1, Some(ACCOUNT));
    let mut desk = Desk::new(1, 1);
    desk.feed(&Input::PhoneGone { phone });
    assert_eq!(desk.records(&look_at), []);
}

#[test]
fn a_phone_that_does_not_prove_itself_quiet_is_asked_ever_more_seldom() {
    let mut desk = Desk::new(1, 1);
    let phone = PHONE;
    desk.feed(&Input::TakeInHand { phone });
    desk.feed(&Input::GiveBack { phone });
    let task = desk.look(0);
    let mut waits = Vec::new();
    for _ in 0..3 {
        let (check, _) = desk.visit();
        assert_eq!(desk.waits(task), Some(Waiting::DeviceBusy { phone }));
        let records = desk.records(&Input::NotQuiet { phone, check });
        let [Record::VisitFailed { again_at, .. }] = records[..] else {
            panic!("{records:?}");
        };
        waits.push(again_at - desk.at);
        assert_eq!(desk.tick(), [], "not yet");
        desk.pass(again_at - desk.at);
    }
    assert!(waits.is_sorted() && waits[0] > 0, "{waits:?}");
    let (check, _) = desk.visit();
    let saw = Saw::Unread;
    desk.feed(&Input::Visited { phone, check, saw });
    desk.start();
}

#[test]
fn what_is_wanted_of_a_phone_survives_a_restart_and_a_snapshot() {
    let mut desk = Desk::new(1, 1);
    let phone = PHONE;
    desk.feed(&Input::TakeInHand { phone });
    desk.feed(&Input::GiveBack { phone });
    desk.visit();
    let mut restoring = Restoring::new(desk.state.snapshot_head()).unwrap();
    for chunk in desk.state.snapshot_chunks(8) {
        restoring.add(chunk).unwrap();
    }
    assert_eq!(restoring.finish().unwrap(), desk.state);
    desk.feed(&Input::Restart);
    desk.look(0);
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    let (check, _) = desk.visit();
    let saw = Saw::Clear;
    desk.feed(&Input::Visited { phone, check, saw });
    desk.start();
}
