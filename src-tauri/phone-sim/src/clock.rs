//! Time and tasks of the simulator. It is a process of its own, so it reads its own clock; this is
//! the only file that does, and the only one that starts tasks.

use std::future::Future;

use rustix::time::{ClockId, clock_gettime};
use tokio::task::JoinHandle;

/// Nanoseconds of the machine's monotonic clock, comparable between processes of one boot.
#[must_use]
pub fn monotonic_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(now.tv_nsec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}

/// Seconds of the wall clock since 1970, as a phone tells them.
#[must_use]
pub fn wall_seconds() -> f64 {
    let now = clock_gettime(ClockId::Realtime);
    let seconds = u32::try_from(now.tv_sec).unwrap_or(0);
    let nanos = u32::try_from(now.tv_nsec).unwrap_or(0);
    f64::from(seconds) + f64::from(nanos) / 1.0e9
}

/// Starts a task that outlives its client, as a phone finishes a command whose caller is gone.
#[expect(
    clippy::disallowed_methods,
    reason = "a simulated phone is a world of its own: no runtime of the product watches its tasks"
)]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future)
}
