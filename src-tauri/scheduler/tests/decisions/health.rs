//! Phones that fail too often, elements that are missing everywhere, and languages nobody reads.

use signalbox_scheduler::*;

use crate::desk::Desk;
use crate::snapshots::{restored, stored};

const PHONE: PhoneNo = PhoneNo(0);

/// The task that runs fails once, and its time comes again.
fn fail(desk: &mut Desk, ending: Ending) -> Vec<Record> {
    let attempt = desk.start();
    let records = desk.end(attempt, ending);
    desk.pass(30_000);
    records
}

/// A desk with one phone that is out, and the check it will be asked.
fn out_of_order() -> Desk {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    for _ in 0..4 {
        assert!(!fail(&mut desk, Ending::NetworkError).contains(&Record::Tripped { phone: PHONE }));
    }
    let attempt = desk.start();
    let records = desk.end(attempt, Ending::NetworkError);
    assert!(
        records.contains(&Record::Tripped { phone: PHONE }),
        "{records:?}"
    );
    desk
}

fn health_checks(effects: &[Effect]) -> Vec<CheckNo> {
    let checks = effects.iter().filter_map(|effect| match effect {
        Effect::Health { check, .. } => Some(*check),
        _ => None,
    });
    checks.collect()
}

fn breaker(desk: &Desk) -> Option<state::Breaker> {
    desk.state.phone(PHONE).and_then(|it| it.breaker)
}

#[test]
fn a_phone_that_fails_five_times_is_out_until_it_passes_a_health_check() {
    let mut desk = out_of_order();
    let waiting = desk.look(0);
    assert_eq!(desk.state.counts().breaker_trips, 1);
    desk.pass(9_999);
    assert_eq!(desk.tick(), [], "it is left alone for ten seconds");
    desk.pass(1);
    let checks = health_checks(&desk.tick());
    assert_eq!(checks.len(), 1);
    // No answer but the one to that number counts.
    let (phone, check) = (PHONE, checks[0]);
    let stale = CheckNo(check.0 - 1);
    assert_eq!(
        desk.records(&Input::Quiet {
            phone,
            check: stale
        }),
        []
    );
    assert_eq!(
        desk.records(&Input::NotQuiet {
            phone,
            check: stale
        }),
        []
    );
    desk.pass(30_000);
    desk.tick();
    let head = desk.head(0).unwrap();
    assert_eq!(desk.waits(head), Some(Waiting::DeviceNotReady { phone }));
    assert_eq!(
        desk.waits(waiting),
        Some(Waiting::BehindTask { task: head })
    );
    assert_eq!(
        desk.records(&Input::Quiet { phone, check }),
        [Record::Recovered { phone }]
    );
    assert_eq!(desk.starts().len(), 1);
    assert_eq!(breaker(&desk), None);
}

#[test]
fn health_checks_that_fail_come_ever_more_seldom() {
    let mut desk = out_of_order();
    let phone = PHONE;
    for wait in [10_000, 20_000, 40_000, 60_000, 60_000] {
        desk.pass(wait - 1);
        assert_eq!(health_checks(&desk.tick()), [], "{wait}");
        desk.pass(1);
        let check = health_checks(&desk.tick())[0];
        desk.feed(&Input::NotQuiet { phone, check });
    }
    // The operator need not wait, and one question at a time is enough.
    let asked = health_checks(&desk.effects(&Input::Resume(Scope::Phone(phone))));
    assert_eq!(asked.len(), 1);
    let again = desk.effects(&Input::Resume(Scope::Phone(phone)));
    assert_eq!(health_checks(&again), []);
}

#[test]
fn nobody_asks_a_phone_in_hand_how_it_is() {
    let mut desk = out_of_order();
    let phone = PHONE;
    desk.pass(10_000);
    let check = health_checks(&desk.tick())[0];
    let effects = desk.effects(&Input::TakeInHand { phone });
    assert!(effects.contains(&Effect::Halt { phone }), "{effects:?}");
    // Its answer comes late; neither time, a plug, nor the operator's other orders ask again.
    assert_eq!(desk.records(&Input::Quiet { phone, check }), []);
    desk.feed(&Input::PhoneGone { phone });
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    for order in [Input::Pause, Input::Resume, Input::Stop, Input::Unstop] {
        let effects = desk.effects(&order(Scope::Phone(phone)));
        assert_eq!(health_checks(&effects), []);
    }
    desk.pass(600_000);
    assert_eq!(health_checks(&desk.tick()), []);
    let checks = health_checks(&desk.effects(&Input::GiveBack { phone }));
    assert_eq!(checks.len(), 1);
    let check = checks[0];
    assert_eq!(
        desk.records(&Input::Quiet { phone, check }),
        [Record::Recovered { phone }]
    );
}

#[test]
fn what_counts_as_a_failure_of_the_phone() {
    let check = |end: fn(&mut Desk, AttemptNo), counts: bool| {
        let mut desk = Desk::new(1, 8);
        for account in 0..5 {
            desk.look(account);
            let attempt = desk.start();
            end(&mut desk, attempt);
            desk.pass(10_000);
        }
        assert_eq!(breaker(&desk).is_some(), counts);
    };
    fn lost(desk: &mut Desk, attempt: AttemptNo) {
        desk.feed(&Input::Lost { attempt });
        desk.quiet(attempt);
        cancel_heads(desk);
    }
    fn pulled(desk: &mut Desk, attempt: AttemptNo) {
        let phone = PHONE;
        desk.feed(&Input::PhoneGone { phone });
        desk.feed(&Input::PhoneSeen { phone });
        desk.feed(&Input::PhoneReady { phone });
        desk.quiet(attempt);
        cancel_heads(desk);
    }
    fn stopped(desk: &mut Desk, attempt: AttemptNo) {
        desk.feed(&Input::Stop(Scope::Phone(PHONE)));
        desk.feed(&Input::Unstop(Scope::Phone(PHONE)));
        desk.quiet(attempt);
        cancel_heads(desk);
    }
    fn crashed(desk: &mut Desk, attempt: AttemptNo) {
        ended_with(desk, attempt, Ending::AppCrash);
    }
    fn unknown(desk: &mut Desk, attempt: AttemptNo) {
        ended_with(desk, attempt, Ending::Unknown);
        cancel_heads(desk);
    }
    fn done(desk: &mut Desk, attempt: AttemptNo) {
        ended_with(desk, attempt, Ending::Completed);
    }
    fn ended_with(desk: &mut Desk, attempt: AttemptNo, ending: Ending) {
        desk.end(attempt, ending);
    }
    /// What went back to its head is not to be tried again here.
    fn cancel_heads(desk: &mut Desk) {
        for account in 0..8 {
            if let Some(task) = desk.head(account) {
                desk.feed(&Input::Cancel { task });
            }
        }
    }
    check(crashed, true);
    check(lost, true);
    check(pulled, true);
    check(stopped, false);
    check(unknown, false);
    check(done, false);
}

#[test]
fn failures_that_lie_further_apart_do_not_count_together() {
    let mut desk = Desk::new(1, 5);
    for account in 0..5 {
        desk.look(account);
        let attempt = desk.start();
        desk.end(attempt, Ending::AppCrash);
        desk.pass(75_001);
        for account in 0..5 {
            if let Some(task) = desk.head(account) {
                desk.feed(&Input::Cancel { task });
            }
        }
    }
    assert_eq!(breaker(&desk), None);
}

#[test]
fn a_phone_that_is_out_stays_so_over_a_restart_and_a_new_plug() {
    let mut desk = out_of_order();
    let phone = PHONE;
    desk.feed(&Input::Restart);
    assert!(breaker(&desk).is_some());
    let kept = restored(&stored(&desk.state, 2)).unwrap();
    assert_eq!(kept, desk.state);
    desk.pass(600_000);
    assert_eq!(desk.tick(), [], "nobody is there to be asked");
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    desk.pass(10_000);
    let check = health_checks(&desk.tick())[0];
    desk.feed(&Input::Quiet { phone, check });
    assert_eq!(desk.starts().len(), 1);
}

#[test]
fn a_stop_halts_a_health_check_and_its_end_asks_anew() {
    for scope in [Scope::All, Scope::Phone(PHONE)] {
        let mut desk = out_of_order();
        let phone = PHONE;
        desk.pass(10_000);
        let check = health_checks(&desk.tick())[0];
        let effects = desk.effects(&Input::Stop(scope));
        assert!(effects.contains(&Effect::Halt { phone }), "{effects:?}");
        assert_eq!(desk.records(&Input::Quiet { phone, check }), []);
        let again = health_checks(&desk.effects(&Input::Unstop(scope)));
        assert_eq!(again.len(), 1, "{scope:?}");
        desk.feed(&Input::Quiet {
            phone,
            check: again[0],
        });
        assert_eq!(breaker(&desk), None);
    }
}

const OLD: VersionNo = VersionNo(1);
const NEW: VersionNo = VersionNo(2);
const LIKE: ActionNo = ActionNo(3);
const LOCATOR: LocatorNo = LocatorNo(7);

fn tell(desk: &mut Desk, phone: u32, version: VersionNo, look_only: bool) {
    desk.feed(&Input::PhoneTold {
        phone: PhoneNo(phone),
        version,
        look_only,
    });
}

fn miss(desk: &mut Desk, attempt: AttemptNo) -> Vec<Record> {
    desk.records(&Input::Missed {
        attempt,
        locator: LOCATOR,
        action: LIKE,
    })
}

fn liking(desk: &mut Desk, account: u32) -> TaskId {
    let task = NewTask {
        actions: Actions::default().and(LIKE),
        ..desk.new_task(account)
    };
    desk.submit(task)
}

/// Three phones, two with the old version of the app, and two tasks that like.
fn two_versions() -> (Desk, [TaskId; 2]) {
    let mut desk = Desk::new(2, 3);
    tell(&mut desk, 0, OLD, false);
    tell(&mut desk, 1, OLD, false);
    let tasks = [liking(&mut desk, 0), liking(&mut desk, 1)];
    (desk, tasks)
}

#[test]
fn a_locator_missing_on_two_phones_pauses_the_action_for_that_version() {
    let (mut desk, tasks) = two_versions();
    let starts = desk.starts();
    assert_eq!(
        Desk::mark_in(&miss(&mut desk, starts[0].0)),
        Some((Why::Missing, None))
    );
    let records = miss(&mut desk, starts[1].0);
    assert_eq!(Desk::mark_in(&records), Some((Why::ActionPaused, None)));
    // No attempt is used up by it, of neither task.
    for task in tasks {
        assert_eq!(desk.state.task(task).unwrap().tries.missing, 0, "{task:?}");
        desk.tick();
        let (version, action) = (OLD, LIKE);
        assert_eq!(
            desk.waits(task),
            Some(Waiting::ActionPaused { version, action })
        );
    }
    assert_eq!(desk.starts(), []);
    let kept = restored(&stored(&desk.state, 2)).unwrap();
    assert_eq!(kept, desk.state);
    // What does not like goes on.
    let look = desk.look(2);
    assert_eq!(desk.starts()[0].1, look);
    // A phone with another version takes them.
    desk.feed(&Input::AddPhone);
    let phone = PhoneNo(2);
    tell(&mut desk, 2, NEW, false);
    desk.feed(&Input::PhoneSeen { phone });
    desk.feed(&Input::PhoneReady { phone });
    let starts = desk.starts();
    assert_eq!(
        (starts.len(), starts[0].1, starts[0].2),
        (1, tasks[0], phone)
    );
    let busy = desk.waits(tasks[1]);
    assert_eq!(busy, Some(Waiting::DeviceBusy { phone }));
}

#[test]
fn a_pause_of_an_action_and_one_of_a_kind_hold_each_by_itself() {
    for kind_first in [true, false] {
        let (mut desk, tasks) = two_versions();
        for (attempt, ..) in desk.starts() {
            miss(&mut desk, attempt);
        }
        assert_eq!(desk.starts(), []);
        let scope = Scope::Kind(desk.state.task(tasks[0]).unwrap().kind);
        desk.feed(&Input::Pause(scope));
        assert_eq!(desk.starts(), []);
        let paused = Some(Waiting::Paused { by: scope });
        assert_eq!(desk.waits(tasks[0]), paused);
        let (version, action) = (OLD, LIKE);
        let held = Some(Waiting::ActionPaused { version, action });
        let ends = [Input::Resume(scope), Input::ResumeActions];
        let [first, last] = if kind_first { [0, 1] } else { [1, 0] };
        desk.feed(&ends[first]);
        assert_eq!(desk.starts(), []);
        let waits = if kind_first { held } else { paused };
        assert_eq!(desk.waits(tasks[0]), waits);
        desk.feed(&ends[last]);
        assert_eq!(desk.starts().len(), 2);
    }
}

#[test]
fn a_pause_of_an_action_ends_by_the_operator_by_new_locators_and_by_a_new_version() {
    let check = |end: fn(&mut Desk)| {
        let (mut desk, _) = two_versions();
        for (attempt, ..) in desk.starts() {
            miss(&mut desk, attempt);
        }
        desk.tick();
        assert_eq!(desk.state.action_pauses().count(), 1);
        end(&mut desk);
        assert_eq!(desk.state.action_pauses().count(), 0);
        let starts = desk.starts();
        assert_eq!(starts.len(), 2);
        // What was missed before is forgotten: it takes two phones again.
        let records = miss(&mut desk, starts[0].0);
        assert_eq!(Desk::mark_in(&records), Some((Why::Missing, None)));
    };
    check(|desk| {
        let (version, action) = (OLD, LIKE);
        let answer = desk.answer(&Input::ResumeAction { version, action });
        assert_eq!(answer, Answer::Done);
        assert_eq!(
            desk.refused(&Input::ResumeAction { version, action }),
            Refusal::WrongState
        );
    });
    check(|desk| assert_eq!(desk.answer(&Input::ResumeActions), Answer::Done));
    check(|desk| {
        tell(desk, 0, NEW, false);
        assert_eq!(
            desk.state.action_pauses().count(),
            1,
            "one phone still has it"
        );
        tell(desk, 1, NEW, false);
    });
}

#[test]
fn misses_that_are_not_the_same_pause_nothing() {
    let check = |first: (u16, VersionNo), second: (u16, VersionNo), passed: u64, pauses: bool| {
        let mut desk = Desk::new(2, 2);
        for (phone, version) in [(0, first.1), (1, second.1)] {
            tell(&mut desk, phone, version, false);
            liking(&mut desk, phone);
        }
        let starts = desk.starts();
        for (at, locator) in [(0, first.0), (1, second.0)] {
            let (attempt, locator) = (starts[at].0, LocatorNo(locator));
            let action = LIKE;
            desk.feed(&Input::Missed {
                attempt,
                locator,
                action,
            });
            desk.pass(passed);
        }
        assert_eq!(
            desk.state.action_pauses().count() == 1,
            pauses,
            "{first:?} {second:?}"
        );
    };
    check((7, OLD), (7, OLD), 0, true);
    check((7, OLD), (7, OLD), 30 * 60 * 1_000, true);
    check((7, OLD), (7, OLD), 30 * 60 * 1_000 + 1, false);
    check((7, OLD), (8, OLD), 0, false);
    check((7, OLD), (7, NEW), 0, false);
    check((7, VersionNo::UNKNOWN), (7, VersionNo::UNKNOWN), 0, false);
}

#[test]
fn a_phone_whose_language_is_not_covered_only_looks() {
    let mut desk = Desk::new(1, 2);
    tell(&mut desk, 0, OLD, true);
    let acts = desk.act(0, [1, 0, 0]);
    let looks = desk.look(1);
    let starts = desk.starts();
    assert_eq!((starts.len(), starts[0].1), (1, looks));
    let phone = PHONE;
    assert_eq!(desk.waits(acts), Some(Waiting::DeviceNotReady { phone }));
    desk.end(starts[0].0, Ending::Completed);
    assert_eq!(desk.starts(), []);
    // A script may do anything.
    let script = NewTask {
        kind: Kind::Flow,
        ..desk.new_task(1)
    };
    let script = desk.submit(script);
    assert_eq!(desk.starts(), []);
    tell(&mut desk, 0, OLD, false);
    assert_eq!(desk.starts()[0].1, acts);
    assert_eq!(desk.waits(script), Some(Waiting::DeviceBusy { phone }));
}

#[test]
fn a_language_that_changes_under_way_ends_the_attempt_before_its_act() {
    let mut desk = Desk::new(2, 1);
    let task = desk.act(0, [1, 0, 0]);
    let (attempt, _, phone) = desk.starts()[0];
    tell(&mut desk, phone.0, OLD, true);
    let step = 1;
    assert_eq!(
        desk.intend(attempt, step, Act::Follow),
        [Effect::Yield { attempt, step }]
    );
    desk.end(attempt, Ending::Yielded);
    let starts = desk.starts();
    assert_eq!((starts[0].1, starts[0].2 == phone), (task, false));
}

#[test]
fn an_account_bound_to_a_phone_that_only_looks_waits_for_it() {
    let mut desk = Desk::new(2, 0);
    desk.feed(&Input::AddAccount { bound: Some(PHONE) });
    tell(&mut desk, 0, OLD, true);
    let task = desk.act(0, [0, 1, 0]);
    assert_eq!(desk.starts(), []);
    let phone = PHONE;
    assert_eq!(desk.waits(task), Some(Waiting::DeviceNotReady { phone }));
    tell(&mut desk, 0, OLD, false);
    assert_eq!(desk.starts().len(), 1);
}
