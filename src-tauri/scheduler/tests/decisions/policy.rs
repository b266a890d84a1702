//! Settings and what accounts keep beside them; jitter; what starves nobody; what went wrong.

use signalbox_scheduler::*;

use crate::desk::Desk;

const ACCOUNT: AccountNo = AccountNo(0);

fn jittered(live: bool) -> Settings {
    Settings {
        jitter: Some(7),
        cooldown_after_consecutive: 9,
        live,
        ..Settings::live()
    }
}

#[test]
fn cooldown_steps_are_spread_and_the_same_again_each_time() {
    let settings = jittered(false);
    for (in_a_row, step) in (1..).zip([60_000u64, 120_000, 300_000, 600_000]) {
        let rests: Vec<u64> = (0..1_000)
            .map(|no| settings.cooldown_after(in_a_row, AttemptNo(no)))
            .collect();
        let (least, most) = (rests.iter().min().unwrap(), rests.iter().max().unwrap());
        assert!(
            *least >= step * 3 / 4 && *most <= step * 5 / 4,
            "{least} {most}"
        );
        // All of the span is used, and evenly enough.
        assert!(*least < step * 77 / 100 && *most > step * 123 / 100);
        let mean = rests.iter().sum::<u64>() / 1_000;
        assert!(mean.abs_diff(step) < step / 50, "{mean} of {step}");
        let again = settings.cooldown_after(in_a_row, AttemptNo(5));
        assert_eq!(again, rests[5]);
    }
    let other = Settings {
        jitter: Some(8),
        ..settings.clone()
    };
    let rest = |settings: &Settings| settings.cooldown_after(1, AttemptNo(1));
    assert_ne!(
        rest(&settings),
        rest(&other),
        "another data set, other rests"
    );
}

#[test]
fn jitter_never_goes_under_a_hard_limit_and_leaves_the_long_cooldown_alone() {
    let (live, simulated) = (jittered(true), jittered(false));
    let least = |settings: &Settings| {
        let rests = (0..1_000).map(|no| settings.cooldown_after(1, AttemptNo(no)));
        rests.min().unwrap()
    };
    assert_eq!(least(&live), 60_000);
    assert!(least(&simulated) < 50_000);
    for no in 0..1_000 {
        assert_eq!(live.cooldown_after(9, AttemptNo(no)), 45 * 60_000);
    }
}

#[test]
fn what_is_set_stays_inside_the_hard_limits_of_real_phones_for_good() {
    let mut desk = Desk::with(Settings::live(), 1, 1);
    let wild = Settings {
        per_day: [Some(500), None, Some(1)],
        act_gap_ms: 0,
        live: false,
        ..Settings::simulated()
    };
    desk.feed(&Input::Configure(wild));
    let held = &desk.state.settings;
    assert_eq!(held.per_day, [Some(80), Some(200), Some(1)]);
    assert_eq!((held.act_gap_ms, held.live), (10_000, true));
}

#[test]
fn a_ceiling_above_the_acts_that_are_remembered_holds() {
    let settings = Settings {
        per_day: [Some(5_000), None, None],
        ..Settings::simulated()
    };
    let mut desk = Desk::with(settings, 1, 1);
    assert_eq!(desk.state.settings.per_day[0], Some(1_000));
    for _ in 0..4 {
        desk.act(0, [250, 0, 0]);
        let attempt = desk.start();
        for step in 0..250 {
            desk.do_act(attempt, step, Act::Follow);
        }
        desk.end(attempt, Ending::Completed);
    }
    let task = desk.act(0, [1, 0, 0]);
    assert_eq!(desk.starts(), [], "after a thousand");
    assert!(matches!(
        desk.waits(task),
        Some(Waiting::LimitReached { .. })
    ));
}

fn limits(desk: &mut Desk, per_day: [Option<u16>; 3], act_gap_ms: Option<u64>) {
    desk.feed(&Input::SetLimits {
        account: ACCOUNT,
        limits: Limits {
            per_day,
            act_gap_ms,
        },
    });
}

#[test]
fn of_an_account_s_own_limits_and_the_settings_the_stricter_hold() {
    let check = |of_all: Option<u16>, own: Option<u16>, starts: usize| {
        let settings = Settings {
            per_day: [of_all, None, None],
            ..Settings::simulated()
        };
        let mut desk = Desk::with(settings, 2, 2);
        limits(&mut desk, [own, None, None], None);
        for _ in 0..5 {
            desk.act(0, [1, 0, 0]);
        }
        let mut done = 0;
        while let [(attempt, ..)] = desk.starts()[..] {
            desk.do_act(attempt, 0, Act::Follow);
            desk.end(attempt, Ending::Completed);
            done += 1;
        }
        assert_eq!(done, starts, "{of_all:?} {own:?}");
    };
    check(None, None, 5);
    check(Some(3), None, 3);
    check(None, Some(2), 2);
    check(Some(3), Some(2), 2);
    check(Some(2), Some(4), 2);
    check(Some(4), Some(1), 1);
}

#[test]
fn an_account_s_own_gap_is_kept_and_its_raised_ceiling_lets_it_go_on() {
    let mut desk = Desk::new(1, 2);
    limits(&mut desk, [Some(1), None, None], Some(30_000));
    desk.act(0, [1, 1, 0]);
    let attempt = desk.start();
    desk.do_act(attempt, 0, Act::Follow);
    let (until, step) = (desk.at + 30_000, 1);
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
    let task = desk.act(0, [1, 0, 0]);
    assert_eq!(desk.starts(), []);
    assert!(matches!(
        desk.waits(task),
        Some(Waiting::LimitReached { .. })
    ));
    // The other account has no limits of its own.
    desk.act(1, [1, 0, 0]);
    let other = desk.start();
    desk.end(other, Ending::Completed);
    limits(&mut desk, [None; 3], None);
    assert_eq!(desk.account(0).limits, None);
    desk.start();
    let two = NewTask {
        need: Need([2, 0, 0]),
        ..desk.new_task(0)
    };
    limits(&mut desk, [Some(1), None, None], None);
    let (list, tasks) = (None, vec![two]);
    assert_eq!(
        desk.refused(&Input::Submit { list, tasks }),
        Refusal::NeverFits
    );
}

#[test]
fn an_act_that_failed_keeps_its_room_for_the_next_try() {
    let check = |last: bool, starts: bool| {
        let settings = Settings {
            per_day: [Some(2), None, None],
            ..Settings::simulated()
        };
        let mut desk = Desk::with(settings, 1, 1);
        desk.act(0, [2, 0, 0]);
        let attempt = desk.start();
        desk.do_act(attempt, 0, Act::Follow);
        desk.intend(attempt, 1, Act::Follow);
        let (act, done) = (Some(Act::Follow), false);
        desk.feed(&Input::Acted {
            attempt,
            step: 1,
            act,
            done,
            last,
        });
        // Less room than it still needs: it does not start, where the act is still to be done.
        let settings = Settings {
            per_day: [Some(1), None, None],
            ..Settings::simulated()
        };
        desk.feed(&Input::Configure(settings));
        desk.end(attempt, Ending::ElementNotFound);
        assert_eq!(desk.starts().len() == 1, starts, "last: {last}");
    };
    check(false, false);
    check(true, true);
}

#[test]
fn nothing_starves_under_a_stream_of_urgent_tasks() {
    let mut desk = Desk::new(1, 21);
    let low = NewTask {
        priority: Priority::Low,
        ..desk.new_task(0)
    };
    let low = desk.submit(low);
    let begun = desk.at;
    // Twenty accounts always have an urgent task; each takes ten seconds.
    for account in 1..=20 {
        urgent(&mut desk, account);
    }
    let waited = loop {
        let (attempt, task, _) = desk.starts()[0];
        if task == low {
            break desk.at - begun;
        }
        let account = desk.state.task(task).unwrap().account.0;
        desk.pass(10_000);
        desk.end(attempt, Ending::Completed);
        urgent(&mut desk, account);
        assert!(desk.at - begun < 3_600_000, "an hour, and it still waits");
    };
    // Three steps of priority are fifteen minutes; then it is the first, but for who waited then.
    assert!((900_000..=900_000 + 200_000).contains(&waited), "{waited}");
}

fn urgent(desk: &mut Desk, account: u32) {
    let task = NewTask {
        priority: Priority::Urgent,
        ..desk.new_task(account)
    };
    desk.submit(task);
}

#[test]
fn what_went_wrong_is_told_until_a_task_completes() {
    let mut desk = Desk::new(1, 1);
    desk.look(0);
    assert_eq!(desk.account(0).mishaps, None);
    let attempt = desk.start();
    desk.end(attempt, Ending::NetworkError);
    let first = desk.at;
    desk.pass(30_000);
    let attempt = desk.start();
    desk.feed(&Input::Lost { attempt });
    let mishaps = desk.account(0).mishaps.clone().unwrap();
    assert_eq!(mishaps.in_a_row, 2);
    assert_eq!(
        mishaps.recent,
        [(first, Mishap::NetworkError), (desk.at, Mishap::Timeout)]
    );
    desk.quiet(attempt);
    let attempt = desk.start();
    desk.end(attempt, Ending::Completed);
    let mishaps = desk.account(0).mishaps.clone().unwrap();
    assert_eq!((mishaps.in_a_row, mishaps.recent.len()), (0, 2));
    // No more are told than these.
    for _ in 0..6 {
        desk.look(0);
        for _ in 0..3 {
            let attempt = desk.start();
            desk.end(attempt, Ending::Unknown);
        }
    }
    let mishaps = desk.account(0).mishaps.clone().unwrap();
    assert_eq!((mishaps.in_a_row, mishaps.recent.len()), (18, 10));
}
