//! The only file of these tests that reads a clock or waits.

use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often something that cannot tell of itself is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Looks until `found` gives something.
///
/// # Panics
/// When `limit` is over before it does; `what` names it.
pub fn wait_for<T>(what: &str, limit: Duration, mut found: impl FnMut() -> Option<T>) -> T {
    let within = within(limit, &mut found);
    within.unwrap_or_else(|| panic!("{what}: not within {limit:?}"))
}

/// Looks until `found` gives something or `limit` is over.
#[expect(
    clippy::disallowed_methods,
    reason = "files and processes tell nobody when they change"
)]
pub fn within<T>(limit: Duration, mut found: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = found() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        sleep(LOOK_EVERY);
    }
}

/// Lets time pass where the moment itself is what is tested.
#[expect(
    clippy::disallowed_methods,
    reason = "a random moment is not one that can be waited for"
)]
pub fn let_pass(time: Duration) {
    sleep(time);
}

/// Runs something and gives how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a run took is part of its report"
)]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    (work(), began.elapsed())
}

/// One moment on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Nanoseconds of the machine's monotonic clock, as the witness writes them.
    pub monotonic_ns: u64,
    /// Milliseconds since 1970 UTC, as the database has them.
    pub wall_ms: i64,
}

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "kills are placed among what the phones saw"
)]
pub fn now() -> Moment {
    let monotonic = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let wall = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Moment {
        monotonic_ns: monotonic.tv_sec.unsigned_abs() * 1_000_000_000
            + monotonic.tv_nsec.unsigned_abs(),
        wall_ms: i64::try_from(wall.as_millis()).unwrap_or(i64::MAX),
    }
}
