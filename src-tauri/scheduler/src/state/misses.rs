//! Elements that were not where their locators say, and the actions that are paused for it.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{State, Task};
use crate::ids::{ActionNo, KeptId, LocatorNo, PhoneNo, VersionNo};
use crate::policy::{MISSES_MAX, MISSES_WINDOW_MS};

/// An element was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Miss {
    /// Policy milliseconds.
    pub(crate) at: u64,
    pub(crate) phone: PhoneNo,
    pub(crate) version: VersionNo,
    pub(crate) locator: LocatorNo,
    pub(crate) action: ActionNo,
    /// The task whose attempt missed it.
    pub(crate) task: KeptId,
}

/// An action that is paused for a version of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionPause {
    /// The locator that was missing.
    pub locator: LocatorNo,
    /// Since when, policy milliseconds.
    pub since: u64,
}

/// Both of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Misses {
    /// In the order of their times.
    pub(crate) recent: VecDeque<Miss>,
    pub(crate) pauses: BTreeMap<(VersionNo, ActionNo), ActionPause>,
}

impl Misses {
    pub(crate) fn note(&mut self, miss: Miss) {
        let old = |it: &Miss| miss.at.saturating_sub(it.at) > MISSES_WINDOW_MS;
        while self.recent.front().is_some_and(old) || self.recent.len() >= MISSES_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(miss);
    }

    /// Whether the same was missed on another phone lately.
    pub(crate) fn elsewhere(
        &self,
        at: u64,
        phone: PhoneNo,
        version: VersionNo,
        locator: LocatorNo,
    ) -> bool {
        self.recent.iter().any(|miss| {
            (miss.version, miss.locator) == (version, locator)
                && miss.phone != phone
                && at.saturating_sub(miss.at) <= MISSES_WINDOW_MS
        })
    }

    /// The pauses of a version.
    fn of(&self, version: VersionNo) -> impl Iterator<Item = (ActionNo, &ActionPause)> {
        let all = (version, ActionNo(0))..=(version, ActionNo(u8::MAX));
        let pauses = self.pauses.range(all);
        pauses.map(|((_, action), pause)| (*action, pause))
    }
}

impl State {
    /// The actions that are paused, each for a version of the app.
    pub fn action_pauses(&self) -> impl Iterator<Item = (VersionNo, ActionNo, &ActionPause)> {
        let pauses = self.misses.pauses.iter();
        pauses.map(|((version, action), pause)| (*version, *action, pause))
    }

    /// The pause that keeps the task from this phone.
    pub fn pause_for(&self, phone: PhoneNo, task: &Task) -> Option<(VersionNo, ActionNo)> {
        let version = self.phones.get(phone.index())?.version;
        let mut pauses = self.misses.of(version);
        let (action, _) = pauses.find(|(action, _)| task.actions.has(*action))?;
        Some((version, action))
    }

    /// Whether the app on the phone is one that the task may be done in.
    pub fn takes(&self, phone: PhoneNo, task: &Task) -> bool {
        let Some(it) = self.phones.get(phone.index()) else {
            return false;
        };
        !(it.look_only && task.acts()) && self.pause_for(phone, task).is_none()
    }
}
