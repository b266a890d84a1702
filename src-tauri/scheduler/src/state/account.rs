//! One account: its state, its line, and what it did lately.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptNo, PhoneNo, TaskId};
use crate::policy::{DAY_MS, Need, PHONES_MISSED_MAX, Settings};

/// The four states of an account. One in doubt is still `Running`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountState {
    /// Nothing keeps its head from starting but phones, limits and pauses.
    Available,
    /// Its lease is held by this attempt.
    Running(AttemptNo),
    /// It rests until this policy time, by itself.
    Cooldown {
        /// Policy milliseconds.
        until: u64,
    },
    /// It waits for the operator.
    Suspended {
        /// By the platform's challenge rather than by the operator.
        challenge: bool,
    },
}

/// The most act times kept per account and act (R9); above every ceiling there can be.
pub const ACTS_KEPT_MAX: usize = 1_000;

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its state.
    pub state: AccountState,
    /// The only phone it may use; `None`: any.
    pub bound: Option<PhoneNo>,
    /// Waiting tasks in order, with their places in the account's order.
    pub queue: VecDeque<(u64, TaskId)>,
    /// Whether the operator paused it.
    pub paused: bool,
    /// Suspended as soon as its task ends; `Some(true)`: by a challenge.
    pub suspend_next: Option<bool>,
    /// The end of its rest, policy milliseconds; it goes on under a suspension (P6).
    pub rests_until: Option<u64>,
    /// Rate limits since its last completed task.
    pub rate_limits_in_a_row: u8,
    /// Its head may not be tried before this policy time.
    pub retry_at: Option<u64>,
    /// Its head does not fit under the ceilings before this policy time.
    pub limited_until: Option<u64>,
    /// Phones it was not signed in on when last looked at.
    pub absent: Vec<PhoneNo>,
    /// Phones it was seen signed in on.
    pub present: Vec<PhoneNo>,
    /// Tasks it completed.
    pub completed: u64,
    /// The task it completed last.
    pub last_completed: Option<TaskId>,
    pub(crate) next_seq: u64,
    pub(crate) scheduled: u32,
    /// Its head that could start, and since when (policy milliseconds).
    pub(crate) head_since: Option<(TaskId, u64)>,
    /// Its rank among those that could start; `None` while it could not.
    pub(crate) ready: Option<i64>,
    /// Its place among the loads, while it is there.
    pub(crate) load: Option<u32>,
    /// Times of its acts in the last day, by act.
    pub(crate) acts: [VecDeque<u64>; 3],
    pub(crate) last_act_at: Option<u64>,
}

impl Account {
    pub(crate) fn new(bound: Option<PhoneNo>) -> Self {
        Self {
            state: AccountState::Available,
            bound,
            queue: VecDeque::new(),
            paused: false,
            suspend_next: None,
            rests_until: None,
            rate_limits_in_a_row: 0,
            retry_at: None,
            limited_until: None,
            absent: Vec::new(),
            present: Vec::new(),
            completed: 0,
            last_completed: None,
            next_seq: 0,
            scheduled: 0,
            head_since: None,
            ready: None,
            load: None,
            acts: [VecDeque::new(), VecDeque::new(), VecDeque::new()],
            last_act_at: None,
        }
    }

    /// The task at the head of its line.
    pub fn head(&self) -> Option<TaskId> {
        self.queue.front().map(|(_, task)| *task)
    }

    /// Whether this phone could serve it, as far as is known.
    pub fn may_use(&self, phone: PhoneNo) -> bool {
        match self.bound {
            Some(bound) => bound == phone && !self.absent.contains(&phone),
            None => {
                !self.absent.contains(&phone)
                    && (!self.needs_a_look() || self.present.contains(&phone))
            }
        }
    }

    /// It was missed on so many phones that a person has to look where it is signed in.
    pub fn needs_a_look(&self) -> bool {
        self.bound.is_some_and(|bound| self.absent.contains(&bound))
            || self.absent.len() >= PHONES_MISSED_MAX
    }

    /// Acts of one sort in the 24 hours before this policy time.
    pub fn acts_in_day(&self, act: usize, at: u64) -> usize {
        let since = at.saturating_sub(DAY_MS);
        let times = &self.acts[act];
        let old = if at < DAY_MS {
            0
        } else {
            times.partition_point(|time| *time <= since)
        };
        times.len() - old
    }

    /// The policy time from which the need fits under the ceilings; `None`: it fits now.
    pub fn fits_at(&self, settings: &Settings, need: Need, at: u64) -> Option<u64> {
        let mut latest = None;
        for (act, need) in need.0.into_iter().enumerate() {
            let (Some(ceiling), true) = (settings.per_day[act], need > 0) else {
                continue;
            };
            let used = self.acts_in_day(act, at);
            let room = usize::from(ceiling).saturating_sub(used);
            if usize::from(need) <= room {
                continue;
            }
            let too_many = usize::from(need) - room;
            let times = &self.acts[act];
            let first = times.len() - used;
            let frees = times.get(first + too_many - 1).map_or(at, |time| time + 1) + DAY_MS;
            latest = latest.max(Some(frees));
        }
        latest
    }
}
