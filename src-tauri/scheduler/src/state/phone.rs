//! One phone, and the attempt that leases it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Ready;
use super::breaker::{Breaker, Failures};
use super::visit::Visit;
use crate::ids::{AccountNo, AttemptNo, CheckNo, PhoneNo, TaskId, VersionNo};
use crate::planted::{Bug, planted};
use crate::policy::Act;
use crate::record::Cause;

/// One phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// The cable is in.
    pub present: bool,
    /// It can take a task.
    pub ready: bool,
    /// Whether the operator paused it.
    pub paused: bool,
    /// Whether the operator stopped it.
    pub stopped: bool,
    /// Whether the operator has it in hand, or will once its attempt came to a safe point.
    pub in_hand: bool,
    /// The attempt that holds it, perhaps in doubt.
    pub lease: Option<AttemptNo>,
    /// Set while it is out because it failed too often.
    pub breaker: Option<Breaker>,
    /// Set while it is to be looked at before it takes a task.
    pub visit: Option<Visit>,
    /// Version of the app on it, as it told last.
    pub version: VersionNo,
    /// The app on it speaks a language whose texts are not known: no act is done there.
    pub look_only: bool,
    pub(crate) failures: Failures,
    // What follows is made of the accounts, and not stored with the phone.
    /// Accounts that could start on this phone in their hours, but not on any, by rank.
    #[serde(skip)]
    pub(crate) queue: Ready,
    /// Accounts that were not signed in when last looked for here.
    #[serde(skip)]
    pub(crate) missed: BTreeSet<AccountNo>,
}

impl Phone {
    /// The facts of it alone.
    pub(crate) fn without_sets(&self) -> Self {
        Self {
            queue: BTreeSet::new(),
            missed: BTreeSet::new(),
            ..*self
        }
    }

    pub(crate) fn forget_sets(&mut self) {
        self.queue.clear();
        self.missed.clear();
    }

    /// Whether a quiet check may be ordered, everything's stop apart.
    pub(crate) fn may_be_checked(&self) -> bool {
        let in_hand = self.in_hand && !planted(Bug::CheckInHand);
        self.present && !self.stopped && !in_hand
    }

    /// Whether it takes tasks, one at a time.
    pub fn works(&self) -> bool {
        let held = self.paused || self.stopped || self.in_hand;
        self.present && self.ready && !held && self.breaker.is_none()
    }

    /// Whether a task may be started on it.
    pub fn is_idle(&self) -> bool {
        let visited = self.visit.is_none() || planted(Bug::UnvisitedStarts);
        self.works() && self.lease.is_none() && visited
    }

    /// Whether its health may be asked after: nothing holds it whose end is not proven.
    pub(crate) fn awaits_health(&self) -> bool {
        self.breaker.is_some() && self.lease.is_none()
    }
}

/// Why an attempt is in doubt and what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Why.
    pub cause: Cause,
    /// When doubt began, policy milliseconds.
    pub since: u64,
    /// The check whose answer would lift it, if one is under way.
    pub check: Option<CheckNo>,
    /// Checks that came to nothing.
    pub failed_checks: u8,
    /// When the next check is ordered, if one failed.
    pub again_at: Option<u64>,
}

/// An attempt: the lease on a phone and, unless it was released, on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The task; it may already be at its head again if the account was released.
    pub task: TaskId,
    /// The account it holds; `None` after a release.
    pub account: Option<AccountNo>,
    /// The phone it holds.
    pub phone: PhoneNo,
    /// When it started, policy milliseconds.
    pub started_at: u64,
    /// The act that was intended and has no outcome yet.
    pub intent: Option<(u16, Act)>,
    /// The last step that has an outcome. Steps of an attempt go upwards.
    pub acted: Option<u16>,
    /// Set once the attempt ended without a clean finish.
    pub doubt: Option<Doubt>,
}
