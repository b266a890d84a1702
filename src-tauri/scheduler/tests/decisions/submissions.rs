//! Accepting tasks: all or none, for which account, and when not.

use signalbox_scheduler::policy::QUEUE_MAX;
use signalbox_scheduler::*;

use crate::desk::Desk;

fn blank(desk: &mut Desk) -> NewTask {
    NewTask {
        account: None,
        ..desk.new_task(0)
    }
}

fn accounts_of(answer: Answer) -> Vec<u32> {
    match answer {
        Answer::Accepted(accepted) => accepted.iter().map(|(_, account)| account.0).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_blank_account_is_the_one_with_the_shortest_line() {
    let check = |lines: [usize; 3], blanks: usize, expected: &[u32]| {
        let mut desk = Desk::new(0, 3);
        for (account, length) in (0..).zip(lines) {
            for _ in 0..length {
                desk.look(account);
            }
        }
        let tasks = (0..blanks).map(|_| blank(&mut desk)).collect();
        let answer = desk.answer(&Input::Submit { list: None, tasks });
        assert_eq!(accounts_of(answer), expected, "{lines:?}");
    };
    check([0, 0, 0], 1, &[0]);
    check([2, 1, 3], 1, &[1]);
    check([2, 1, 3], 4, &[1, 0, 1, 0]);
    check([0, 0, 0], 4, &[0, 1, 2, 0]);
}

#[test]
fn running_and_scheduled_tasks_are_part_of_the_line_then() {
    let mut desk = Desk::new(1, 3);
    desk.look(0);
    desk.start();
    let later = NewTask {
        not_before: Some(desk.wall + 60_000),
        ..desk.new_task(1)
    };
    desk.submit(later);
    let tasks = vec![blank(&mut desk)];
    assert_eq!(
        accounts_of(desk.answer(&Input::Submit { list: None, tasks })),
        [2]
    );
}

#[test]
fn accounts_that_a_person_holds_are_not_chosen() {
    let mut desk = Desk::new(0, 3);
    let (first, second) = (AccountNo(0), AccountNo(1));
    desk.feed(&Input::Pause(Scope::Account(first)));
    desk.feed(&Input::Suspend { account: second });
    let tasks = vec![blank(&mut desk), blank(&mut desk)];
    assert_eq!(
        accounts_of(desk.answer(&Input::Submit { list: None, tasks })),
        [2, 2]
    );
    desk.feed(&Input::Suspend {
        account: AccountNo(2),
    });
    let tasks = vec![blank(&mut desk)];
    assert_eq!(
        desk.refused(&Input::Submit { list: None, tasks }),
        Refusal::NoAccounts
    );
    // They may still be named.
    desk.look(0);
    desk.look(1);
}

#[test]
fn mixed_with_named_ones_they_see_what_was_named_before_them() {
    let mut desk = Desk::new(0, 2);
    let tasks = vec![
        desk.new_task(0),
        desk.new_task(0),
        blank(&mut desk),
        blank(&mut desk),
        blank(&mut desk),
    ];
    assert_eq!(
        accounts_of(desk.answer(&Input::Submit { list: None, tasks })),
        [0, 0, 1, 1, 0]
    );
}

#[test]
fn a_submission_is_accepted_whole_or_not_at_all() {
    let check = |spoil: fn(&mut NewTask), why: Refusal| {
        let mut desk = Desk::new(0, 1);
        let taken = desk.look(0);
        let mut tasks = vec![desk.new_task(0), desk.new_task(0), desk.new_task(0)];
        tasks[0].task = TaskId(77);
        if why == Refusal::DuplicateTask {
            tasks[2].task = taken;
        }
        spoil(&mut tasks[2]);
        let before = desk.state.clone();
        let answer = desk.answer(&Input::Submit { list: None, tasks });
        assert_eq!(answer, Answer::Refused { why, at: Some(2) });
        assert_eq!(desk.state, before);
    };
    check(
        |task| task.account = Some(AccountNo(9)),
        Refusal::UnknownAccount,
    );
    check(|_| {}, Refusal::DuplicateTask);
    check(|task| task.task = TaskId(77), Refusal::DuplicateTask);
}

#[test]
fn a_line_takes_ten_thousand_tasks() {
    let mut desk = Desk::new(0, 2);
    let tasks: Vec<_> = (0..QUEUE_MAX).map(|_| desk.new_task(0)).collect();
    let answer = desk.answer(&Input::Submit { list: None, tasks });
    assert_eq!(accounts_of(answer).len(), QUEUE_MAX);
    let (list, tasks) = (None, vec![desk.new_task(0)]);
    assert_eq!(
        desk.refused(&Input::Submit { list, tasks }),
        Refusal::QueueFull
    );
    let later = NewTask {
        not_before: Some(desk.wall + 60_000),
        ..desk.new_task(0)
    };
    let tasks = vec![later];
    assert_eq!(
        desk.refused(&Input::Submit { list, tasks }),
        Refusal::QueueFull
    );
    desk.look(1);
}

#[test]
fn a_list_that_was_not_opened_is_none() {
    let mut desk = Desk::new(1, 1);
    let (list, tasks) = (Some(ListNo(0)), vec![desk.new_task(0)]);
    let task = tasks[0].task;
    desk.feed(&Input::Submit { list, tasks });
    desk.feed(&Input::AddList);
    assert_eq!(desk.state.task(task).map(|task| task.list()), Some(None));
    assert_eq!(desk.state.lists()[0].open(), 0);
}

#[test]
fn a_list_counts_how_its_tasks_ended() {
    let mut desk = Desk::new(1, 1);
    desk.feed(&Input::AddList);
    let tasks: Vec<_> = (0..3).map(|_| desk.new_task(0)).collect();
    let last = tasks[2].task;
    let list = Some(ListNo(0));
    desk.feed(&Input::Submit { list, tasks });
    let attempt = desk.start();
    desk.end(attempt, Ending::Completed);
    desk.feed(&Input::Cancel { task: last });
    let counts = desk.state.lists()[0];
    assert_eq!(
        (
            counts.tasks,
            counts.completed,
            counts.cancelled,
            counts.open()
        ),
        (3, 1, 1, 1)
    );
}

/// A desk with accounts of all sorts, as an import finds them.
fn lived_in() -> Desk {
    let mut desk = Desk::new(1, 4);
    for account in [0, 0, 1, 3] {
        desk.look(account);
    }
    desk.start();
    desk.feed(&Input::Suspend {
        account: AccountNo(2),
    });
    desk
}

/// Tasks named and blank, for the four accounts of the desk and two that come with them.
fn mixed(desk: &mut Desk) -> Vec<NewTask> {
    let named = [0, 4, 4, 2, 5];
    let mut tasks: Vec<_> = named.map(|account| desk.new_task(account)).into();
    for place in [0, 3, 4, 7, 7] {
        let task = blank(desk);
        tasks.insert(place, task);
    }
    tasks[1].not_before = Some(desk.wall + 60_000);
    tasks
}

#[test]
fn an_import_is_what_its_parts_would_be_one_after_another() {
    let (mut whole, mut parts) = (lived_in(), lived_in());
    let tasks = mixed(&mut whole);
    let accounts = vec![Some(PhoneNo(2)), None];
    let (records, effects) = whole.feed(&Input::Import {
        phones: 2,
        accounts: accounts.clone(),
        tasks: tasks.clone(),
    });
    let list = Some(ListNo(0));
    let mut one_by_one = Vec::new();
    for input in [Input::AddPhone, Input::AddPhone] {
        one_by_one.extend(parts.records(&input));
    }
    for bound in accounts {
        one_by_one.extend(parts.records(&Input::AddAccount { bound }));
    }
    one_by_one.extend(parts.records(&Input::AddList));
    let (last, answer) = parts.feed(&Input::Submit { list, tasks });
    one_by_one.extend(last);
    assert_eq!(records, one_by_one);
    assert_eq!(effects, answer);
    assert_eq!(whole.state, parts.state);
}

#[test]
fn an_import_is_accepted_whole_or_leaves_nothing() {
    let check = |spoil: fn(&mut NewTask), why: Refusal| {
        let mut desk = lived_in();
        let mut tasks = mixed(&mut desk);
        spoil(&mut tasks[6]);
        let before = desk.state.clone();
        let accounts = vec![None, None];
        let answer = desk.answer(&Input::Import {
            phones: 1,
            accounts,
            tasks,
        });
        assert_eq!(answer, Answer::Refused { why, at: Some(6) });
        assert_eq!(desk.state, before);
    };
    check(
        |task| task.account = Some(AccountNo(6)),
        Refusal::UnknownAccount,
    );
    check(|task| task.task = TaskId(2), Refusal::DuplicateTask);
    let mut desk = lived_in();
    let unknown = Input::Import {
        phones: 1,
        accounts: vec![Some(PhoneNo(2))],
        tasks: Vec::new(),
    };
    assert_eq!(desk.refused(&unknown), Refusal::UnknownPhone);
    assert_eq!(desk.state.counts().accounts, 4);
}

#[test]
fn an_import_into_nothing_brings_the_accounts_its_blank_tasks_need() {
    let mut desk = Desk::new(0, 0);
    let tasks: Vec<_> = (0..5).map(|_| blank(&mut desk)).collect();
    let import = |accounts| Input::Import {
        phones: 0,
        accounts,
        tasks: tasks.clone(),
    };
    assert_eq!(desk.refused(&import(vec![])), Refusal::NoAccounts);
    let answer = desk.answer(&import(vec![None, None]));
    assert_eq!(accounts_of(answer), [0, 1, 0, 1, 0]);
    assert_eq!(desk.state.lists()[0].open(), 5);
}

#[test]
fn a_decision_can_be_made_into_the_last_one() {
    let mut desk = Desk::new(1, 1);
    let mut decision = Decision::default();
    let inputs = [
        Input::AddAccount { bound: None },
        Input::Tick { may_start: true },
    ];
    for input in inputs {
        decide_into(&desk.state, desk.now(), &input, &mut decision);
        let (records, effects) = desk.feed(&input);
        assert_eq!(decision, Decision { records, effects });
    }
    assert!(decision.is_empty());
}
