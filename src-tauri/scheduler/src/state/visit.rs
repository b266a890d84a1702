//! A phone that is to be looked at before it takes a task.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountNo, CheckNo};
use crate::policy::CHECK_AGAIN_MS;

/// What a phone is to show before it takes a task, and what is done about it.
///
/// A visit opens the app, reads who is active there, ends the app again, and then proves the phone
/// quiet under its number. The operator had the phone in hand, or wants to lift what the platform
/// put on an account after a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Since when it is wanted, policy milliseconds.
    pub since: u64,
    /// The account whose suspension ends if nothing stands in its way there.
    pub account: Option<AccountNo>,
    /// The number of the visit under way, whose answer counts.
    pub check: Option<CheckNo>,
    /// Visits that came to nothing.
    pub failed: u8,
    /// When the next one is ordered, policy milliseconds, where that is planned.
    pub again_at: Option<u64>,
}

impl Visit {
    pub(crate) fn new(since: u64, account: Option<AccountNo>) -> Self {
        Self {
            since,
            account,
            check: None,
            failed: 0,
            again_at: None,
        }
    }

    /// How long the phone is left alone before the next one; the first is made at once.
    pub(crate) fn wait(&self) -> u64 {
        let failed = usize::from(self.failed).checked_sub(1);
        failed.map_or(0, |wait| CHECK_AGAIN_MS[wait.min(CHECK_AGAIN_MS.len() - 1)])
    }
}
