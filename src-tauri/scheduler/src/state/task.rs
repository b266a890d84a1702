//! One live task, and the counts of its list. Small, because there may be a million.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountNo, AttemptNo, KeptId, ListNo, TaskId};
use crate::input::NewTask;
use crate::policy::{Actions, Kind, Need, Priority};
use crate::record::Why;

/// Where a live task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Its time has not come.
    Scheduled {
        /// Wall time, milliseconds.
        not_before: i64,
    },
    /// In its account's line.
    Waiting,
    /// Held by this attempt, perhaps in doubt.
    Running(AttemptNo),
}

/// How often a task was put back, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// After an interruption.
    pub interrupted: u8,
    /// After a rate limit.
    pub rate_limited: u8,
    /// After a network error.
    pub network: u8,
    /// After a crash of the app.
    pub crashed: u8,
    /// After a missing element or an unknown error.
    pub missing: u8,
}

impl Tries {
    pub(crate) fn count(&mut self, why: Why) {
        let counted = match why {
            Why::Interrupted => &mut self.interrupted,
            Why::RateLimited => &mut self.rate_limited,
            Why::NetworkError => &mut self.network,
            Why::AppCrash => &mut self.crashed,
            Why::Missing => &mut self.missing,
            Why::Yielded
            | Why::NotOnPhone
            | Why::Challenge
            | Why::ActionPaused
            | Why::Unsettled => return,
        };
        *counted = counted.saturating_add(1);
    }
}

/// One live task: 64 bytes, the line of a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    id: KeptId,
    /// Its place in the account's order; while it is scheduled, its place among all that were
    /// accepted.
    pub seq: u64,
    /// Where it is.
    pub phase: Phase,
    /// Its account, for good.
    pub account: AccountNo,
    /// Its list, or [`NO_LIST`].
    list: u32,
    /// What it does.
    pub kind: Kind,
    /// Urgency among accounts.
    pub priority: Priority,
    /// Acts it still means to do; of an engagement task, those left of the page at hand.
    pub need: Need,
    /// Attempts so far.
    pub attempts: u16,
    /// The actions it goes through, as far as a pause of one holds it.
    pub actions: Actions,
    /// How often it was put back.
    pub tries: Tries,
    /// The operator wants it gone at the next safe point.
    pub cancel_asked: bool,
    /// An act that is not ensured may have happened. Nothing more is done before it is settled.
    pub unsettled: bool,
}

/// Of a task that belongs to no list.
const NO_LIST: u32 = u32::MAX;

impl Task {
    /// One just accepted, scheduled as yet; `accepted` is its place among all that were.
    pub(crate) fn new(
        new: &NewTask,
        list: Option<ListNo>,
        account: AccountNo,
        accepted: u64,
    ) -> Self {
        Self {
            id: new.task.into(),
            seq: accepted,
            phase: Phase::Scheduled {
                not_before: new.not_before.unwrap_or(i64::MIN),
            },
            account,
            list: list.map_or(NO_LIST, |list| list.0),
            kind: new.kind,
            priority: new.priority,
            need: new.need,
            attempts: 0,
            // What a script does shows only when it runs.
            actions: (new.actions).acting(!new.need.is_none() || new.kind == Kind::Flow),
            tries: Tries::default(),
            cancel_asked: false,
            unsettled: false,
        }
    }

    /// One that ended and is to be tried again: its tries count from the beginning.
    pub(crate) fn again(
        new: &NewTask,
        list: Option<ListNo>,
        account: AccountNo,
        (seq, attempts): (u64, u16),
    ) -> Self {
        Self {
            phase: Phase::Waiting,
            attempts,
            ..Self::new(new, list, account, seq)
        }
    }

    /// Its id.
    pub fn id(&self) -> TaskId {
        self.id.into()
    }

    /// Whether it was accepted to change something for others.
    pub fn acts(&self) -> bool {
        self.actions.act()
    }

    /// Its list.
    pub fn list(&self) -> Option<ListNo> {
        (self.list != NO_LIST).then_some(ListNo(self.list))
    }
}

/// Counts of a list's tasks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Whether the operator paused it.
    pub paused: bool,
    /// Tasks it has.
    pub tasks: u64,
    /// Of these, completed.
    pub completed: u64,
    /// Failed.
    pub failed: u64,
    /// Cancelled.
    pub cancelled: u64,
    /// Ended with an unknown act.
    pub interrupted: u64,
}

impl List {
    /// Tasks that have not ended.
    pub fn open(&self) -> u64 {
        self.tasks - self.completed - self.failed - self.cancelled - self.interrupted
    }
}
