//! How long attempts took since the engine began, for those who draw it over time.

use signalbox_scheduler::{Ending, Kind, Record, State};

/// Upper bounds of the buckets, seconds; what took longer is only in the count.
pub const BOUNDS_S: [u64; 9] = [1, 2, 5, 10, 30, 60, 120, 300, 600];

/// How many attempts took how long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Attempts that took no longer than each of [`BOUNDS_S`].
    pub within: [u64; BOUNDS_S.len()],
    /// All of them.
    pub count: u64,
    /// Milliseconds of all of them together.
    pub sum_ms: u64,
}

impl Histogram {
    fn note(&mut self, ms: u64) {
        for (within, bound) in self.within.iter_mut().zip(BOUNDS_S) {
            *within += u64::from(ms <= bound.saturating_mul(1_000));
        }
        self.count += 1;
        self.sum_ms = self.sum_ms.saturating_add(ms);
    }
}

/// An attempt that ended: its task's kind, whether it completed, and how long it took, ms.
pub(super) type Took = (Kind, bool, u64);

/// Attempts that ended cleanly, by kind of task and by whether they completed it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Durations([[Histogram; 2]; Kind::ALL.len()]);

impl Durations {
    pub(super) fn note(&mut self, (kind, completed, ms): Took) {
        self.0[kind as usize][usize::from(completed)].note(ms);
    }

    /// Each kind, whether completed, and its histogram.
    pub fn each(&self) -> impl Iterator<Item = (Kind, bool, &Histogram)> {
        Kind::ALL.into_iter().flat_map(|kind| {
            let [others, completed] = &self.0[kind as usize];
            [(kind, true, completed), (kind, false, others)]
        })
    }
}

/// What a record says of how long an attempt took that began at this wall time, ms; `state` is as it
/// was before.
pub(super) fn took(state: &State, record: &Record, began: Option<i64>, ts: i64) -> Option<Took> {
    let Record::Ended { attempt, ending } = *record else {
        return None;
    };
    let task = state.task(state.attempt(attempt)?.task)?;
    let ms = u64::try_from(ts.saturating_sub(began?)).unwrap_or(0);
    Some((task.kind, ending == Ending::Completed, ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_is_in_every_bucket_that_is_wide_enough() {
        let mut durations = Durations::default();
        for ms in [999, 1_000, 1_001, 600_000, 600_001] {
            durations.note((Kind::Flow, true, ms));
        }
        durations.note((Kind::Flow, false, 7));
        let found: Vec<_> = durations.each().filter(|(.., it)| it.count > 0).collect();
        let [(kind, true, completed), (Kind::Flow, false, others)] = found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(kind, Kind::Flow);
        assert_eq!(completed.within, [2, 3, 3, 3, 3, 3, 3, 3, 4]);
        assert_eq!((completed.count, completed.sum_ms), (5, 1_203_001));
        assert_eq!((others.count, others.within[0]), (1, 1));
    }
}
