//! How clocks are set where this computer is: it may be taken elsewhere while it runs.

use signalbox_scheduler::Zone;

use super::Runtime;

/// How often it is looked at, while the loop is at work anyway.
const LOOK_EVERY_MS: u64 = 600_000;

/// What is known of it.
#[derive(Debug, Default)]
pub(super) struct Here {
    pub(super) now: Zone,
    /// When it was looked at last, ms since boot.
    looked: u64,
}

impl Runtime {
    /// Tells the core where clocks are set otherwise than before.
    pub(super) fn look_at_zone(&mut self) {
        let anchor = self.anchor_now();
        let now = anchor.reading.boot_ms;
        if now.saturating_sub(self.zone.looked) < LOOK_EVERY_MS || self.disk_full {
            return;
        }
        self.zone.looked = now;
        self.zone.now = self.parts.clock.zone(anchor.wall);
        match self.transact(|turn| turn.configure()) {
            Ok((_, orders)) => self.carry_out(orders),
            Err(error) => {
                tracing::error!(%error, "how clocks are set here could not be saved");
                self.recall_until_it_works();
            }
        }
    }
}
