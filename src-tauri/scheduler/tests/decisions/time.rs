//! Policy time over sleep, clock jumps, reboots and scaled time.

use signalbox_scheduler::{Anchor, Now, Reading};

const HOUR: u64 = 3_600_000;
const WALL: i64 = 1_790_000_000_000;

fn reading(boot_id: u128, boot_ms: u64, wall_ms: i64) -> Reading {
    Reading {
        boot_id,
        boot_ms,
        wall_ms,
    }
}

#[test]
fn what_a_later_reading_says() {
    let anchor = Anchor {
        at: 500,
        ..Anchor::new(reading(1, 10_000, WALL))
    };
    let check = |later: Reading, scale: u32, at: u64, wall: i64| {
        assert_eq!(
            anchor.now(later, scale),
            Now { at, wall },
            "{later:?} x{scale}"
        );
    };
    let hour = i64::try_from(HOUR).unwrap();
    // The same boot: only the clock that counts sleep matters.
    check(reading(1, 11_000, WALL + 1_000), 1, 1_500, WALL + 1_000);
    check(reading(1, 11_000, WALL + hour), 1, 1_500, WALL + hour);
    check(reading(1, 11_000, WALL - hour), 1, 1_500, WALL - hour);
    check(
        reading(1, 10_000 + HOUR, WALL + hour),
        1,
        500 + HOUR,
        WALL + hour,
    );
    check(reading(1, 9_000, WALL), 1, 500, WALL);
    // Another boot: the wall decides, and never takes time back.
    check(reading(2, 5, WALL + 3_000), 1, 3_500, WALL + 3_000);
    check(reading(2, u64::MAX, WALL), 1, 500, WALL);
    check(reading(2, 5, WALL - hour), 1, 500, WALL - hour);
    check(reading(2, 5, i64::MIN), 1, 500, i64::MIN);
    // Scaled: both run faster, from where they were.
    check(reading(1, 11_000, WALL + 1_000), 60, 60_500, WALL + 60_000);
    check(reading(2, 5, WALL + 1_000), 60, 60_500, WALL + 60_000);
    check(reading(2, 5, WALL - hour), 60, 500, WALL);
    // Nothing overflows.
    check(reading(1, u64::MAX, WALL), 1_000, u64::MAX, i64::MAX);
}

#[test]
fn an_anchor_that_moved_goes_on_from_there() {
    let first = Anchor::new(reading(1, 10_000, WALL));
    let second = first.advance(reading(1, 15_000, WALL + 5_000), 2);
    assert_eq!((second.at, second.wall), (10_000, WALL + 10_000));
    let now = second.now(reading(1, 16_000, WALL + 6_000), 2);
    assert_eq!((now.at, now.wall), (12_000, WALL + 12_000));
    // Two reboots, the wall set back an hour between them: no time is lost, none is won.
    let hour = i64::try_from(HOUR).unwrap();
    let third = second.advance(reading(2, 5, WALL + 6_000 - hour), 2);
    let fourth = third.advance(reading(3, 5, WALL + 7_000 - hour), 2);
    assert_eq!((third.at, fourth.at), (10_000, 12_000));
}
