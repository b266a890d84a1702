//! What the operator orders: pauses, suspensions, rests cut short.

use signalbox_scheduler::*;

use crate::desk::Desk;

const ACCOUNT: AccountNo = AccountNo(0);

#[test]
fn a_pause_lets_running_work_finish_and_starts_nothing() {
    let check = |scope: Scope| {
        let mut desk = Desk::new(1, 1);
        desk.look(0);
        desk.look(0);
        let attempt = desk.start();
        desk.feed(&Input::Pause(scope));
        assert!(desk.state.attempt(attempt).unwrap().doubt.is_none());
        desk.end(attempt, Ending::Completed);
        assert_eq!(desk.starts(), [], "{scope:?}");
        desk.feed(&Input::Resume(scope));
        desk.start();
    };
    check(Scope::All);
    check(Scope::Account(ACCOUNT));
    check(Scope::Phone(PhoneNo(0)));
}

#[test]
fn nothing_starts_while_nothing_may() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let may_start = false;
    assert_eq!(desk.feed(&Input::Tick { may_start }), (vec![], vec![]));
    desk.start();
}

#[test]
fn a_suspension_of_a_running_account_takes_hold_when_its_task_ends() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    desk.look(0);
    let attempt = desk.start();
    desk.feed(&Input::Suspend { account: ACCOUNT });
    assert_eq!(desk.account(0).state, AccountState::Running(attempt));
    desk.end(attempt, Ending::Completed);
    assert_eq!(
        desk.account(0).state,
        AccountState::Suspended { challenge: false }
    );
    assert_eq!(desk.starts(), []);
    desk.feed(&Input::Unsuspend { account: ACCOUNT });
    let attempt = desk.start();
    // One that is taken back in time never takes hold.
    desk.feed(&Input::Suspend { account: ACCOUNT });
    desk.feed(&Input::Unsuspend { account: ACCOUNT });
    desk.end(attempt, Ending::Completed);
    assert_eq!(desk.account(0).state, AccountState::Available);
}

#[test]
fn a_challenge_stays_one_beside_an_order_to_suspend() {
    let challenged = AccountState::Suspended { challenge: true };
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let attempt = desk.start();
    desk.end(attempt, Ending::Challenge);
    desk.feed(&Input::Suspend { account: ACCOUNT });
    assert_eq!(desk.account(0).state, challenged);
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let attempt = desk.start();
    desk.feed(&Input::Suspend { account: ACCOUNT });
    desk.end(attempt, Ending::Challenge);
    assert_eq!(desk.account(0).state, challenged);
}

#[test]
fn a_rest_goes_on_under_a_suspension() {
    let rested = |before: bool, lifted_after: u64| {
        let mut desk = Desk::new(1, 1);
        desk.look(0);
        let attempt = desk.start();
        if before {
            desk.feed(&Input::Suspend { account: ACCOUNT });
        }
        desk.end(attempt, Ending::RateLimited);
        desk.feed(&Input::Suspend { account: ACCOUNT });
        desk.pass(lifted_after);
        assert_eq!(desk.starts(), []);
        desk.feed(&Input::Unsuspend { account: ACCOUNT });
        desk.account(0).state
    };
    let until = 1_000_000 + 60_000;
    for before in [false, true] {
        assert_eq!(rested(before, 20_000), AccountState::Cooldown { until });
        assert_eq!(rested(before, 59_999), AccountState::Cooldown { until });
        assert_eq!(rested(before, 60_000), AccountState::Available);
    }
}

#[test]
fn an_operator_ends_a_rest_before_its_time() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let account = ACCOUNT;
    assert_eq!(
        desk.refused(&Input::EndCooldown { account }),
        Refusal::WrongState
    );
    let attempt = desk.start();
    desk.end(attempt, Ending::RateLimited);
    desk.pass(1_000);
    assert_eq!(desk.answer(&Input::EndCooldown { account }), Answer::Done);
    desk.start();
}

#[test]
fn orders_about_what_does_not_exist_are_refused() {
    let check = |input: Input, expected: Refusal| {
        let mut desk = Desk::new(1, 1);
        let before = desk.state.clone();
        assert_eq!(desk.refused(&input), expected, "{input:?}");
        assert_eq!(desk.state, before);
    };
    let (account, phone) = (AccountNo(9), PhoneNo(9));
    let unknown = Refusal::UnknownAccount;
    check(Input::Suspend { account }, unknown);
    check(Input::Unsuspend { account }, unknown);
    check(Input::EndCooldown { account }, unknown);
    check(Input::Release { account }, unknown);
    check(
        Input::BindAccount {
            account,
            bound: None,
        },
        unknown,
    );
    check(Input::Pause(Scope::Account(account)), unknown);
    check(Input::Resume(Scope::Account(account)), unknown);
    check(Input::Unsuspend { account: ACCOUNT }, Refusal::WrongState);
    check(Input::Release { account: ACCOUNT }, Refusal::WrongState);
    let unknown = Refusal::UnknownPhone;
    let bound = Some(phone);
    check(Input::AddAccount { bound }, unknown);
    check(
        Input::BindAccount {
            account: ACCOUNT,
            bound,
        },
        unknown,
    );
    for order in [Input::Pause, Input::Resume, Input::Stop, Input::Unstop] {
        check(order(Scope::Phone(phone)), unknown);
    }
    for scope in [
        Scope::Account(ACCOUNT),
        Scope::Kind(Kind::Flow),
        Scope::List(ListNo(0)),
    ] {
        check(Input::Stop(scope), Refusal::NotToBeStopped);
        check(Input::Unstop(scope), Refusal::NotToBeStopped);
    }
    check(Input::Pause(Scope::List(ListNo(7))), Refusal::UnknownList);
    check(Input::TakeInHand { phone }, unknown);
    check(Input::GiveBack { phone }, unknown);
    let phone = PhoneNo(0);
    check(Input::GiveBack { phone }, Refusal::NotInHand);
    let unknown = Refusal::UnknownAccount;
    check(Input::RemoveAccount { account }, unknown);
    check(Input::RenameAccount { account }, unknown);
    let before = ACCOUNT;
    check(Input::SucceedAccount { account, before }, unknown);
    let account = ACCOUNT;
    check(Input::SucceedAccount { account, before }, unknown);
    check(Input::Cancel { task: TaskId(99) }, Refusal::UnknownTask);
}

#[test]
fn news_about_phones_nobody_knows_changes_nothing() {
    let phone = PhoneNo(9);
    let (account, check) = (ACCOUNT, CheckNo(1));
    for input in [
        Input::PhoneSeen { phone },
        Input::PhoneReady { phone },
        Input::PhoneUnready { phone },
        Input::PhoneGone { phone },
        Input::Quiet { phone, check },
        Input::NotQuiet { phone, check },
        Input::SignedIn { phone, account },
        Input::SignedIn {
            phone: PhoneNo(0),
            account: AccountNo(9),
        },
    ] {
        let mut desk = Desk::new(1, 1);
        assert_eq!(desk.feed(&input), (vec![], vec![]), "{input:?}");
    }
}
