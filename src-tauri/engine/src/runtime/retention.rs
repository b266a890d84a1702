//! When old history is taken away: bit by bit, and only while nobody waits for the loop.

use std::time::Duration;

use signalbox_scheduler::policy::DAY_MS;

use super::Runtime;
use crate::store::Result;
use crate::store::retention::{Cutoff, Sweep};

/// From one chunk to the next.
const PACE: Duration = Duration::from_secs(1);

/// Where the sweep through the history stands.
#[derive(Debug, Default)]
pub(super) struct Retention {
    sweep: Option<Sweep>,
    /// When the last one began, ms since boot; the first is due at once.
    begun: Option<u64>,
    /// When the last chunk was done.
    chunk: u64,
}

impl Runtime {
    /// When the next chunk is due; `None`: the loop need not wake for it. A sweep begins with
    /// whatever turn comes next, since an engine that does nothing has nothing new that grows old.
    pub(super) fn forgets_in(&self) -> Option<Duration> {
        self.retention.sweep.as_ref().map(|_| PACE)
    }

    /// Goes on by a chunk, when one is due and nothing else is to be done.
    pub(super) fn forget_when_due(&mut self) {
        if self.disk_full || self.broken || !self.parts.inbox.is_empty() {
            return;
        }
        let anchor = &self.memory.anchor;
        let now = anchor.reading.boot_ms;
        let retention = &mut self.retention;
        if retention.sweep.is_none() {
            let due = retention
                .begun
                .map_or(0, |begun| begun.saturating_add(DAY_MS));
            if now >= due {
                let days = self.memory.chosen.history_days();
                let cutoff = Cutoff::before(anchor.at, anchor.reading.wall_ms, days);
                retention.sweep = Some(Sweep::new(cutoff));
                retention.begun = Some(now);
                retention.chunk = now;
            }
            return;
        }
        if u128::from(now.saturating_sub(retention.chunk)) < PACE.as_millis() {
            return;
        }
        retention.chunk = now;
        match self.forget() {
            Ok(Some(gone)) if gone > 0 => tracing::debug!(gone, "old history was taken away"),
            Ok(Some(_)) => {}
            Ok(None) => self.retention.sweep = None,
            Err(error) => {
                tracing::warn!(code = error.code(), %error, "old history stays for today");
                self.retention.sweep = None;
            }
        }
    }

    fn forget(&mut self) -> Result<Option<usize>> {
        let Some(sweep) = &mut self.retention.sweep else {
            return Ok(None);
        };
        let transaction = self.parts.store.begin()?;
        let gone = sweep.next(&transaction)?;
        transaction.commit()?;
        Ok(gone)
    }
}
