//! Phones in the operator's own hand.

use signalbox_scheduler::*;

use crate::desk::Desk;

const PHONE: PhoneNo = PhoneNo(0);

#[test]
fn an_idle_phone_leaves_the_pool_and_comes_back() {
    let mut desk = Desk::new(1, 1);
    let phone = PHONE;
    assert_eq!(desk.answer(&Input::TakeInHand { phone }), Answer::Done);
    assert_eq!(desk.refused(&Input::TakeInHand { phone }), Refusal::InHand);
    let task = desk.look(0);
    assert_eq!(desk.starts(), []);
    assert_eq!(desk.waits(task), Some(Waiting::DeviceInHand { phone }));
    desk.give_back(phone);
    desk.start();
}

/// A desk of two phones on one of which a task runs, then is asked for by hand and ends there.
fn taken(ending: Ending) -> (Desk, TaskId, AttemptNo) {
    let mut desk = Desk::new(2, 1);
    let task = desk.look(0);
    let attempt = desk.start();
    let effects = desk.effects(&Input::TakeInHand { phone: PHONE });
    assert!(effects.contains(&Effect::StopSafely { attempt }));
    desk.end(attempt, ending);
    (desk, task, attempt)
}

#[test]
fn a_task_that_runs_there_is_held_with_its_account_until_the_phone_is_given_back() {
    let (mut desk, task, attempt) = taken(Ending::Yielded);
    desk.look(0);
    let doubt = desk.state.attempt(attempt).unwrap().doubt.unwrap();
    assert_eq!((doubt.cause, doubt.check), (Cause::InHand, None));
    assert_eq!(
        desk.starts(),
        [],
        "the other phone is free, the account is not"
    );
    // Neither the cable nor a restart orders a check while it is in hand.
    let phone = PHONE;
    desk.feed(&Input::PhoneGone { phone });
    let effects = desk.effects(&Input::PhoneSeen { phone });
    assert_eq!(effects, [Effect::Stop { phone, attempt }]);
    desk.feed(&Input::Restart);
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    assert_eq!(desk.check_of(attempt), None);
    desk.feed(&Input::Stop(Scope::All));
    desk.feed(&Input::Unstop(Scope::All));
    assert_eq!(desk.check_of(attempt), None);
    desk.feed(&Input::GiveBack { phone });
    let mark = Desk::mark_in(&desk.quiet(attempt));
    assert_eq!(mark, Some((Why::Yielded, None)), "no retry is used up");
    let (check, _) = desk.visit();
    let saw = Saw::Clear;
    desk.feed(&Input::Visited { phone, check, saw });
    assert_eq!(desk.starts().first().map(|start| start.1), Some(task));
}

#[test]
fn what_ends_otherwise_ends_as_ever() {
    let (desk, task, attempt) = taken(Ending::Completed);
    assert!(desk.state.attempt(attempt).is_none());
    assert!(desk.state.task(task).is_none());
    assert_eq!(desk.account(0).state, AccountState::Available);
    let (desk, ..) = taken(Ending::Challenge);
    let challenged = AccountState::Suspended { challenge: true };
    assert_eq!(desk.account(0).state, challenged);
}

#[test]
fn a_check_under_way_ends_when_the_phone_is_taken() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let attempt = desk.start();
    desk.feed(&Input::Lost { attempt });
    let (phone, check) = (PHONE, desk.check_of(attempt).unwrap());
    let effects = desk.effects(&Input::TakeInHand { phone });
    assert!(effects.contains(&Effect::Stop { phone, attempt }));
    desk.feed(&Input::Quiet { phone, check });
    assert!(desk.state.attempt(attempt).is_some(), "a stale answer");
    desk.feed(&Input::GiveBack { phone });
    let mark = Desk::mark_in(&desk.quiet(attempt));
    assert_eq!(mark, Some((Why::Interrupted, None)));
}

#[test]
fn a_flow_that_came_to_a_safe_point_goes_on() {
    let mut desk = Desk::new(1, 1);
    let flow = NewTask {
        kind: Kind::Flow,
        ..desk.new_task(0)
    };
    desk.submit(flow);
    let attempt = desk.start();
    let phone = PHONE;
    desk.feed(&Input::TakeInHand { phone });
    desk.end(attempt, Ending::Yielded);
    desk.feed(&Input::GiveBack { phone });
    let mark = Desk::mark_in(&desk.quiet(attempt));
    assert_eq!(mark, Some((Why::Yielded, None)));
}

#[test]
fn somebody_may_have_signed_an_account_in_by_hand() {
    let mut desk = Desk::new(1, 1);
    let task = desk.look(0);
    let attempt = desk.start();
    desk.end(attempt, Ending::NotOnPhone);
    assert_eq!(desk.waits(task), Some(Waiting::AccountNotOnPhone));
    let phone = PHONE;
    desk.feed(&Input::TakeInHand { phone });
    desk.give_back(phone);
    desk.start();
}
