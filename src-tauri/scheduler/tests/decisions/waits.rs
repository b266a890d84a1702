//! One code and one true sentence at all times; where several hold, the first.

use signalbox_scheduler::*;

use crate::desk::Desk;

const ACCOUNT: AccountNo = AccountNo(0);
const PHONE: PhoneNo = PhoneNo(0);

/// A desk where a task waits behind nobody, after these inputs.
fn after(inputs: &[Input]) -> (Desk, TaskId) {
    let mut desk = Desk::new(1, 2);
    for input in inputs {
        desk.feed(input);
    }
    let task = desk.look(0);
    (desk, task)
}

#[test]
fn each_reason_has_its_code() {
    let check = |inputs: &[Input], expected: Waiting| {
        let (mut desk, task) = after(inputs);
        desk.tick();
        assert_eq!(desk.waits(task), Some(expected), "{inputs:?}");
    };
    let (account, phone) = (ACCOUNT, PHONE);
    check(&[Input::Stop(Scope::All)], Waiting::Stopped);
    check(
        &[Input::Pause(Scope::All)],
        Waiting::Paused { by: Scope::All },
    );
    check(
        &[Input::Pause(Scope::Account(account))],
        Waiting::Paused {
            by: Scope::Account(account),
        },
    );
    check(
        &[Input::Suspend { account }],
        Waiting::AccountSuspended { challenge: false },
    );
    check(&[Input::PhoneGone { phone }], Waiting::NoDevice);
    check(
        &[Input::PhoneUnready { phone }],
        Waiting::DeviceNotReady { phone },
    );
    check(
        &[Input::Pause(Scope::Phone(phone))],
        Waiting::DeviceNotReady { phone },
    );
    check(
        &[Input::Stop(Scope::Phone(phone))],
        Waiting::DeviceNotReady { phone },
    );
    check(
        &[Input::TakeInHand { phone }],
        Waiting::DeviceInHand { phone },
    );
    let unready = [Input::TakeInHand { phone }, Input::PhoneUnready { phone }];
    check(&unready, Waiting::DeviceInHand { phone });
    let by = Scope::Kind(Kind::Instagram);
    check(&[Input::Pause(by)], Waiting::Paused { by });
    // The first of several.
    let all = [
        Input::PhoneGone { phone },
        Input::Suspend { account },
        Input::Pause(Scope::All),
        Input::Stop(Scope::All),
    ];
    check(&all, Waiting::Stopped);
    check(&all[..3], Waiting::Paused { by: Scope::All });
    check(&all[..2], Waiting::AccountSuspended { challenge: false });
    check(&all[..1], Waiting::NoDevice);
}

#[test]
fn waiting_for_the_own_account() {
    let (mut desk, first) = after(&[]);
    let (second, third) = (desk.look(0), desk.look(0));
    assert_eq!(desk.waits(first), Some(Waiting::Starting));
    assert_eq!(
        desk.waits(second),
        Some(Waiting::BehindTask { task: first })
    );
    let attempt = desk.start();
    assert_eq!(desk.waits(first), None, "it runs");
    let runs = Waiting::AccountRunningTask {
        task: first,
        phone: PHONE,
    };
    assert_eq!(
        (desk.waits(second), desk.waits(third)),
        (Some(runs), Some(runs))
    );
    desk.feed(&Input::Lost { attempt });
    let held = Waiting::AccountHeld {
        task: first,
        phone: PHONE,
    };
    assert_eq!(desk.waits(third), Some(held));
    desk.quiet(attempt);
    let attempt = desk.start();
    desk.end(attempt, Ending::RateLimited);
    let until = desk.at + 60_000;
    assert_eq!(
        desk.waits(third),
        Some(Waiting::AccountInCooldown { until })
    );
    desk.pass(60_000);
    let attempt = desk.start();
    desk.end(attempt, Ending::NetworkError);
    let at = desk.at + 30_000;
    assert_eq!(desk.waits(first), Some(Waiting::RetryAt { at }));
    assert_eq!(
        desk.waits(second),
        Some(Waiting::BehindTask { task: first })
    );
    // The delay is the head's own: the next does not wait for it.
    desk.feed(&Input::Cancel { task: first });
    assert_eq!(desk.waits(second), Some(Waiting::Starting));
}

#[test]
fn waiting_for_a_phone_and_for_a_time() {
    let (mut desk, task) = after(&[]);
    let other = desk.look(1);
    desk.tick();
    assert_eq!(desk.waits(task), None);
    assert_eq!(
        desk.waits(other),
        Some(Waiting::DeviceBusy { phone: PHONE })
    );
    let not_before = desk.wall + 60_000;
    let later = NewTask {
        not_before: Some(not_before),
        ..desk.new_task(1)
    };
    let later = desk.submit(later);
    assert_eq!(desk.waits(later), Some(Waiting::Scheduled { not_before }));
    assert_eq!(desk.waits(TaskId(99)), None);
}
