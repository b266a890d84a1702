//! Hours: when tasks start, over midnight, over a change of the clocks, and all day.

use signalbox_scheduler::hours::DAY_MIN;
use signalbox_scheduler::*;

use crate::desk::Desk;
use crate::oracle::is_open;

const MINUTE_MS: i64 = 60_000;
/// Monday 2026-01-05 00:00 UTC.
const MONDAY: i64 = 1_767_571_200_000;

/// Every day from one minute for so many.
fn daily(from: u16, length: u16) -> Week {
    Week::new((0..7).map(|day| (day * DAY_MIN + from, length)))
}

fn of(week: Week, zone: Zone) -> Hours {
    Hours {
        rotas: vec![week],
        zone,
    }
}

fn hours_at(week: Week, zone: Zone) -> Settings {
    Settings {
        hours: of(week, zone),
        ..Settings::simulated()
    }
}

/// A desk at a wall time with one phone.
fn at(wall: i64, accounts: u32, settings: Settings) -> Desk {
    let mut desk = Desk::with(settings, 1, accounts);
    desk.wall = wall;
    desk
}

#[test]
fn a_task_waits_for_its_hours_and_starts_by_itself() {
    let eight_to_ten = daily(8 * 60, 14 * 60);
    let mut desk = at(MONDAY, 1, hours_at(eight_to_ten, Zone::default()));
    let task = desk.look(0);
    let opens = MONDAY + 8 * 60 * MINUTE_MS;
    // True before anybody tried to start it, and while there is no phone.
    assert_eq!(desk.waits(task), Some(Waiting::OutsideHours { opens }));
    assert_eq!(desk.starts(), []);
    assert_eq!(next_due(&desk.state, desk.now()), (None, Some(opens)));
    desk.pass(8 * 3_600_000 - 1);
    assert_eq!(desk.starts(), [], "a millisecond too early");
    desk.pass(1);
    let attempt = desk.start();
    // What runs when they end goes on; the next task does not start.
    desk.pass(14 * 3_600_000);
    let next = desk.look(0);
    assert_eq!(
        Desk::end_in(&desk.end(attempt, Ending::Completed)),
        Some(TaskEnd::Completed)
    );
    assert_eq!(desk.starts(), []);
    let opens = opens + 24 * 60 * MINUTE_MS;
    assert_eq!(desk.waits(next), Some(Waiting::OutsideHours { opens }));
}

#[test]
fn each_account_keeps_its_own_and_a_later_one_does_not_wait_for_an_earlier() {
    let mut settings = hours_at(daily(8 * 60, 60), Zone::default());
    settings.hours.rotas.push(daily(0, 60));
    let mut desk = at(MONDAY, 3, settings);
    for account in 0..3 {
        desk.look(account);
    }
    let rota = RotaNo(1);
    desk.feed(&Input::SetHours {
        account: AccountNo(2),
        rota,
    });
    // The account bound to the phone is in the phone's own line: there, too, hours are kept.
    let (account, bound) = (AccountNo(1), Some(PhoneNo(0)));
    desk.feed(&Input::BindAccount { account, bound });
    let runs = desk.starts();
    let account = desk.state.task(runs[0].1).unwrap().account;
    assert_eq!((runs.len(), account), (1, AccountNo(2)));
    desk.end(runs[0].0, Ending::Completed);
    assert_eq!(desk.starts(), []);
    // No rota of that number: always open.
    desk.feed(&Input::SetHours {
        account: AccountNo(1),
        rota: RotaNo(9),
    });
    assert_eq!(desk.starts().len(), 1);
}

#[test]
fn an_idle_engine_is_woken_for_hours_only_where_somebody_waits() {
    let mut desk = at(MONDAY, 1, hours_at(daily(8 * 60, 60), Zone::default()));
    assert_eq!(next_due(&desk.state, desk.now()), (None, None), "no task");
    let phone = PhoneNo(0);
    desk.feed(&Input::PhoneGone { phone });
    desk.look(0);
    assert_eq!(next_due(&desk.state, desk.now()), (None, None), "no phone");
}

#[test]
fn windows_of_a_week() {
    let check = |windows: &[(u16, u16)], expected: &[(u16, u16)]| {
        let week = Week::new(windows.iter().copied());
        assert_eq!(week.windows(), expected, "{windows:?}");
    };
    const SUNDAY: u16 = 6 * DAY_MIN;
    check(&[], &[]);
    check(&[(60, 0)], &[]);
    check(&[(60, 30), (0, 60)], &[(0, 90)]);
    check(&[(60, 30), (70, 5)], &[(60, 90)]);
    check(&[(1_320, 240)], &[(1_320, 1_560)]);
    check(
        &[(SUNDAY + 1_320, 240)],
        &[(0, 120), (SUNDAY + 1_320, 10_080)],
    );
    check(&[(SUNDAY, u16::MAX)], &[(0, 10_080)]);
    check(
        &[(u16::MAX, 1)],
        &[(u16::MAX % 10_080, u16::MAX % 10_080 + 1)],
    );
    // All day, every day, from any minute: one window without an end.
    let all_day = daily(8 * 60, DAY_MIN);
    assert_eq!(all_day.windows(), [(0, 10_080)]);
    let hours = of(all_day, Zone::default());
    assert!((0..10_080).all(|minute| hours.is_open(RotaNo(0), MONDAY + minute * MINUTE_MS)));
}

/// Clocks of central Europe: one hour before UTC, in summer two.
fn berlin() -> Zone {
    let utc = |days: i64| MONDAY + (days * 24 + 1) * 60 * MINUTE_MS;
    // Sundays 2026-03-29 and 2026-10-25, 01:00 UTC.
    Zone {
        offset_s: 3_600,
        changes: vec![(utc(83), 7_200), (utc(293), 3_600)],
    }
}

#[test]
fn over_a_change_of_the_clocks() {
    let spring = MONDAY + (83 * 24 + 1) * 60 * MINUTE_MS;
    let autumn = MONDAY + (293 * 24 + 1) * 60 * MINUTE_MS;
    let opens = |week: &Week, wall: i64| of(week.clone(), berlin()).opens_at(RotaNo(0), wall);
    let hour = 60 * MINUTE_MS;
    let morning = daily(8 * 60, 60);
    // Eight in the morning is 07:00 UTC in winter and 06:00 in summer.
    assert_eq!(opens(&morning, spring - 10 * hour), spring + 5 * hour);
    assert_eq!(opens(&morning, autumn - 10 * hour), autumn + 6 * hour);
    // Half past two does not come in spring, and comes twice in autumn.
    let night = daily(2 * 60 + 30, 10);
    assert_eq!(
        opens(&night, spring - hour / 2),
        spring + 23 * hour + hour / 2
    );
    assert_eq!(opens(&night, autumn - hour), autumn - hour / 2);
    assert_eq!(opens(&night, autumn), autumn + hour / 2);
    // From one to four is an hour shorter, or longer, and has no hole.
    let long = daily(60, 180);
    let open_hours = |change: i64| {
        let hours = of(long.clone(), berlin());
        let quarters = (-24..24).map(|quarter| change + quarter * hour / 4);
        quarters
            .filter(|wall| hours.is_open(RotaNo(0), *wall))
            .count()
    };
    assert_eq!((open_hours(spring), open_hours(autumn)), (2 * 4, 4 * 4));
}

#[test]
fn what_is_worked_out_equals_what_is_counted_minute_by_minute() {
    let weeks = [
        daily(22 * 60, 8 * 60),
        daily(0, 1),
        Week::new([(6 * DAY_MIN + 23 * 60, 120), (3 * DAY_MIN, 30)]),
        Week::new([(120, 60)]),
    ];
    for week in weeks {
        for zone in [Zone::default(), berlin()] {
            let hours = of(week.clone(), zone);
            for change in [83, 293] {
                let from = MONDAY + (change - 1) * 24 * 60 * MINUTE_MS;
                let mut opens = hours.opens_at(RotaNo(0), from);
                for minute in 0..3 * 24 * 60 {
                    let wall = from + minute * MINUTE_MS;
                    let open = is_open(&hours, RotaNo(0), wall);
                    assert_eq!(hours.is_open(RotaNo(0), wall), open, "{hours:?} {wall}");
                    assert!(!open || opens <= wall, "{hours:?} opens at {wall} already");
                    if wall > opens {
                        opens = hours.opens_at(RotaNo(0), wall);
                    }
                    assert!(opens > wall || open, "{hours:?} is not open at {wall}");
                }
            }
        }
    }
}
