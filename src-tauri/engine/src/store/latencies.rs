//! How long things took, counted in steps: exact below 16 ms, an eighth of a power of two wide above.
//! Counts of one time taken from those of a later one are the counts of what lay between, so that
//! the median of any span is known within a sixteenth without a row of each act.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Below this, in ms, each step is one millisecond wide.
const EXACT_BITS: u32 = 3;

/// Counts by the lower bound of their step, in ms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Latencies(BTreeMap<u64, u64>);

/// How wide the step is that a time is in.
fn width(ms: u64) -> u64 {
    1 << ms.max(1).ilog2().saturating_sub(EXACT_BITS)
}

impl Latencies {
    /// Counts something that took so long, so many times.
    pub fn note(&mut self, ms: u64, times: u64) {
        let width = width(ms);
        *self.0.entry(ms / width * width).or_default() += times;
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// What was counted since `before`.
    pub fn since(&self, before: &Self) -> Self {
        let counts = self.0.iter().filter_map(|(step, times)| {
            let was = before.0.get(step).copied().unwrap_or(0);
            let times = times.saturating_sub(was);
            (times > 0).then_some((*step, times))
        });
        Self(counts.collect())
    }

    /// The time, in ms, that `percent` of them did not exceed; `None`: there are none.
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = (self.count() * percent).div_ceil(100).max(1);
        let mut behind = 0;
        for (step, times) in &self.0 {
            if behind + times >= rank {
                // In the middle of its share of the step.
                let place = 2 * (rank - behind) - 1;
                return Some(step + width(*step) * place / (2 * times));
            }
            behind += times;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_a_sixteenth_of_those_of_the_times_themselves() {
        let mut seed: u64 = 9;
        for end in [10, 900, 40_000, 3_000_000] {
            let mut times: Vec<u64> = (0..500)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 33) % end
                })
                .collect();
            let mut counted = Latencies::default();
            for ms in &times {
                counted.note(*ms, 1);
            }
            times.sort_unstable();
            for percent in [1, 50, 95, 100] {
                let exact = times[(times.len() * percent as usize).div_ceil(100) - 1];
                let told = counted.percentile(percent).unwrap();
                let off = told.abs_diff(exact);
                assert!(
                    off <= exact / 8 + 1,
                    "{percent} % of {end}: {told}, {exact}"
                );
            }
            assert_eq!(counted.count(), 500);
        }
    }

    #[test]
    fn what_was_counted_before_is_not_counted_again() {
        let mut before = Latencies::default();
        before.note(7, 3);
        let mut after = before.clone();
        after.note(7, 1);
        after.note(2_000, 1);
        let since = after.since(&before);
        assert_eq!(since.count(), 2);
        assert_eq!(since.percentile(50), Some(7));
        assert!(since.percentile(95).unwrap().abs_diff(2_000) <= 125);
        assert_eq!(after.since(&after).percentile(50), None);
    }

    #[test]
    fn counts_stand_in_a_row_and_come_back() {
        let mut counts = Latencies::default();
        counts.note(1_000, 2);
        let text = serde_json::to_string(&counts).unwrap();
        assert_eq!(text, r#"{"960":2}"#);
        assert_eq!(serde_json::from_str::<Latencies>(&text).unwrap(), counts);
    }
}
