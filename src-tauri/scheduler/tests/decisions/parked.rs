//! Pauses of a kind and of a list: what is at the head holds its line, the others go on.

use signalbox_scheduler::*;

use crate::desk::Desk;

/// Two accounts: the first has a task of this kind at its head and one of another behind it, the
/// second one of another kind. The first task belongs to a list.
fn desk() -> (Desk, [TaskId; 3]) {
    let mut desk = Desk::new(2, 2);
    desk.feed(&Input::AddList);
    let mut new = |account, kind, list| {
        let task = NewTask {
            kind,
            ..desk.new_task(account)
        };
        let id = task.task;
        let tasks = vec![task];
        desk.feed(&Input::Submit { list, tasks });
        id
    };
    let head = new(0, Kind::Engagement, Some(ListNo(0)));
    let behind = new(0, Kind::Instagram, None);
    let other = new(1, Kind::Instagram, None);
    (desk, [head, behind, other])
}

#[test]
fn a_paused_head_holds_its_line_and_nobody_elses() {
    let check = |by: Scope| {
        let (mut desk, [head, behind, other]) = desk();
        desk.feed(&Input::Pause(by));
        let started: Vec<TaskId> = desk.starts().iter().map(|start| start.1).collect();
        assert_eq!(started, [other], "{by:?}");
        assert_eq!(desk.waits(head), Some(Waiting::Paused { by }));
        let held = Some(Waiting::BehindTask { task: head });
        assert_eq!(desk.waits(behind), held);
        // Its place is kept, and it goes on when the pause is over.
        assert_eq!(desk.state.position(head), Some(0));
        desk.feed(&Input::Resume(by));
        let started: Vec<TaskId> = desk.starts().iter().map(|start| start.1).collect();
        assert_eq!(started, [head], "{by:?}");
    };
    check(Scope::Kind(Kind::Engagement));
    check(Scope::List(ListNo(0)));
}

#[test]
fn what_runs_finishes_and_what_comes_to_the_head_is_held() {
    let (mut desk, [head, behind, _]) = desk();
    let starts = desk.starts();
    let by = Scope::Kind(Kind::Instagram);
    desk.feed(&Input::Pause(by));
    let attempt = starts.iter().find(|start| start.1 == head).unwrap().0;
    desk.end(attempt, Ending::Completed);
    assert_eq!(desk.starts(), []);
    assert_eq!(desk.waits(behind), Some(Waiting::Paused { by }));
    // When it goes, what is behind it is looked at by itself.
    let free = NewTask {
        kind: Kind::Flow,
        ..desk.new_task(0)
    };
    let free = desk.submit(free);
    assert_eq!(desk.starts(), []);
    desk.feed(&Input::Cancel { task: behind });
    assert_eq!(desk.starts().first().map(|start| start.1), Some(free));
}

#[test]
fn two_pauses_have_both_to_end() {
    let (mut desk, [head, ..]) = desk();
    let (kind, list) = (Scope::Kind(Kind::Engagement), Scope::List(ListNo(0)));
    for by in [kind, list] {
        desk.feed(&Input::Pause(by));
    }
    desk.starts();
    desk.feed(&Input::Resume(kind));
    assert_eq!(desk.starts(), []);
    assert_eq!(desk.waits(head), Some(Waiting::Paused { by: list }));
    desk.feed(&Input::Resume(list));
    assert_eq!(desk.starts().first().map(|start| start.1), Some(head));
}
