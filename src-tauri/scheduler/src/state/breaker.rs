//! A phone that fails too often is taken out, until it passes a health check.

use serde::{Deserialize, Serialize};

use crate::ids::CheckNo;
use crate::policy::{BREAKER_FAILURES, BREAKER_WINDOW_MS, CHECK_AGAIN_MS};

/// Why a phone is out, and what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// Since when, policy milliseconds.
    pub since: u64,
    /// The health check under way, whose answer would let it in again.
    pub check: Option<CheckNo>,
    /// Health checks that came to nothing.
    pub failed_checks: u8,
    /// When the next one is ordered, policy milliseconds, where that is planned.
    pub again_at: Option<u64>,
}

impl Breaker {
    pub(crate) fn new(since: u64) -> Self {
        Self {
            since,
            check: None,
            failed_checks: 0,
            again_at: None,
        }
    }

    /// How long the phone is left alone before the next health check.
    pub(crate) fn wait(&self) -> u64 {
        let wait = usize::from(self.failed_checks).min(CHECK_AGAIN_MS.len() - 1);
        CHECK_AGAIN_MS[wait]
    }
}

/// When the phone failed last: as many times as it takes to be taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failures {
    /// The newest last; those that count nothing yet are first.
    times: [u64; BREAKER_FAILURES],
    count: u8,
}

impl Failures {
    /// One more.
    pub(crate) fn note(&mut self, at: u64) {
        self.times.rotate_left(1);
        if let Some(last) = self.times.last_mut() {
            *last = at;
        }
        self.count = self.count.saturating_add(1);
    }

    /// Whether one more is one too many.
    pub(crate) fn are_too_many_with(&self, at: u64) -> bool {
        let before = BREAKER_FAILURES - 1;
        let enough = usize::from(self.count) >= before;
        // The first of those that count together with the one to come.
        let first = self.times[BREAKER_FAILURES - before];
        enough && at.saturating_sub(first) <= BREAKER_WINDOW_MS
    }
}
