//! What accounts did while another program worked for them: it counts under the ceilings and for
//! the gap, and under no others.

use signalbox_scheduler::*;

use crate::desk::Desk;
use crate::snapshots::{restored, stored};

/// A day, written a second time on purpose.
const DAY_MS: i64 = 86_400_000;

fn settings(follows: u16, act_gap_ms: u64) -> Settings {
    Settings {
        per_day: [Some(follows), None, None],
        act_gap_ms,
        ..Settings::simulated()
    }
}

fn recall(desk: &mut Desk, account: u32, follows: &[i64]) -> Answer {
    let acts = [follows.to_vec(), Vec::new(), Vec::new()];
    desk.answer(&Input::Recall {
        acts: vec![(AccountNo(account), acts)],
    })
}

/// Follows of a history against a ceiling of two and a task that follows once; when it may start,
/// if not at once.
#[test]
fn acts_of_another_program_count_until_their_day_is_over() {
    let check = |follows: &[i64], waits: Option<u64>| {
        let mut desk = Desk::with(settings(2, 0), 1, 1);
        let now = i64::try_from(desk.at).unwrap();
        let follows: Vec<i64> = follows.iter().map(|back| now - back).collect();
        assert_eq!(recall(&mut desk, 0, &follows), Answer::Done);
        let task = desk.act(0, [1, 0, 0]);
        assert_eq!(desk.starts().is_empty(), waits.is_some(), "{follows:?}");
        let Some(ms) = waits else { return };
        let until = desk.at + ms;
        assert_eq!(desk.waits(task), Some(Waiting::LimitReached { until }));
        assert_eq!(restored(&stored(&desk.state, 7)).as_ref(), Ok(&desk.state));
        desk.pass(ms - 1);
        assert_eq!(desk.starts(), []);
        desk.pass(1);
        desk.start();
    };
    let hour = 3_600_000;
    check(&[], None);
    check(&[hour], None);
    check(&[hour, DAY_MS], None);
    // The order of a file does not matter, nor that policy time began after all of it.
    check(&[hour, 20 * hour], Some(4 * 3_600_000 + 1));
    check(&[20 * hour, hour], Some(4 * 3_600_000 + 1));
    check(&[20 * hour, hour, 2 * hour], Some(22 * 3_600_000 + 1));
    // A time to come is this moment at the latest.
    check(&[-hour, -hour], Some(24 * 3_600_000 + 1));
}

#[test]
fn the_gap_is_counted_from_the_last_of_them() {
    let mut desk = Desk::with(settings(9, 10_000), 1, 1);
    desk.pass(50_000);
    let last = desk.at - 4_000;
    let times = [last, last - 3_000].map(|time| i64::try_from(time).unwrap());
    recall(&mut desk, 0, &times);
    desk.act(0, [1, 0, 0]);
    let (attempt, step) = (desk.start(), 0);
    let until = last + 10_000;
    let wait = Effect::Wait {
        attempt,
        step,
        until,
    };
    assert_eq!(desk.intend(attempt, step, Act::Follow), [wait]);
}

#[test]
fn an_act_under_way_keeps_its_place_behind_them() {
    for done in [false, true] {
        let mut desk = Desk::with(settings(3, 0), 1, 1);
        desk.act(0, [1, 0, 0]);
        let attempt = desk.start();
        desk.intend(attempt, 0, Act::Follow);
        desk.pass(5_000);
        let now = i64::try_from(desk.at).unwrap();
        recall(&mut desk, 0, &[now - 1_000, now - 9_000]);
        desk.feed(&Input::Acted {
            attempt,
            step: 0,
            act: Some(Act::Follow),
            done,
            last: true,
        });
        desk.end(attempt, Ending::Completed);
        let account = desk.state.account(AccountNo(0)).unwrap();
        assert_eq!(account.acts_in_day(0, desk.at), 2 + usize::from(done));
        desk.act(0, [1, 0, 0]);
        assert_eq!(desk.starts().is_empty(), done);
    }
}

#[test]
fn a_head_that_waits_for_room_waits_longer() {
    let mut desk = Desk::with(settings(1, 0), 1, 1);
    let hour = 3_600_000;
    recall(&mut desk, 0, &[-23 * hour]);
    let task = desk.act(0, [1, 0, 0]);
    assert_eq!(desk.starts(), []);
    recall(&mut desk, 0, &[-2 * hour]);
    let until = 22 * 3_600_000 + 1;
    assert_eq!(desk.waits(task), Some(Waiting::LimitReached { until }));
}

#[test]
fn all_of_it_is_of_accounts_that_are_there() {
    let mut desk = Desk::with(settings(1, 0), 1, 2);
    let acts = [vec![0], Vec::new(), Vec::new()];
    let before = desk.state.clone();
    let why = desk.refused(&Input::Recall {
        acts: vec![(AccountNo(0), acts.clone()), (AccountNo(7), acts.clone())],
    });
    assert_eq!((why, &desk.state), (Refusal::UnknownAccount, &before));
    let account = AccountNo(1);
    desk.feed(&Input::RemoveAccount { account });
    let acts = vec![(account, acts)];
    assert_eq!(
        desk.refused(&Input::Recall { acts }),
        Refusal::UnknownAccount
    );
}

#[test]
fn only_so_many_are_kept() {
    let mut desk = Desk::with(settings(1, 0), 1, 1);
    let many: Vec<i64> = (0..5_000).collect();
    for _ in 0..2 {
        recall(&mut desk, 0, &many);
    }
    let account = desk.state.account(AccountNo(0)).unwrap();
    assert_eq!(account.acts_in_day(0, desk.at), 1_000);
}
