//! Order: within an account first come first served, among accounts by rank.

use signalbox_scheduler::*;

use crate::desk::Desk;

#[test]
fn an_account_runs_its_tasks_in_order_and_positions_follow() {
    let mut desk = Desk::new(3, 1);
    let tasks: Vec<TaskId> = (0..4).map(|_| desk.look(0)).collect();
    for (done, task) in tasks.iter().enumerate() {
        let places: Vec<_> = tasks
            .iter()
            .map(|task| desk.state.position(*task))
            .collect();
        let expected: Vec<_> = (0..4usize).map(|task| task.checked_sub(done)).collect();
        assert_eq!(places, expected);
        let starts = desk.starts();
        assert_eq!(starts.len(), 1, "one at a time, however many phones");
        assert_eq!(starts[0].1, *task);
        assert_eq!(
            desk.state.position(*task),
            None,
            "a running task has no place"
        );
        desk.end(starts[0].0, Ending::Completed);
    }
}

#[test]
fn no_phone_has_two_tasks() {
    let mut desk = Desk::new(1, 3);
    for account in 0..3 {
        desk.look(account);
    }
    let attempt = desk.start();
    assert_eq!(desk.starts(), []);
    desk.end(attempt, Ending::Completed);
    desk.start();
}

#[test]
fn priority_never_reorders_within_an_account() {
    let mut desk = Desk::new(1, 1);
    let low = NewTask {
        priority: Priority::Low,
        ..desk.new_task(0)
    };
    let urgent = NewTask {
        priority: Priority::Urgent,
        ..desk.new_task(0)
    };
    let first = desk.submit(low);
    desk.submit(urgent);
    assert_eq!(desk.starts()[0].1, first);
}

/// Accounts submit at these times with these priorities while the phone is away; the order they
/// start in when it comes.
fn check_order(submitted: &[(u64, Priority)], expected: &[u32]) {
    let accounts = u32::try_from(submitted.len()).unwrap();
    let mut desk = Desk::new(1, accounts);
    let phone = PhoneNo(0);
    desk.feed(&Input::PhoneGone { phone });
    let begin = desk.at;
    for (account, (after, priority)) in (0..).zip(submitted) {
        desk.pass(begin + after - desk.at);
        let task = NewTask {
            priority: *priority,
            ..desk.new_task(account)
        };
        desk.submit(task);
    }
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    let mut order = Vec::new();
    for _ in submitted {
        let (attempt, task, _) = desk.starts()[0];
        order.push(desk.state.task(task).unwrap().account.0);
        desk.end(attempt, Ending::Completed);
    }
    assert_eq!(order, expected, "{submitted:?}");
}

#[test]
fn among_accounts_a_step_of_priority_is_worth_five_minutes() {
    use Priority::{High, Low, Normal, Urgent};
    const MIN: u64 = 60_000;
    check_order(&[(0, Normal), (1, Normal), (2, Normal)], &[0, 1, 2]);
    check_order(&[(0, Normal), (5 * MIN - 1, High)], &[1, 0]);
    check_order(&[(0, Normal), (5 * MIN, High)], &[0, 1]);
    check_order(&[(0, Normal), (5 * MIN + 1, High)], &[0, 1]);
    check_order(&[(0, Low), (15 * MIN - 1, Urgent)], &[1, 0]);
    check_order(&[(0, Low), (15 * MIN + 1, Urgent)], &[0, 1]);
    check_order(
        &[(0, Low), (0, Normal), (0, High), (0, Urgent)],
        &[3, 2, 1, 0],
    );
}

#[test]
fn a_head_keeps_its_place_whatever_joins_behind_it() {
    let mut desk = Desk::new(1, 3);
    desk.look(2);
    let running = desk.start();
    let first = desk.look(0);
    desk.pass(1_000);
    desk.look(1);
    // Things that happen to the first account while it waits.
    desk.pass(1_000);
    desk.look(0);
    let (account, phone) = (AccountNo(0), PhoneNo(0));
    desk.feed(&Input::SignedIn { phone, account });
    desk.feed(&Input::BindAccount {
        account,
        bound: Some(phone),
    });
    desk.end(running, Ending::Completed);
    assert_eq!(desk.starts()[0].1, first);
}

#[test]
fn a_head_that_could_not_start_is_ranked_from_when_it_could() {
    let mut desk = Desk::new(1, 3);
    desk.look(2);
    let running = desk.start();
    desk.look(0);
    desk.feed(&Input::Pause(Scope::Account(AccountNo(0))));
    desk.pass(1_000);
    let second = desk.look(1);
    desk.pass(1_000);
    desk.feed(&Input::Resume(Scope::Account(AccountNo(0))));
    desk.end(running, Ending::Completed);
    assert_eq!(desk.starts()[0].1, second);
}

#[test]
fn a_scheduled_task_joins_the_tail_when_its_time_comes() {
    let mut desk = Desk::new(1, 1);
    let later = NewTask {
        not_before: Some(desk.wall + 60_000),
        ..desk.new_task(0)
    };
    let later = desk.submit(later);
    assert_eq!(desk.state.position(later), None);
    assert_eq!(
        (
            desk.state.counts().tasks_waiting,
            desk.state.counts().tasks_scheduled
        ),
        (0, 1)
    );
    let (first, second) = (desk.look(0), desk.look(0));
    assert_eq!(
        desk.starts()[0].1,
        first,
        "it does not stand in the line yet"
    );
    desk.pass(59_999);
    desk.tick();
    assert_eq!(desk.state.position(later), None);
    desk.pass(1);
    desk.tick();
    assert_eq!(desk.state.position(second), Some(0));
    assert_eq!(desk.state.position(later), Some(1));
    assert_eq!(desk.state.counts().tasks_scheduled, 0);
}

#[test]
fn scheduled_tasks_of_one_time_keep_the_order_they_were_accepted_in() {
    let mut desk = Desk::new(0, 1);
    let wall = desk.wall;
    let mut at = |time: i64| {
        let task = NewTask {
            not_before: Some(wall + time),
            ..desk.new_task(0)
        };
        desk.submit(task)
    };
    let (third, first, second) = (at(2_000), at(1_000), at(1_000));
    desk.pass(5_000);
    desk.tick();
    let places = [first, second, third].map(|task| desk.state.position(task));
    assert_eq!(places, [Some(0), Some(1), Some(2)]);
}

#[test]
fn cancelling_takes_a_task_out_wherever_it_is() {
    let mut desk = Desk::new(1, 1);
    let running = desk.look(0);
    let attempt = desk.start();
    let (second, third) = (desk.look(0), desk.look(0));
    let scheduled = NewTask {
        not_before: Some(desk.wall + 60_000),
        ..desk.new_task(0)
    };
    let scheduled = desk.submit(scheduled);
    for task in [second, scheduled] {
        let end = Desk::end_in(&desk.records(&Input::Cancel { task }));
        assert_eq!(end, Some(TaskEnd::Cancelled));
    }
    assert_eq!(desk.state.position(third), Some(0));
    let effects = desk.effects(&Input::Cancel { task: running });
    assert_eq!(
        effects,
        [Effect::StopSafely { attempt }, Effect::Answer(Answer::Done)]
    );
    let step = 0;
    assert_eq!(
        desk.intend(attempt, step, Act::Like),
        [Effect::Yield { attempt, step }]
    );
    let end = Desk::end_in(&desk.end(attempt, Ending::Yielded));
    assert_eq!(end, Some(TaskEnd::Cancelled));
    assert_eq!(
        desk.refused(&Input::Cancel { task: running }),
        Refusal::UnknownTask
    );
}

#[test]
fn a_task_that_completed_after_all_is_completed_although_cancelled() {
    let mut desk = Desk::new(1, 1);
    let task = desk.look(0);
    let attempt = desk.start();
    desk.feed(&Input::Cancel { task });
    let end = Desk::end_in(&desk.end(attempt, Ending::Completed));
    assert_eq!(end, Some(TaskEnd::Completed));
}

#[test]
fn blocks_count_tasks_that_join_a_line_they_cannot_leave_at_once() {
    let blocks = |desk: &Desk| desk.state.counts().blocks;
    let mut desk = Desk::new(0, 2);
    desk.look(0);
    assert_eq!(blocks(&desk), 0, "waiting for a phone is no block");
    desk.look(0);
    assert_eq!(blocks(&desk), 1, "behind a task");
    desk.feed(&Input::Pause(Scope::All));
    desk.look(1);
    assert_eq!(blocks(&desk), 1, "a pause is no block");
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    let attempt = desk.start();
    desk.look(0);
    assert_eq!(blocks(&desk), 1, "its account runs");
    desk.end(attempt, Ending::RateLimited);
    desk.tick();
    assert_eq!(blocks(&desk), 1, "what is put back does not join");
    desk.feed(&Input::Suspend {
        account: AccountNo(0),
    });
    desk.look(0);
    assert_eq!(blocks(&desk), 2);
}
