//! The brakes: ceilings with reservation, the gap, what the history forbids.

use signalbox_scheduler::*;

use crate::desk::Desk;

/// A day, written a second time on purpose.
const DAY_MS: u64 = 86_400_000;

fn ceilings(per_day: [Option<u16>; 3]) -> Settings {
    Settings {
        per_day,
        ..Settings::simulated()
    }
}

/// Runs a task that follows so many times.
fn follow(desk: &mut Desk, times: u16) {
    desk.act(0, [u8::try_from(times).unwrap(), 0, 0]);
    let attempt = desk.start();
    for step in 0..times {
        desk.do_act(attempt, step, Act::Follow);
    }
    desk.end(attempt, Ending::Completed);
}

#[test]
fn a_task_starts_only_if_its_whole_need_fits() {
    let check = |ceiling: u16, used: u16, need: u8, starts: bool| {
        let mut desk = Desk::with(ceilings([Some(ceiling), None, None]), 1, 1);
        for _ in 0..used {
            follow(&mut desk, 1);
        }
        let task = desk.act(0, [need, 0, 0]);
        assert_eq!(
            desk.starts().len() == 1,
            starts,
            "{used} of {ceiling}, needs {need}"
        );
        if !starts {
            assert!(matches!(
                desk.waits(task),
                Some(Waiting::LimitReached { .. })
            ));
        }
    };
    check(3, 0, 3, true);
    check(3, 1, 2, true);
    check(3, 1, 3, false);
    check(3, 3, 1, false);
    check(3, 3, 0, true);
}

#[test]
fn the_day_rolls() {
    let mut desk = Desk::with(ceilings([Some(2), None, None]), 1, 1);
    follow(&mut desk, 1);
    let first = desk.at;
    desk.pass(3_600_000);
    follow(&mut desk, 1);
    let task = desk.act(0, [1, 0, 0]);
    assert_eq!(desk.starts(), []);
    let Some(Waiting::LimitReached { until }) = desk.waits(task) else {
        panic!("{:?}", desk.waits(task));
    };
    assert!(until >= first + DAY_MS && until <= first + DAY_MS + 1);
    desk.pass(first + DAY_MS - 1 - desk.at);
    assert_eq!(desk.starts(), [], "the first act is still in its day");
    desk.pass(2);
    desk.start();
}

#[test]
fn an_act_counts_from_when_it_may_have_happened() {
    let settings = Settings {
        act_gap_ms: 10_000,
        ..ceilings([Some(1), None, None])
    };
    let mut desk = Desk::with(settings, 1, 1);
    desk.act(0, [1, 1, 0]);
    let attempt = desk.start();
    desk.intend(attempt, 0, Act::Follow);
    desk.pass(50_000);
    let landed = desk.at;
    desk.feed(&Input::Acted {
        attempt,
        step: 0,
        act: Some(Act::Follow),
        done: true,
        last: true,
    });
    let until = landed + 10_000;
    let step = 1;
    let effects = desk.intend(attempt, step, Act::Like);
    assert_eq!(
        effects,
        [Effect::Wait {
            attempt,
            step,
            until
        }]
    );
    desk.end(attempt, Ending::Completed);
    desk.act(0, [1, 0, 0]);
    desk.pass(DAY_MS - 10_000);
    assert_eq!(
        desk.starts(),
        [],
        "a day after the intent, not after the act"
    );
    desk.pass(20_000);
    desk.start();
}

#[test]
fn an_act_of_unknown_outcome_counts_from_proven_quiet() {
    let settings = Settings {
        act_gap_ms: 10_000,
        ..Settings::simulated()
    };
    let mut desk = Desk::with(settings, 1, 1);
    desk.act(0, [1, 0, 0]);
    let attempt = desk.start();
    desk.intend(attempt, 0, Act::Follow);
    desk.feed(&Input::Lost { attempt });
    desk.pass(60_000);
    desk.quiet(attempt);
    let until = desk.at + 10_000;
    let (attempt, step) = (desk.start(), 0);
    let effects = desk.intend(attempt, step, Act::Follow);
    assert_eq!(
        effects,
        [Effect::Wait {
            attempt,
            step,
            until
        }]
    );
}

#[test]
fn an_act_that_did_not_take_place_gives_its_room_back() {
    let mut desk = Desk::with(ceilings([Some(1), None, None]), 1, 1);
    desk.act(0, [1, 0, 0]);
    let attempt = desk.start();
    desk.intend(attempt, 0, Act::Follow);
    desk.feed(&Input::Acted {
        attempt,
        step: 0,
        act: Some(Act::Follow),
        done: false,
        last: true,
    });
    desk.end(attempt, Ending::Completed);
    follow(&mut desk, 1);
}

#[test]
fn a_lowered_ceiling_makes_a_running_task_yield_and_wait() {
    let mut desk = Desk::with(ceilings([Some(5), None, None]), 1, 1);
    let task = desk.act(0, [3, 0, 0]);
    let attempt = desk.start();
    desk.do_act(attempt, 0, Act::Follow);
    desk.feed(&Input::Configure(ceilings([Some(1), None, None])));
    let step = 1;
    let effects = desk.intend(attempt, step, Act::Follow);
    assert_eq!(effects, [Effect::Yield { attempt, step }]);
    desk.end(attempt, Ending::Yielded);
    assert_eq!(desk.starts(), []);
    assert_eq!(desk.waits(task), Some(Waiting::NeverFits), "two of one");
    desk.feed(&Input::Configure(ceilings([Some(2), None, None])));
    assert_eq!(desk.starts(), []);
    assert!(matches!(
        desk.waits(task),
        Some(Waiting::LimitReached { .. })
    ));
    // A limit that is lifted lets it go on at once.
    desk.feed(&Input::Configure(ceilings([None; 3])));
    desk.start();
}

#[test]
fn a_step_that_is_done_again_does_not_start_and_yield_for_ever() {
    let mut desk = Desk::with(ceilings([Some(1), None, None]), 1, 1);
    desk.act(0, [1, 0, 0]);
    let attempt = desk.start();
    desk.intend(attempt, 0, Act::Follow);
    // The app refused it: told as not done, and the step is to be done again.
    let (step, act, done) = (0, Some(Act::Follow), false);
    desk.feed(&Input::Acted {
        attempt,
        step,
        act,
        done,
        last: true,
    });
    desk.end(attempt, Ending::NetworkError);
    let other = desk.new_task(0);
    desk.pass(30_000);
    let attempt = desk.start();
    desk.feed(&Input::Configure(ceilings([Some(0), None, None])));
    assert_eq!(
        desk.intend(attempt, 0, Act::Follow),
        [Effect::Yield { attempt, step }]
    );
    desk.end(attempt, Ending::Yielded);
    assert_eq!(desk.starts(), []);
    // What held the old head does not hold the next.
    let waits = desk.head(0).unwrap();
    desk.submit(other);
    desk.feed(&Input::Cancel { task: waits });
    desk.start();
}

#[test]
fn a_task_that_can_never_fit_is_refused() {
    let check = |need: [u8; 3], expected: Option<Refusal>| {
        let mut desk = Desk::with(ceilings([Some(2), None, Some(1)]), 1, 1);
        let task = NewTask {
            need: Need(need),
            ..desk.new_task(0)
        };
        let (list, tasks) = (None, vec![desk.new_task(0), task]);
        let answer = desk.answer(&Input::Submit { list, tasks });
        let refused = match answer {
            Answer::Refused { why, at } => {
                assert_eq!(at, Some(1), "the task that does not fit");
                assert_eq!(desk.state.counts().tasks_waiting, 0, "all or none");
                Some(why)
            }
            _ => None,
        };
        assert_eq!(refused, expected, "{need:?}");
    };
    check([2, 255, 1], None);
    check([3, 0, 0], Some(Refusal::NeverFits));
    check([0, 0, 2], Some(Refusal::NeverFits));
}

#[test]
fn the_gap_between_acts_holds_over_tasks_and_restarts() {
    let settings = Settings {
        act_gap_ms: 20_000,
        ..Settings::simulated()
    };
    let mut desk = Desk::with(settings, 1, 1);
    follow(&mut desk, 1);
    let until = desk.at + 20_000;
    desk.feed(&Input::Restart);
    desk.feed(&Input::PhoneSeen { phone: PhoneNo(0) });
    desk.feed(&Input::PhoneReady { phone: PhoneNo(0) });
    desk.act(0, [0, 1, 0]);
    let (attempt, step) = (desk.start(), 0);
    assert_eq!(
        desk.intend(attempt, step, Act::Like),
        [Effect::Wait {
            attempt,
            step,
            until
        }]
    );
    desk.pass(19_999);
    assert_eq!(
        desk.intend(attempt, step, Act::Like),
        [Effect::Wait {
            attempt,
            step,
            until
        }]
    );
    desk.pass(1);
    assert_eq!(
        desk.intend(attempt, step, Act::Like),
        [Effect::Proceed { attempt, step }]
    );
}

#[test]
fn what_the_history_forbids_is_skipped() {
    let check = |act: Act, prior: Prior, expected: Option<Skip>| {
        let settings = Settings {
            accounts_per_target: Some(2),
            text_uses_per_day: Some(5),
            ..Settings::simulated()
        };
        let mut desk = Desk::with(settings, 1, 1);
        desk.act(0, [1, 1, 1]);
        let (attempt, step) = (desk.start(), 3);
        let effects = desk.effects(&Input::Intend {
            attempt,
            step,
            act,
            prior,
            rest: None,
        });
        let expected = match expected {
            Some(why) => Effect::Skip { attempt, step, why },
            None => Effect::Proceed { attempt, step },
        };
        assert_eq!(effects, [expected], "{act:?} {prior:?}");
    };
    let found = |done_before, account_on_target, others_on_target, text_on_target, text_uses| {
        Prior::Found {
            done_before,
            account_on_target,
            others_on_target,
            text_on_target,
            text_uses,
        }
    };
    use Act::{Comment, Follow};
    check(Follow, Prior::NOTHING, None);
    check(Follow, Prior::CheckFailed, Some(Skip::CheckFailed));
    check(
        Follow,
        found(true, false, 0, false, 0),
        Some(Skip::DedupeHit),
    );
    check(Follow, found(false, false, 1, false, 0), None);
    check(
        Follow,
        found(false, false, 2, false, 0),
        Some(Skip::TargetLimit),
    );
    check(Follow, found(false, true, 2, false, 0), None);
    check(Follow, found(false, false, 0, true, 9), None);
    check(
        Comment,
        found(false, false, 0, true, 0),
        Some(Skip::TextLimit),
    );
    check(Comment, found(false, false, 0, false, 4), None);
    check(
        Comment,
        found(false, false, 0, false, 5),
        Some(Skip::TextLimit),
    );
    check(
        Comment,
        found(true, false, 2, true, 5),
        Some(Skip::DedupeHit),
    );
}

#[test]
fn a_reply_that_comes_twice_counts_once() {
    let mut desk = Desk::with(ceilings([Some(2), None, None]), 1, 1);
    let task = desk.act(0, [2, 0, 0]);
    let attempt = desk.start();
    desk.do_act(attempt, 0, Act::Follow);
    let (act, done) = (Some(Act::Follow), true);
    assert_eq!(
        desk.records(&Input::Acted {
            attempt,
            step: 0,
            act,
            done,
            last: true,
        }),
        []
    );
    assert_eq!(desk.state.task(task).unwrap().need, Need([1, 0, 0]));
    assert_eq!(
        desk.intend(attempt, 0, Act::Follow),
        [],
        "it has its outcome"
    );
    desk.intend(attempt, 1, Act::Follow);
    assert_eq!(desk.intend(attempt, 1, Act::Follow), [], "it is under way");
}

#[test]
fn live_settings_stay_inside_the_hard_limits() {
    let wild = Settings {
        per_day: [None, Some(900), Some(1)],
        act_gap_ms: 0,
        rate_limit_steps_ms: [1, 2, 3, 4_000_000],
        cooldown_after_consecutive: 0,
        cooldown_ms: 1,
        accounts_per_target: None,
        text_uses_per_day: None,
        ..Settings::simulated()
    };
    let held = wild.within_live_limits();
    assert_eq!(held.per_day, [Some(80), Some(200), Some(1)]);
    assert_eq!(held.act_gap_ms, 10_000);
    assert_eq!(
        held.rate_limit_steps_ms,
        [60_000, 60_000, 60_000, 4_000_000]
    );
    assert_eq!(
        (held.cooldown_after_consecutive, held.cooldown_ms),
        (1, 1_800_000)
    );
    assert_eq!(
        (held.accounts_per_target, held.text_uses_per_day),
        (Some(3), Some(5))
    );
    assert_eq!(Settings::live().within_live_limits(), Settings::live());
    let wild = Settings {
        cooldown_after_consecutive: 9,
        accounts_per_target: Some(9),
        text_uses_per_day: Some(9),
        ..Settings::live()
    };
    assert_eq!(
        wild.within_live_limits(),
        Settings {
            accounts_per_target: Some(3),
            ..Settings::live()
        }
    );
}
