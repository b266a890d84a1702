//! One account: its state, its line, and what it did lately.

use std::cmp::max;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::tasks::Slot;
use crate::ids::{AttemptNo, KeptId, PhoneNo, RotaNo, TaskId};
use crate::input::{Ending, Scope};
use crate::planted::{Bug, planted};
use crate::policy::{
    ACTS_KEPT_MAX, DAY_MS, Limits, MISHAPS_KEPT_MAX, Need, PHONES_MISSED_MAX, Settings,
};

/// A day, for times that may lie before policy time.
const DAY: i64 = DAY_MS.cast_signed();

fn signed(at: u64) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

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

/// The waiting tasks of an account in order, by their slots.
///
/// Slots are a matter of where tasks lie: as values two lines of one length are equal, and whoever
/// compares states compares the tasks in them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(pub(crate) VecDeque<Slot>);

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
    }
}

impl Eq for Line {}

/// What an account did lately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Acts {
    /// Times of its acts in the last day, by act, ascending. Acts that were done elsewhere may be
    /// older than policy time.
    pub(crate) times: [VecDeque<i64>; 3],
    pub(crate) last_at: Option<u64>,
}

/// What went wrong with an attempt of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mishap {
    /// The platform limited the account.
    RateLimited,
    /// The platform wanted to see its owner.
    Challenge,
    /// No network.
    NetworkError,
    /// The app ended by itself.
    AppCrash,
    /// An element was not where the locators say.
    ElementNotFound,
    /// A call got no answer.
    Timeout,
    /// Something else.
    Unknown,
}

impl Mishap {
    /// What an ending says went wrong, if it says so.
    pub fn of(ending: Ending) -> Option<Self> {
        Some(match ending {
            Ending::Completed | Ending::Yielded | Ending::NotOnPhone => return None,
            Ending::RateLimited => Self::RateLimited,
            Ending::Challenge => Self::Challenge,
            Ending::NetworkError => Self::NetworkError,
            Ending::AppCrash => Self::AppCrash,
            Ending::ElementNotFound => Self::ElementNotFound,
            Ending::Unknown | Ending::Unsettled => Self::Unknown,
        })
    }
}

/// What went wrong with an account lately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mishaps {
    /// How many in a row, since its last completed task.
    pub in_a_row: u16,
    /// The last of them, with the policy time of each, oldest first.
    pub recent: VecDeque<(u64, Mishap)>,
}

/// One account. There may be 100,000: what most of them never have lies in a box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its state.
    pub state: AccountState,
    /// The only phone it may use; `None`: any.
    pub bound: Option<PhoneNo>,
    /// Whether the operator paused it.
    pub paused: bool,
    /// It is gone: nothing but what it did and owes is kept, for whoever succeeds it.
    pub removed: bool,
    /// Suspended as soon as its task ends; `Some(true)`: by a challenge. Of a removed account: how
    /// it was suspended.
    pub suspend_next: Option<bool>,
    /// The end of its rest, policy milliseconds; it goes on under a suspension (P6).
    pub rests_until: Option<u64>,
    /// Rate limits since its last completed task.
    pub rate_limits_in_a_row: u8,
    /// Its head may not be tried before this policy time.
    pub retry_at: Option<u64>,
    /// Its head does not fit under the ceilings before this policy time.
    pub limited_until: Option<u64>,
    /// Its head was met by a phone that may not do it: it stands with the phones that may.
    pub(crate) by_phone: bool,
    /// Phones it was not signed in on when last looked at.
    pub absent: Vec<PhoneNo>,
    /// Phones it was seen signed in on.
    pub present: Vec<PhoneNo>,
    /// Tasks it completed.
    pub completed: u64,
    pub(crate) last_completed: Option<KeptId>,
    pub(crate) next_seq: u64,
    /// Its head that could start, by its place in the order, and since when (policy milliseconds).
    pub(crate) head_since: Option<(u64, u64)>,
    /// Whose hours it keeps.
    pub rota: RotaNo,
    /// What it keeps beside the settings.
    pub limits: Option<Box<Limits>>,
    /// What went wrong with it, once something did.
    pub mishaps: Option<Box<Mishaps>>,
    /// What it did, once it did something.
    pub(crate) acts: Option<Box<Acts>>,
    // What follows is made of the tasks, and not stored with the account.
    #[serde(skip)]
    pub(crate) line: Line,
    #[serde(skip)]
    pub(crate) scheduled: u32,
    /// Its rank among those that could start; `None` while it could not.
    #[serde(skip)]
    pub(crate) ready: Option<i64>,
    /// The pause of a kind or a list that alone keeps its head from starting.
    #[serde(skip)]
    pub(crate) parked: Option<Scope>,
    /// Its place among the loads, while it is there.
    #[serde(skip)]
    pub(crate) load: Option<u32>,
}

impl Account {
    pub(crate) fn new(bound: Option<PhoneNo>) -> Self {
        Self {
            state: AccountState::Available,
            bound,
            paused: false,
            removed: false,
            suspend_next: None,
            rests_until: None,
            rate_limits_in_a_row: 0,
            retry_at: None,
            limited_until: None,
            by_phone: false,
            absent: Vec::new(),
            present: Vec::new(),
            completed: 0,
            last_completed: None,
            next_seq: 0,
            head_since: None,
            rota: RotaNo(0),
            limits: None,
            mishaps: None,
            acts: None,
            line: Line::default(),
            scheduled: 0,
            ready: None,
            parked: None,
            load: None,
        }
    }

    /// How many of its tasks wait in its line; [`crate::State::line`] has them.
    pub fn waiting(&self) -> usize {
        self.line.0.len()
    }

    /// How many tasks it has that have not ended: waiting, scheduled, and running.
    pub fn tasks(&self) -> usize {
        let running = usize::from(matches!(self.state, AccountState::Running(_)));
        self.waiting() + self.scheduled as usize + running
    }

    /// Whether a task that names no account may be given to it.
    pub fn is_open(&self) -> bool {
        !self.paused && !self.removed && !matches!(self.state, AccountState::Suspended { .. })
    }

    /// The task it completed last.
    pub fn last_completed(&self) -> Option<TaskId> {
        self.last_completed.map(TaskId::from)
    }

    /// When it acted last, policy milliseconds.
    pub fn last_act_at(&self) -> Option<u64> {
        self.acts.as_ref().and_then(|acts| acts.last_at)
    }

    /// The head that could start is this one, by its place in the order, since when?
    pub(crate) fn head_since(&self, seq: u64) -> Option<u64> {
        self.head_since
            .filter(|(head, _)| *head == seq)
            .map(|(_, since)| since)
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

    /// The ceiling of one sort of act: the smaller of what is set for all and for it.
    pub fn ceiling(&self, settings: &Settings, act: usize) -> Option<u16> {
        let own = self.limits.as_ref().and_then(|it| it.per_day[act]);
        let own = own.filter(|_| !planted(Bug::NoOwnLimits));
        settings.per_day[act].into_iter().chain(own).min()
    }

    /// The gap between its acts: the longer of what is set for all and for it.
    pub fn act_gap_ms(&self, settings: &Settings) -> u64 {
        let own = self.limits.as_ref().and_then(|it| it.act_gap_ms);
        settings.act_gap_ms.max(own.unwrap_or(0))
    }

    /// Whether the need is more than the ceilings ever allow.
    pub fn never_fits(&self, settings: &Settings, need: Need) -> bool {
        let over = |(act, need): (usize, u8)| {
            let ceiling = self.ceiling(settings, act);
            ceiling.is_some_and(|ceiling| u16::from(need) > ceiling)
        };
        need.0.into_iter().enumerate().any(over)
    }

    /// Something went wrong with an attempt of it.
    pub(crate) fn mishap(&mut self, at: u64, what: Mishap) {
        let mishaps = self.mishaps.get_or_insert_default();
        mishaps.in_a_row = mishaps.in_a_row.saturating_add(1);
        if mishaps.recent.len() >= MISHAPS_KEPT_MAX {
            mishaps.recent.pop_front();
        }
        mishaps.recent.push_back((at, what));
    }

    /// Its act is about to be done.
    pub(crate) fn acts(&mut self, at: u64, act: usize) {
        let acts = self.acts.get_or_insert_default();
        acts.last_at = Some(at);
        let times = &mut acts.times[act];
        let at = signed(at);
        let old = |time: &i64| at.saturating_sub(*time) > DAY;
        while times.front().is_some_and(old) {
            times.pop_front();
        }
        if times.len() >= usize::from(ACTS_KEPT_MAX) {
            times.pop_front();
        }
        times.push_back(at);
    }

    /// It did these acts at these times, by act, none of which this engine had a part in.
    /// `under_way`: the act it means to do at this moment, which took place after all of them as
    /// far as can be known.
    pub(crate) fn recalls(&mut self, done: &[Vec<i64>; 3], under_way: Option<usize>) {
        let acts = self.acts.get_or_insert_default();
        for (act, (times, done)) in acts.times.iter_mut().zip(done).enumerate() {
            let open = times.pop_back_if(|_| under_way == Some(act));
            let newest = done.iter().max().copied();
            times.extend(done);
            times.make_contiguous().sort_unstable();
            if let Some(open) = open {
                times.push_back(max(open, newest.unwrap_or(open)));
            }
            let more = times.len().saturating_sub(usize::from(ACTS_KEPT_MAX));
            times.drain(..more);
            let newest = newest.map(|time| u64::try_from(time).unwrap_or(0));
            acts.last_at = max(acts.last_at, newest);
        }
    }

    /// Acts of one sort in the 24 hours before this policy time.
    pub fn acts_in_day(&self, act: usize, at: u64) -> usize {
        let Some(times) = self.acts.as_ref().and_then(|acts| acts.times.get(act)) else {
            return 0;
        };
        let since = signed(at).saturating_sub(DAY);
        times.len() - times.partition_point(|time| *time <= since)
    }

    /// The policy time from which the need fits under the ceilings; `None`: it fits now.
    pub fn fits_at(&self, settings: &Settings, need: Need, at: u64) -> Option<u64> {
        let mut latest = None;
        for (act, need) in need.0.into_iter().enumerate() {
            let (Some(ceiling), true) = (self.ceiling(settings, act), need > 0) else {
                continue;
            };
            let used = self.acts_in_day(act, at);
            let too_many = (used + usize::from(need)).saturating_sub(usize::from(ceiling));
            if too_many == 0 {
                continue;
            }
            let times = self.acts.as_ref().map(|acts| &acts.times[act]);
            let first = times.map_or(0, VecDeque::len) - used;
            let time = times.and_then(|times| times.get(first + too_many - 1));
            let last = time.map_or(signed(at), |time| time.saturating_add(1));
            let frees = u64::try_from(last.saturating_add(DAY)).unwrap_or(0);
            latest = latest.max(Some(frees));
        }
        latest
    }
}
