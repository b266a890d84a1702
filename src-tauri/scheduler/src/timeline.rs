//! Policy time: milliseconds that never run backwards, over sleep, clock jumps and reboots.
//!
//! DESIGN §4 "Time": within one boot a clock that counts sleep holds; after a reboot the wall does,
//! and what it says is clamped so that a wait never grows and never shrinks below nothing. The
//! journal keeps the [`Anchor`] of its last entry; everything the core compares is policy time.

use serde::{Deserialize, Serialize};

use crate::planted::{Bug, planted};

/// What the operating system's clocks said at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Names the boot; another value means the computer was restarted.
    pub boot_id: u128,
    /// Milliseconds since boot, counting sleep.
    pub boot_ms: u64,
    /// Milliseconds since 1970-01-01 UTC, as the wall clock has it (it may be wrong, and jump).
    pub wall_ms: i64,
}

/// The time as the core sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// Policy time, milliseconds. Cooldowns, gaps and ceilings are measured in it.
    pub at: u64,
    /// Wall time, milliseconds since 1970 UTC. Only `not_before` looks at it.
    pub wall: i64,
}

/// A reading together with the policy time it stood for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// What the clocks said.
    pub reading: Reading,
    /// The policy time of that moment, milliseconds.
    pub at: u64,
    /// The wall time the core was shown then, milliseconds (differs from the reading's only when
    /// time is scaled).
    pub wall: i64,
}

impl Anchor {
    /// The anchor of a new data set: policy time begins at 0.
    pub fn new(reading: Reading) -> Self {
        Self {
            reading,
            at: 0,
            wall: reading.wall_ms,
        }
    }

    /// The time at a later reading, with policy time running `scale` times faster than the clocks.
    ///
    /// ```
    /// use signalbox_scheduler::{Anchor, Reading};
    /// let start = Reading { boot_id: 1, boot_ms: 5_000, wall_ms: 1_000_000 };
    /// let anchor = Anchor::new(start);
    /// // The wall jumps an hour, the clock that counts sleep moves one second: one second passed.
    /// let jumped = Reading { boot_ms: 6_000, wall_ms: 4_601_000, ..start };
    /// assert_eq!(anchor.now(jumped, 1).at, 1_000);
    /// // Another boot: the wall decides, and never takes time back.
    /// let rebooted = Reading { boot_id: 2, boot_ms: 10, wall_ms: 1_003_000 };
    /// assert_eq!(anchor.now(rebooted, 1).at, 3_000);
    /// let back = Reading { boot_id: 2, boot_ms: 10, wall_ms: 0 };
    /// assert_eq!(anchor.now(back, 1).at, 0);
    /// ```
    pub fn now(&self, reading: Reading, scale: u32) -> Now {
        let same_boot = reading.boot_id == self.reading.boot_id;
        let passed = if same_boot && !planted(Bug::WallClockCooldown) {
            reading.boot_ms.saturating_sub(self.reading.boot_ms)
        } else {
            let passed = reading.wall_ms.saturating_sub(self.reading.wall_ms);
            u64::try_from(passed).unwrap_or(0)
        };
        let at = self
            .at
            .saturating_add(passed.saturating_mul(u64::from(scale)));
        let wall = if scale == 1 {
            reading.wall_ms
        } else {
            let passed = i64::try_from(at - self.at).unwrap_or(i64::MAX);
            self.wall.saturating_add(passed)
        };
        Now { at, wall }
    }

    /// The anchor at a later reading.
    pub fn advance(&self, reading: Reading, scale: u32) -> Self {
        let now = self.now(reading, scale);
        Self {
            reading,
            at: now.at,
            wall: now.wall,
        }
    }
}
