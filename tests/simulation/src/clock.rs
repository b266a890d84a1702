//! The computer's clocks, and what an honest observer could know of elapsed time.

use signalbox_scheduler::Reading;

/// The moment of a durable journal entry, as the witness notes it.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    known: u64,
    boot: u32,
    true_ms: u64,
    wall: i64,
}

/// True time, and the clocks that show it more or less well.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Milliseconds since the world began. Nobody inside it can read this.
    pub true_ms: u64,
    scale: u32,
    boot: u32,
    booted_at: u64,
    wall_offset: i64,
    mark: Mark,
}

/// Any day in 2026.
pub const EPOCH: i64 = 1_790_000_000_000;

impl Clock {
    /// Clocks of a computer that runs for a minute, with policy time `scale` times faster.
    pub fn new(scale: u32) -> Self {
        Self {
            true_ms: 60_000,
            scale,
            boot: 1,
            booted_at: 0,
            wall_offset: EPOCH,
            mark: Mark {
                known: 0,
                boot: 1,
                true_ms: 60_000,
                wall: EPOCH + 60_000,
            },
        }
    }

    /// What the clocks say.
    pub fn reading(&self) -> Reading {
        Reading {
            boot_id: u128::from(self.boot),
            boot_ms: self.true_ms - self.booted_at,
            wall_ms: self.wall(),
        }
    }

    /// The wall time as the core is shown it; `None` where time is scaled.
    pub fn shown_wall(&self) -> Option<i64> {
        (self.scale == 1).then(|| self.wall())
    }

    fn wall(&self) -> i64 {
        self.wall_offset.saturating_add_unsigned(self.true_ms)
    }

    /// Time passes, awake or asleep.
    pub fn pass(&mut self, ms: u64) {
        self.true_ms += ms;
    }

    /// Somebody sets the wall clock.
    pub fn shift_wall(&mut self, by: i64) {
        self.wall_offset += by;
    }

    /// The computer starts anew.
    pub fn reboot(&mut self) {
        self.boot += 1;
        self.booted_at = self.true_ms;
    }

    /// Policy milliseconds that passed as far as clocks could know: true time within one boot, the
    /// wall's difference to the last durable entry over a reboot, never less than nothing.
    pub fn known(&self) -> u64 {
        let passed = if self.mark.boot == self.boot {
            self.true_ms - self.mark.true_ms
        } else {
            u64::try_from(self.wall() - self.mark.wall).unwrap_or(0)
        };
        self.mark.known + passed * u64::from(self.scale)
    }

    /// Notes that an entry became durable now. True if it is the first of this boot: what was
    /// noted since the last entry of the boot before may then lie in the future.
    pub fn entry(&mut self) -> bool {
        let first = self.mark.boot != self.boot;
        self.mark = Mark {
            known: self.known(),
            boot: self.boot,
            true_ms: self.true_ms,
            wall: self.wall(),
        };
        first
    }
}
