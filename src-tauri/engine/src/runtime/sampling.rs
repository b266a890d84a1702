//! The numbers over time: with the first commit of a minute goes a row that says how they stood at
//! the end of the last minute in which anything was committed. Nothing polls for it.

use signalbox_scheduler::Counts;

use super::Runtime;
use super::turn::Turn;
use crate::store;
use crate::store::series::{self, HOUR_MS, Sample};

/// What is known of the rows so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sampling {
    /// Since when this engine runs, wall time, ms.
    since: i64,
    /// The minute of the last commit.
    minute: i64,
}

impl Sampling {
    /// Since when this engine runs, wall time, ms.
    pub(super) fn since(self) -> i64 {
        self.since
    }

    /// As if a minute had passed since the last commit.
    #[cfg(test)]
    pub(super) fn minute_passed(&mut self) {
        self.minute -= series::MINUTE_MS;
    }

    /// An engine that begins.
    pub(super) fn begin(now: i64) -> Self {
        Self {
            since: now,
            minute: series::minute_of(now),
        }
    }
}

impl Turn<'_> {
    /// Writes the row of the last minute, if this is the first turn of another one; `before`: the
    /// numbers as they stood before the turn.
    pub(super) fn sample(&mut self, before: &Counts) -> store::Result<()> {
        let minute = series::minute_of(self.ts);
        let sampling = *self.sampling;
        if minute == sampling.minute {
            return Ok(());
        }
        let sample = Sample::of(sampling.minute, sampling.since, before);
        series::put(&self.tables, &sample.counted(&self.tables)?)?;
        if minute.div_euclid(HOUR_MS) != sampling.minute.div_euclid(HOUR_MS) {
            series::thin(&self.tables, self.ts)?;
        }
        self.sampling.minute = minute;
        Ok(())
    }
}

impl Runtime {
    /// The row of the engine's last minute: up to it there was an engine.
    pub(super) fn last_sample(&self) -> Sample {
        let minute = series::minute_of(self.parts.clock.read().wall_ms);
        Sample::of(minute, self.sampling.since, &self.memory.state.counts())
    }
}
