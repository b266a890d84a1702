//! Tasks tried again by hand, and acts of which somebody tells whether they happened.

use signalbox_scheduler::*;

use crate::desk::Desk;

/// Fails the only task of a desk, with a list; what the store knows of it then.
fn failed(desk: &mut Desk, need: [u8; 3]) -> EndedTask {
    desk.feed(&Input::AddList);
    let task = NewTask {
        need: Need(need),
        ..desk.new_task(0)
    };
    let list = Some(ListNo(0));
    let tasks = vec![task.clone()];
    desk.feed(&Input::Submit { list, tasks });
    let mut attempts = 0;
    while desk.state.task(task.task).is_some() {
        let attempt = desk.start();
        desk.end(attempt, Ending::ElementNotFound);
        attempts += 1;
    }
    EndedTask {
        task,
        list,
        end: TaskEnd::Failed,
        attempts,
        unknown: false,
    }
}

#[test]
fn a_retry_by_hand_is_a_new_attempt_at_the_tail() {
    let mut desk = Desk::new(1, 1);
    let ended = failed(&mut desk, [0; 3]);
    let id = ended.task.task;
    assert_eq!((ended.attempts, desk.state.counts().tasks_failed), (3, 1));
    let other = desk.look(0);
    assert_eq!(desk.answer(&Input::Retry(ended)), Answer::Done);
    assert_eq!(desk.state.position(id), Some(1), "behind what waits");
    let counts = desk.state.counts();
    assert_eq!((counts.tasks_failed, counts.tasks_waiting), (0, 2));
    let list = desk.state.lists()[0];
    assert_eq!((list.tasks, list.failed, list.open()), (1, 0, 1));
    let attempt = desk.start();
    assert_eq!(desk.state.attempt(attempt).unwrap().task, other);
    desk.end(attempt, Ending::Completed);
    // Its attempts go on, its tries begin anew: it fails after as many again.
    for _ in 0..3 {
        assert_eq!(desk.state.counts().tasks_failed, 0);
        let attempt = desk.start();
        desk.end(attempt, Ending::ElementNotFound);
    }
    assert_eq!(desk.state.counts().tasks_failed, 1);
    assert_eq!(desk.state.lists()[0].failed, 1);
}

#[test]
fn what_cannot_be_tried_again_is_refused_and_changes_nothing() {
    let check = |change: fn(&mut Desk, &mut EndedTask), expected: Refusal| {
        let mut desk = Desk::with(Settings::live(), 1, 1);
        let mut ended = failed(&mut desk, [1, 0, 0]);
        change(&mut desk, &mut ended);
        let before = desk.state.clone();
        assert_eq!(desk.refused(&Input::Retry(ended)), expected);
        assert_eq!(desk.state, before);
    };
    check(
        |_, ended| ended.end = TaskEnd::Completed,
        Refusal::HasCompleted,
    );
    check(|_, ended| ended.unknown = true, Refusal::UnknownAct);
    check(
        |desk, ended| {
            desk.feed(&Input::Retry(ended.clone()));
        },
        Refusal::NotEnded,
    );
    check(
        |_, ended| ended.task.account = Some(AccountNo(7)),
        Refusal::UnknownAccount,
    );
    check(
        |desk, _| {
            let account = AccountNo(0);
            desk.feed(&Input::RemoveAccount { account });
        },
        Refusal::UnknownAccount,
    );
    check(
        |_, ended| ended.task.need = Need([51, 0, 0]),
        Refusal::NeverFits,
    );
    check(
        |desk, _| {
            let list = None;
            let tasks: Vec<_> = (0..10_000).map(|_| desk.new_task(0)).collect();
            let may = desk.answer(&Input::Submit { list, tasks });
            assert!(matches!(may, Answer::Accepted(_)));
        },
        Refusal::QueueFull,
    );
}

/// A task whose comment nobody knows of, and whatever else the desk has.
fn unknown(desk: &mut Desk) -> EndedTask {
    let task = NewTask {
        need: Need([0, 0, 1]),
        ..desk.new_task(0)
    };
    desk.submit(task.clone());
    let attempt = desk.start();
    desk.intend(attempt, 0, Act::Comment);
    desk.feed(&Input::Lost { attempt });
    let end = Desk::end_in(&desk.quiet(attempt));
    assert_eq!(end, Some(TaskEnd::Interrupted));
    EndedTask {
        task,
        list: None,
        end: TaskEnd::Interrupted,
        attempts: 1,
        unknown: true,
    }
}

#[test]
fn an_act_that_happened_is_done_and_the_task_goes_on_behind_it_or_completes() {
    let resolve = |happened: bool, left: bool| {
        let mut desk = Desk::new(1, 1);
        let ended = unknown(&mut desk);
        let id = ended.task.task;
        let answer = desk.answer(&Input::Resolve {
            ended,
            happened,
            left,
        });
        assert_eq!(answer, Answer::Done);
        let counts = desk.state.counts();
        assert_eq!(counts.tasks_interrupted, 0);
        (desk.state.position(id), counts.tasks_completed)
    };
    assert_eq!(resolve(true, false), (None, 1));
    assert_eq!(resolve(true, true), (Some(0), 0));
    assert_eq!(resolve(false, true), (Some(0), 0));
    assert_eq!(resolve(false, false), (Some(0), 0));
}

#[test]
fn the_operators_word_is_no_success_on_the_platform() {
    let mut desk = Desk::new(1, 1);
    let ended = unknown(&mut desk);
    desk.look(0);
    let attempt = desk.start();
    desk.end(attempt, Ending::RateLimited);
    let (happened, left) = (true, false);
    desk.feed(&Input::Resolve {
        ended,
        happened,
        left,
    });
    assert_eq!(desk.account(0).rate_limits_in_a_row, 1);
}

#[test]
fn only_an_unknown_act_is_told_of() {
    let mut desk = Desk::new(1, 1);
    let ended = failed(&mut desk, [0; 3]);
    let (happened, left) = (true, true);
    let order = Input::Resolve {
        ended,
        happened,
        left,
    };
    assert_eq!(desk.refused(&order), Refusal::NothingUnknown);
}

#[test]
fn many_are_cancelled_in_one_go_and_the_others_move_up() {
    let mut desk = Desk::new(1, 1);
    let tasks: Vec<TaskId> = (0..6).map(|_| desk.look(0)).collect();
    let attempt = desk.start();
    let gone = vec![tasks[0], tasks[2], tasks[4], tasks[4], TaskId(9_999)];
    let (records, effects) = desk.feed(&Input::CancelMany { tasks: gone });
    assert_eq!(records.len(), 3);
    let told = [
        Effect::StopSafely { attempt },
        Effect::Answer(Answer::Cancelled(3)),
    ];
    assert_eq!(effects, told);
    let places = [1, 3, 5].map(|place| desk.state.position(tasks[place]));
    assert_eq!(places, [Some(0), Some(1), Some(2)]);
    assert_eq!(desk.state.counts().tasks_cancelled, 2);
}
