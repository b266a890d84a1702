//! Requests that the gate turned away, counted, and told once a minute at most: whoever knocks a
//! thousand times a second fills no log.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often it is told at most.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// The count since it was last told.
#[derive(Debug, Default)]
pub(super) struct TurnedAway(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    untold: u64,
    told: Option<Instant>,
}

impl TurnedAway {
    /// Counts one that was turned away with this code. Nothing of the request itself is told.
    pub(super) fn count(&self, code: &str) {
        if let Some(requests) = self.due() {
            tracing::warn!(
                requests,
                code,
                "requests were turned away; the last one with this code"
            );
        }
    }

    /// How many there were since the last time, if it is time to say so.
    fn due(&self) -> Option<u64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.untold += 1;
        if counted.told.is_some_and(|told| told.elapsed() < TELL_EVERY) {
            return None;
        }
        counted.told = Some(Instant::now());
        Some(std::mem::take(&mut counted.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_told_once_a_minute_and_all_of_it() {
        let turned_away = TurnedAway::default();
        let knock = |times: u64| {
            (0..times)
                .filter_map(|_| turned_away.due())
                .collect::<Vec<_>>()
        };
        assert_eq!(knock(1_000), [1]);
        tokio::time::advance(TELL_EVERY / 2).await;
        assert_eq!(knock(500), [0; 0]);
        tokio::time::advance(TELL_EVERY / 2).await;
        assert_eq!(knock(3), [1_500]);
        tokio::time::advance(TELL_EVERY).await;
        assert_eq!(knock(1), [3]);
    }
}
