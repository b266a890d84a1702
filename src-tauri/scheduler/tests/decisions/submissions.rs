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
