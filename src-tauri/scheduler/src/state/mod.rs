//! What is true now. Changed by [`crate::apply()`] alone; read by everybody.
//!
//! Every set kept here beside the facts (who could start, what is due, who is idle) is kept at each
//! change, so that a decision is O(log n) and a metric O(1).

mod account;
mod breaker;
mod misses;
mod phone;
mod task;
mod tasks;
mod visit;

pub(crate) use account::Line;
pub use account::{Account, AccountState, Mishap, Mishaps};
pub use breaker::Breaker;
pub(crate) use breaker::Failures;
pub use misses::ActionPause;
pub(crate) use misses::{Miss, Misses};
pub use phone::{Attempt, Doubt, Phone};
pub use task::{List, Phase, Task, Tries};
pub(crate) use tasks::{Slot, Tasks};
pub use visit::Visit;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{AccountNo, AttemptNo, CheckNo, IdMap, PhoneNo, RotaNo, TaskId};
use crate::input::Scope;
use crate::policy::{Kind, Settings};

/// A moment of policy time at which something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Timer {
    /// The account's cooldown ends.
    Cooldown(AccountNo),
    /// The account's delayed head may be tried again.
    Retry(AccountNo),
    /// The account's ceilings leave room again.
    Limit(AccountNo),
    /// The phone's quiet check is to be ordered again.
    Check(PhoneNo),
    /// The phone's health check is to be ordered.
    Health(PhoneNo),
    /// The phone is to be looked at.
    Visit(PhoneNo),
}

/// The numbers everybody watches, kept at each change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Accounts there are.
    pub accounts: u64,
    /// Accounts whose task runs or is in doubt.
    pub accounts_running: u64,
    /// Accounts with at least one waiting task.
    pub accounts_waiting: u64,
    /// Accounts in cooldown.
    pub accounts_cooldown: u64,
    /// Accounts suspended.
    pub accounts_suspended: u64,
    /// Tasks that joined their line and could not start because of their account.
    pub blocks: u64,
    /// Tasks waiting in a line.
    pub tasks_waiting: u64,
    /// Tasks waiting for their time, outside the lines.
    pub tasks_scheduled: u64,
    /// Tasks running or in doubt.
    pub tasks_running: u64,
    /// Tasks that completed.
    pub tasks_completed: u64,
    /// Tasks that failed.
    pub tasks_failed: u64,
    /// Tasks cancelled.
    pub tasks_cancelled: u64,
    /// Tasks that ended with an unknown act.
    pub tasks_interrupted: u64,
    /// Acts of which the history was asked before they were done or left out.
    pub checks: u64,
    /// Times that a phone was taken out because it failed too often.
    pub breaker_trips: u64,
}

/// Accounts that could start, those of one rota together in the order they are to go.
pub(crate) type Ready = BTreeSet<(RotaNo, i64, AccountNo)>;

/// The whole of it.
#[derive(Debug, Clone)]
pub struct State {
    /// What is set.
    pub settings: Settings,
    pub(crate) accounts: Vec<Account>,
    pub(crate) phones: Vec<Phone>,
    pub(crate) lists: Vec<List>,
    pub(crate) tasks: Tasks,
    pub(crate) attempts: IdMap<AttemptNo, Attempt>,
    pub(crate) next_attempt: u64,
    pub(crate) next_check: u64,
    pub(crate) paused: bool,
    pub(crate) stopped: bool,
    /// The kinds of tasks that are paused.
    pub(crate) paused_kinds: BTreeSet<Kind>,
    /// Accounts whose heads a pause of a kind or a list alone keeps from starting, by that pause.
    pub(crate) parked: BTreeMap<Scope, BTreeSet<AccountNo>>,
    /// Accounts that could start on any phone in their hours, by rank.
    pub(crate) ready_any: Ready,
    /// Phones that could take a task.
    pub(crate) idle: BTreeSet<PhoneNo>,
    /// Accounts by the length of their line, for tasks that name none.
    pub(crate) loads: BTreeSet<(u32, AccountNo)>,
    pub(crate) timers: BTreeSet<(u64, Timer)>,
    /// Scheduled tasks by wall time, then by the order they were accepted in.
    pub(crate) scheduled: BTreeSet<(i64, u64, Slot)>,
    pub(crate) accepted: u64,
    pub(crate) counts: Counts,
    pub(crate) misses: Misses,
    /// Accounts whose head is not for every phone.
    pub(crate) by_phone: BTreeSet<AccountNo>,
}

impl State {
    /// An empty data set with these settings, as far as the hard limits allow them.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: settings.held(),
            accounts: Vec::new(),
            phones: Vec::new(),
            lists: Vec::new(),
            tasks: Tasks::new(),
            attempts: IdMap::default(),
            next_attempt: 1,
            next_check: 1,
            paused: false,
            stopped: false,
            paused_kinds: BTreeSet::new(),
            parked: BTreeMap::new(),
            ready_any: BTreeSet::new(),
            idle: BTreeSet::new(),
            loads: BTreeSet::new(),
            timers: BTreeSet::new(),
            scheduled: BTreeSet::new(),
            accepted: 0,
            counts: Counts::default(),
            misses: Misses::default(),
            by_phone: BTreeSet::new(),
        }
    }

    /// The account, if there is one of that number.
    pub fn account(&self, account: AccountNo) -> Option<&Account> {
        self.accounts.get(account.index())
    }

    /// The number that the next account gets.
    pub fn next_account(&self) -> AccountNo {
        AccountNo(u32::try_from(self.accounts.len()).unwrap_or(u32::MAX))
    }

    /// All accounts in the order of their numbers, also those that are gone.
    pub fn accounts(&self) -> impl Iterator<Item = (AccountNo, &Account)> {
        (0u32..).map(AccountNo).zip(&self.accounts)
    }

    /// The phone, if there is one of that number.
    pub fn phone(&self, phone: PhoneNo) -> Option<&Phone> {
        self.phones.get(phone.index())
    }

    /// All phones in the order of their numbers.
    pub fn phones(&self) -> impl Iterator<Item = (PhoneNo, &Phone)> {
        (0u32..).map(PhoneNo).zip(&self.phones)
    }

    /// A live task: scheduled, waiting or running. Ended tasks are the store's.
    pub fn task(&self, task: TaskId) -> Option<&Task> {
        self.tasks.get(task)
    }

    /// All live tasks, in no order.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskId, &Task)> {
        self.tasks.iter().map(|task| (task.id(), task))
    }

    /// Tasks that wait for their time, by that time.
    pub fn scheduled(&self) -> impl Iterator<Item = &Task> {
        let slots = self.scheduled.iter();
        slots.filter_map(|(_, _, slot)| self.tasks.at(*slot))
    }

    /// The waiting tasks of an account, in order; none of an account there is not.
    pub fn line(&self, account: AccountNo) -> impl DoubleEndedIterator<Item = &Task> {
        let line = self.accounts.get(account.index()).map(|it| &it.line.0);
        let slots = line.into_iter().flatten();
        slots.filter_map(|slot| self.tasks.at(*slot))
    }

    /// The task at the head of an account's line.
    pub fn head(&self, account: AccountNo) -> Option<&Task> {
        let line = &self.accounts.get(account.index())?.line.0;
        self.tasks.at(*line.front()?)
    }

    /// An attempt that holds a lease.
    pub fn attempt(&self, attempt: AttemptNo) -> Option<&Attempt> {
        self.attempts.get(&attempt)
    }

    /// All attempts that hold a lease, in no order.
    pub fn attempts(&self) -> impl Iterator<Item = (AttemptNo, &Attempt)> {
        self.attempts.iter().map(|(no, attempt)| (*no, attempt))
    }

    /// Counts per list, in the order of their numbers.
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    /// Place of a waiting task in its line, from 0; `None` for any other.
    pub fn position(&self, id: TaskId) -> Option<usize> {
        let slot = self.tasks.slot(id)?;
        let task = self.tasks.at(slot)?;
        if task.phase != Phase::Waiting {
            return None;
        }
        let line = &self.accounts.get(task.account.index())?.line.0;
        let place = line.partition_point(|other| self.tasks.seq_at(*other) < task.seq);
        (line.get(place) == Some(&slot)).then_some(place)
    }

    /// The numbers everybody watches.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether the operator paused everything.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether the operator stopped everything.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Whether the operator paused tasks of this kind.
    pub fn is_kind_paused(&self, kind: Kind) -> bool {
        self.paused_kinds.contains(&kind)
    }

    /// The pause of its kind or its list that holds a task; the kind's where both do.
    pub fn pause_of(&self, task: &Task) -> Option<Scope> {
        if self.paused_kinds.contains(&task.kind) {
            return Some(Scope::Kind(task.kind));
        }
        let list = task.list()?;
        let paused = self.lists.get(list.0 as usize).is_some_and(|it| it.paused);
        paused.then_some(Scope::List(list))
    }

    /// Number of the next attempt, of which nothing is known yet.
    pub fn next_attempt(&self) -> AttemptNo {
        AttemptNo(self.next_attempt)
    }

    /// Number of the next quiet check.
    pub fn next_check(&self) -> CheckNo {
        CheckNo(self.next_check)
    }

    /// Whether a quiet check may be ordered on the phone: it is there, nobody stopped it, and it is
    /// in nobody's hand.
    pub(crate) fn may_check(&self, phone: PhoneNo) -> bool {
        !self.stopped
            && self
                .phones
                .get(phone.index())
                .is_some_and(Phone::may_be_checked)
    }
}

/// The same facts, wherever tasks lie in memory.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        // Named one by one, so that a new field is not forgotten.
        let Self {
            settings,
            accounts,
            phones,
            lists,
            tasks,
            attempts,
            next_attempt,
            next_check,
            paused,
            stopped,
            paused_kinds,
            parked,
            ready_any,
            idle,
            loads,
            timers,
            scheduled,
            accepted,
            counts,
            misses,
            by_phone,
        } = self;
        let same_line = |no: AccountNo| {
            let ids = other.line(no).map(Task::id);
            self.line(no).map(Task::id).eq(ids)
        };
        *settings == other.settings
            && *accounts == other.accounts
            && *phones == other.phones
            && *lists == other.lists
            && *attempts == other.attempts
            && *next_attempt == other.next_attempt
            && *next_check == other.next_check
            && (*paused, *stopped) == (other.paused, other.stopped)
            && *paused_kinds == other.paused_kinds
            && *parked == other.parked
            && *ready_any == other.ready_any
            && *idle == other.idle
            && *loads == other.loads
            && *timers == other.timers
            && *accepted == other.accepted
            && *counts == other.counts
            && *misses == other.misses
            && *by_phone == other.by_phone
            && *tasks == other.tasks
            && self.accounts().all(|(no, _)| same_line(no))
            && scheduled.len() == other.scheduled.len()
            && (self.scheduled().map(Task::id)).eq(other.scheduled().map(Task::id))
    }
}

impl Eq for State {}
