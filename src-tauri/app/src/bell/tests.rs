//! What is told, when, and how often.

use signalbox_engine::dto::{ProgressView, Removes, Upserts};

use super::*;

fn device(udid: &str, status: &str) -> DeviceView {
    DeviceView {
        udid: udid.to_owned(),
        status: status.to_owned(),
        ..DeviceView::default()
    }
}

fn account(id: &str, state: &str, reason: Option<&str>) -> AccountView {
    AccountView {
        account_id: id.to_owned(),
        state: state.to_owned(),
        state_reason: reason.map(str::to_owned),
        ..AccountView::default()
    }
}

fn change(devices: Vec<DeviceView>, accounts: Vec<AccountView>) -> Change {
    Change {
        upserts: Upserts {
            accounts,
            devices,
            ..Upserts::default()
        },
        removes: Removes::default(),
        ..Change::default()
    }
}

/// Titles and bodies of what is told a while later to somebody who looks elsewhere.
fn rung(bell: &mut Bell, now: u64) -> Vec<(String, String)> {
    let said = bell.ring(&BTreeSet::new(), false, now);
    said.into_iter().map(|it| (it.title, it.body)).collect()
}

fn with_phones(count: usize) -> Bell {
    let mut bell = Bell::default();
    let phones = (0..count).map(|it| device(&format!("phone {it}"), "ready"));
    let snapshot = Snapshot {
        devices: phones.collect(),
        ..Snapshot::default()
    };
    bell.see(&snapshot, 0);
    bell
}

#[test]
fn a_hub_that_drops_ten_phones_is_told_once() {
    let mut bell = with_phones(10);
    for phone in 0..10 {
        let lost = device(&format!("phone {phone}"), "disconnected");
        bell.hear(&change(vec![lost], Vec::new()), 50, 1_000 + 100 * phone);
    }
    assert_eq!(bell.due(), Some(4_000));
    assert!(rung(&mut bell, 3_999).is_empty());
    assert_eq!(
        rung(&mut bell, 4_000),
        [(
            "10 iPhones are not attached any more".to_owned(),
            "phone 0, phone 1, phone 2 and 7 more".to_owned()
        )]
    );
    assert_eq!(bell.due(), None);
}

#[test]
fn a_kind_is_told_once_a_minute_and_what_came_meanwhile_together() {
    let mut bell = with_phones(3);
    let lose = |bell: &mut Bell, phone: &str, now| {
        bell.hear(
            &change(vec![device(phone, "disconnected")], Vec::new()),
            50,
            now,
        );
    };
    lose(&mut bell, "phone 0", 0);
    assert_eq!(rung(&mut bell, 3_000).len(), 1);
    lose(&mut bell, "phone 1", 10_000);
    lose(&mut bell, "phone 2", 50_000);
    assert!(rung(&mut bell, 62_999).is_empty());
    let told = rung(&mut bell, 63_000);
    assert_eq!(told[0].1, "phone 1, phone 2");
}

#[test]
fn a_cable_that_was_put_back_is_no_news() {
    let mut bell = with_phones(1);
    bell.hear(
        &change(vec![device("phone 0", "disconnected")], Vec::new()),
        50,
        0,
    );
    bell.hear(
        &change(vec![device("phone 0", "connected")], Vec::new()),
        50,
        1_000,
    );
    assert!(rung(&mut bell, 60_000).is_empty());
}

#[test]
fn nothing_is_told_to_who_looks_or_does_not_want_it() {
    let check = |muted: &[Kind], focused, told| {
        let mut bell = with_phones(1);
        bell.hear(&change(vec![device("phone 0", "error")], Vec::new()), 50, 0);
        let muted = muted.iter().copied().collect();
        assert_eq!(bell.ring(&muted, focused, 9_000).len(), told);
    };
    check(&[], false, 1);
    check(&[], true, 0);
    check(&[Kind::DeviceAttention], false, 0);
    check(&[Kind::DeviceLost], false, 1);
}

#[test]
fn how_things_are_at_the_start_is_no_news() {
    let mut bell = Bell::default();
    let snapshot = Snapshot {
        devices: vec![device("a", "error")],
        accounts: vec![account("anna", "suspended", Some("challenge"))],
        ..Snapshot::default()
    };
    bell.see(&snapshot, 0);
    assert!(rung(&mut bell, 60_000).is_empty());
    assert_eq!(bell.standing().attention, 2);
}

#[test]
fn a_suspension_is_told_unless_the_operator_ordered_it() {
    let check = |reason, told: usize| {
        let mut bell = with_phones(0);
        let suspended = account("anna", "suspended", Some(reason));
        bell.hear(&change(Vec::new(), vec![suspended]), 50, 0);
        assert_eq!(rung(&mut bell, 9_000).len(), told, "{reason}");
        assert_eq!(bell.standing().attention, 1);
    };
    check("challenge", 1);
    check("operator", 0);
}

#[test]
fn a_share_of_failures_is_told_when_it_is_passed_and_not_again_while_it_lasts() {
    let mut bell = with_phones(0);
    let end = |bell: &mut Bell, failed: usize, done: usize, now| {
        let task = |status: &str| LiveTask {
            status: status.to_owned(),
            ..LiveTask::default()
        };
        let mut ended = change(Vec::new(), Vec::new());
        ended
            .upserts
            .tasks
            .extend((0..done).map(|_| task("completed")));
        ended
            .upserts
            .tasks
            .extend((0..failed).map(|_| task("failed")));
        bell.hear(&ended, 50, now);
    };
    end(&mut bell, 5, 4, 0);
    assert_eq!(bell.due(), None, "nine tasks tell nothing");
    end(&mut bell, 1, 0, 0);
    let told = rung(&mut bell, 3_000);
    assert_eq!(told[0].1, "6 of the last 10 tasks failed.");
    end(&mut bell, 5, 0, 100_000);
    assert!(rung(&mut bell, 200_000).is_empty());
}

#[test]
fn the_end_of_the_queue_and_an_emergency_stop_are_told() {
    let mut bell = with_phones(0);
    let step = |bell: &mut Bell, completed, stopped, now| {
        let mut it = change(Vec::new(), Vec::new());
        it.engine.progress = ProgressView {
            total: 2,
            completed,
            ..ProgressView::default()
        };
        it.engine.stopped = stopped;
        bell.hear(&it, 50, now);
    };
    step(&mut bell, 1, false, 0);
    step(&mut bell, 1, true, 0);
    assert_eq!(rung(&mut bell, 3_000)[0].0, "Everything is stopped");
    step(&mut bell, 2, false, 4_000);
    let told = rung(&mut bell, 7_000);
    assert_eq!(told[0].0, "The queue is finished");
    assert_eq!(told[0].1, "2 completed, 0 failed, 0 cancelled in all.");
}

#[test]
fn work_goes_on_while_something_runs_or_can_start() {
    let check = |running, waiting, (paused, stopped), goes_on| {
        let standing = Standing {
            running,
            waiting,
            paused,
            stopped,
            ..Standing::default()
        };
        assert_eq!(standing.goes_on(), goes_on, "{standing:?}");
    };
    check(0, 0, (false, false), false);
    check(1, 0, (true, false), true);
    check(0, 3, (false, false), true);
    check(0, 3, (true, false), false);
    check(2, 3, (false, true), false);
}
