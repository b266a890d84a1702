//! Accounts that are removed, and what their successors take over.

use signalbox_scheduler::*;

use crate::desk::Desk;

const ACCOUNT: AccountNo = AccountNo(0);

#[test]
fn an_account_with_work_stays() {
    let account = ACCOUNT;
    let remove = Input::RemoveAccount { account };
    let mut desk = Desk::new(1, 1);
    let task = desk.look(0);
    assert_eq!(desk.refused(&remove), Refusal::HasTasks);
    let attempt = desk.start();
    assert_eq!(desk.refused(&remove), Refusal::AccountHeld);
    desk.feed(&Input::Lost { attempt });
    assert_eq!(desk.refused(&remove), Refusal::AccountHeld);
    desk.quiet(attempt);
    desk.feed(&Input::Cancel { task });
    assert_eq!(desk.answer(&remove), Answer::Done);
    assert_eq!(desk.state.counts().accounts, 0);
    assert_eq!(desk.refused(&remove), Refusal::UnknownAccount);
}

#[test]
fn nothing_is_given_to_an_account_that_is_gone() {
    let mut desk = Desk::new(1, 1);
    let account = ACCOUNT;
    desk.feed(&Input::RemoveAccount { account });
    let list = None;
    let tasks = vec![desk.new_task(0)];
    let why = desk.refused(&Input::Submit { list, tasks });
    assert_eq!(why, Refusal::UnknownAccount);
    let anybody = NewTask {
        account: None,
        ..desk.new_task(0)
    };
    let tasks = vec![anybody];
    let why = desk.refused(&Input::Submit { list, tasks });
    assert_eq!(why, Refusal::NoAccounts);
    let why = desk.refused(&Input::Pause(Scope::Account(account)));
    assert_eq!(why, Refusal::UnknownAccount);
    desk.feed(&Input::AddAccount { bound: None });
    desk.look(1);
    desk.start();
    assert_eq!(desk.state.counts().accounts, 1);
}

/// Removes the account after `before`, adds it again and has it succeed the old one.
fn succeeded(settings: Settings, before: impl Fn(&mut Desk)) -> Desk {
    let mut desk = Desk::with(settings, 1, 1);
    before(&mut desk);
    while let Some(task) = desk.head(0) {
        desk.feed(&Input::Cancel { task });
    }
    let (account, before) = (AccountNo(1), ACCOUNT);
    desk.feed(&Input::RemoveAccount { account: before });
    desk.feed(&Input::AddAccount { bound: None });
    let answer = desk.answer(&Input::SucceedAccount { account, before });
    assert_eq!(answer, Answer::Done);
    desk
}

#[test]
fn removing_an_account_and_adding_it_again_lifts_no_brake() {
    let ended = |ending: Ending| {
        move |desk: &mut Desk| {
            desk.look(0);
            let attempt = desk.start();
            desk.end(attempt, ending);
        }
    };
    let desk = succeeded(Settings::simulated(), ended(Ending::RateLimited));
    let until = desk.at + 60_000;
    assert_eq!(desk.account(1).state, AccountState::Cooldown { until });
    assert_eq!(desk.account(1).rate_limits_in_a_row, 1);
    let desk = succeeded(Settings::simulated(), ended(Ending::Challenge));
    let challenged = AccountState::Suspended { challenge: true };
    assert_eq!(desk.account(1).state, challenged);
    let one_follow = Settings {
        per_day: [Some(1), None, None],
        ..Settings::live()
    };
    let mut desk = succeeded(one_follow, |desk| {
        desk.act(0, [1, 0, 0]);
        let attempt = desk.start();
        desk.do_act(attempt, 0, Act::Follow);
        desk.end(attempt, Ending::Completed);
    });
    let task = desk.act(1, [1, 0, 0]);
    desk.tick();
    let limited = |waits| matches!(waits, Some(Waiting::LimitReached { .. }));
    assert!(limited(desk.waits(task)));
}

#[test]
fn only_a_fresh_account_succeeds_one_that_is_gone() {
    let mut desk = Desk::new(1, 3);
    let (account, before) = (AccountNo(1), ACCOUNT);
    let order = Input::SucceedAccount { account, before };
    assert_eq!(desk.refused(&order), Refusal::UnknownAccount);
    desk.feed(&Input::RemoveAccount { account: before });
    desk.feed(&Input::Suspend { account });
    assert_eq!(desk.refused(&order), Refusal::WrongState);
}

#[test]
fn another_name_is_looked_for_everywhere() {
    let mut desk = Desk::new(1, 1);
    let account = ACCOUNT;
    let task = desk.look(0);
    let attempt = desk.start();
    let rename = Input::RenameAccount { account };
    assert_eq!(desk.refused(&rename), Refusal::AccountHeld);
    desk.end(attempt, Ending::NotOnPhone);
    assert_eq!(desk.waits(task), Some(Waiting::AccountNotOnPhone));
    desk.feed(&rename);
    desk.start();
}
