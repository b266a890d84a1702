//! A state taken apart into pieces that can be stored, and put together again.
//!
//! A snapshot is a [`Head`] and then [`Chunk`]s: accounts, lists, tasks, in this order. Two equal
//! states give the same snapshot. Only facts are stored: the sets and numbers a state keeps beside
//! them are made again by [`Restoring`], which refuses facts that contradict each other.
//!
//! The types serialise into any format of serde, also into those that do not describe themselves.
//! A chunk of accounts or lists borrows them; nothing but one chunk of tasks at a time is copied.
//!
//! ```
//! use signalbox_scheduler::*;
//!
//! let state = State::new(Settings::simulated());
//! let mut restoring = Restoring::new(state.snapshot_head())?;
//! for chunk in state.snapshot_chunks(4_096) {
//!     restoring.add(chunk)?;
//! }
//! assert_eq!(restoring.finish()?, state);
//! # Ok::<(), Damaged>(())
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountNo, AttemptNo, IdMap, PhoneNo};
use crate::planted::{Bug, planted};
use crate::policy::{Kind, Settings};
use crate::state::{
    Account, AccountState, Attempt, Counts, Line, List, Misses, Phase, Phone, State, Task, Timer,
};

/// Everything but accounts, lists and tasks, and how many of them there are. Small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    settings: Settings,
    phones: Vec<Phone>,
    /// In the order of their numbers.
    attempts: Vec<(AttemptNo, Attempt)>,
    next_attempt: u64,
    next_check: u64,
    paused: bool,
    stopped: bool,
    paused_kinds: BTreeSet<Kind>,
    accepted: u64,
    counts: Counts,
    misses: Misses,
    accounts: u32,
    lists: u32,
    tasks: u32,
}

/// Some of what there may be many of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Chunk<'s> {
    /// Accounts in the order of their numbers.
    Accounts(Cow<'s, [Account]>),
    /// Lists in the order of their numbers.
    Lists(Cow<'s, [List]>),
    /// Tasks: the lines of the accounts, then what is scheduled, then what runs.
    Tasks(Vec<Task>),
}

impl Chunk<'_> {
    /// The same, borrowing nothing.
    pub fn into_owned(self) -> Chunk<'static> {
        match self {
            Chunk::Accounts(accounts) => Chunk::Accounts(Cow::Owned(accounts.into_owned())),
            Chunk::Lists(lists) => Chunk::Lists(Cow::Owned(lists.into_owned())),
            Chunk::Tasks(tasks) => Chunk::Tasks(tasks),
        }
    }
}

/// A snapshot that no state can have given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged {
    /// What is wrong with it, as a clause.
    pub what: &'static str,
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The snapshot contradicts itself: {}.", self.what)
    }
}

impl std::error::Error for Damaged {}

/// Unless it holds, the snapshot is damaged.
fn check(holds: bool, what: &'static str) -> Result<(), Damaged> {
    if holds { Ok(()) } else { Err(Damaged { what }) }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl State {
    /// The first piece of a snapshot.
    pub fn snapshot_head(&self) -> Head {
        let mut attempts: Vec<_> = self.attempts().map(|(no, it)| (no, *it)).collect();
        attempts.sort_unstable_by_key(|(no, _)| *no);
        if planted(Bug::SnapshotForgetsDoubt) {
            for (_, attempt) in &mut attempts {
                attempt.doubt = None;
            }
        }
        Head {
            settings: self.settings.clone(),
            phones: self.phones.iter().map(Phone::without_sets).collect(),
            attempts,
            next_attempt: self.next_attempt,
            next_check: self.next_check,
            paused: self.paused,
            stopped: self.stopped,
            paused_kinds: self.paused_kinds.clone(),
            accepted: self.accepted,
            counts: self.counts,
            misses: self.misses.clone(),
            accounts: number(self.accounts.len()),
            lists: number(self.lists.len()),
            tasks: number(self.tasks.len()),
        }
    }

    /// The other pieces in their order, of at most so many accounts, lists or tasks each.
    pub fn snapshot_chunks(&self, most: usize) -> impl Iterator<Item = Chunk<'_>> {
        let most = most.max(1);
        let accounts = self.accounts.chunks(most).map(|accounts| {
            if planted(Bug::SnapshotForgetsCooldown) {
                let mut accounts = accounts.to_vec();
                for account in &mut accounts {
                    account.rests_until = None;
                }
                return Chunk::Accounts(Cow::Owned(accounts));
            }
            Chunk::Accounts(Cow::Borrowed(accounts))
        });
        let lists = self.lists.chunks(most);
        let lists = lists.map(|lists| Chunk::Lists(Cow::Borrowed(lists)));
        let mut tasks = self.tasks_in_order();
        let tasks = std::iter::from_fn(move || {
            let chunk: Vec<Task> = tasks.by_ref().take(most).copied().collect();
            (!chunk.is_empty()).then_some(Chunk::Tasks(chunk))
        });
        accounts.chain(lists).chain(tasks)
    }

    fn tasks_in_order(&self) -> impl Iterator<Item = &Task> {
        let waiting = self.accounts().flat_map(|(no, _)| self.line(no));
        let mut running: Vec<(AttemptNo, &Task)> = self
            .attempts()
            .filter_map(|(no, attempt)| Some((no, self.tasks.get(attempt.task)?)))
            .filter(|(no, task)| task.phase == Phase::Running(*no))
            .collect();
        running.sort_unstable_by_key(|(no, _)| *no);
        let running = running.into_iter().map(|(_, task)| task);
        waiting.chain(self.scheduled()).chain(running)
    }
}

/// A state that is being put together from a snapshot.
#[derive(Debug)]
pub struct Restoring {
    state: State,
    accounts: usize,
    lists: usize,
    tasks: usize,
    /// What the head says; the state's own are counted again.
    counts: Counts,
}

impl Restoring {
    /// Begins with the first piece.
    ///
    /// # Errors
    /// Attempts and phones contradict each other.
    pub fn new(head: Head) -> Result<Self, Damaged> {
        let mut state = State::new(head.settings);
        state.phones = head.phones;
        (state.next_attempt, state.next_check) = (head.next_attempt, head.next_check);
        (state.paused, state.stopped) = (head.paused, head.stopped);
        state.paused_kinds = head.paused_kinds;
        (state.accepted, state.misses) = (head.accepted, head.misses);
        for (no, attempt) in head.attempts {
            let leased = state.phones.get(attempt.phone.index());
            let leased = leased.is_some_and(|phone| phone.lease == Some(no));
            check(leased, "an attempt does not hold its phone")?;
            check(no.0 < state.next_attempt, "an attempt is not yet begun")?;
            let checked = attempt.doubt.and_then(|doubt| doubt.check);
            let checked = checked.is_none_or(|check| check.0 < state.next_check);
            check(checked, "a check is not yet ordered")?;
            if let Some(again_at) = attempt.doubt.and_then(|doubt| doubt.again_at) {
                state.timers.insert((again_at, Timer::Check(attempt.phone)));
            }
            let before = state.attempts.insert(no, attempt);
            check(before.is_none(), "an attempt is told twice")?;
        }
        for (no, phone) in (0u32..).map(PhoneNo).zip(&mut state.phones) {
            let held = phone
                .lease
                .is_none_or(|it| state.attempts.contains_key(&it));
            check(held, "a phone is held by no attempt")?;
            phone.forget_sets();
            if let Some(breaker) = phone.breaker {
                let ordered = breaker.check.is_none_or(|it| it.0 < state.next_check);
                check(ordered, "a health check is not yet ordered")?;
                let due = breaker.again_at.map(|at| (at, Timer::Health(no)));
                state.timers.extend(due);
            }
            if let Some(visit) = phone.visit {
                let ordered = visit.check.is_none_or(|it| it.0 < state.next_check);
                check(ordered, "a visit is not yet ordered")?;
                let due = visit.again_at.map(|at| (at, Timer::Visit(no)));
                state.timers.extend(due);
            }
            if phone.is_idle() {
                state.idle.insert(no);
            }
        }
        let (accounts, lists) = (head.accounts as usize, head.lists as usize);
        let tasks = head.tasks as usize;
        state.accounts.reserve_exact(accounts.min(RESERVED_MAX));
        state.lists.reserve_exact(lists.min(RESERVED_MAX));
        state.tasks.reserve(tasks.min(RESERVED_MAX));
        Ok(Self {
            state,
            accounts,
            lists,
            tasks,
            counts: head.counts,
        })
    }

    /// Adds the next piece.
    ///
    /// # Errors
    /// It contradicts what came before.
    pub fn add(&mut self, chunk: Chunk<'_>) -> Result<(), Damaged> {
        match chunk {
            Chunk::Accounts(Cow::Owned(accounts)) => {
                accounts.into_iter().try_for_each(|it| self.account(it))
            }
            Chunk::Accounts(Cow::Borrowed(accounts)) => {
                accounts.iter().try_for_each(|it| self.account(it.clone()))
            }
            Chunk::Lists(lists) => {
                self.state.lists.extend_from_slice(&lists);
                check(self.state.lists.len() <= self.lists, "there are more lists")
            }
            Chunk::Tasks(tasks) => tasks.into_iter().try_for_each(|it| self.task(it)),
        }
    }

    fn account(&mut self, mut account: Account) -> Result<(), Damaged> {
        let state = &mut self.state;
        check(
            state.accounts.len() < self.accounts,
            "there are more accounts",
        )?;
        let no = AccountNo(number(state.accounts.len()));
        account.line = Line::default();
        (account.scheduled, account.ready) = (0, None);
        (account.parked, account.load) = (None, None);
        if account.by_phone {
            state.by_phone.insert(no);
        }
        if let AccountState::Running(attempt) = account.state {
            let attempt = state.attempts.get(&attempt);
            let held = attempt.is_some_and(|it| it.account == Some(no));
            check(held, "an account is held by no attempt")?;
        }
        if let AccountState::Cooldown { until } = account.state {
            let rests = account.rests_until == Some(until);
            check(rests, "an account in cooldown does not rest")?;
            state.timers.insert((until, Timer::Cooldown(no)));
        }
        let timers = [
            account.retry_at.map(|at| (at, Timer::Retry(no))),
            account.limited_until.map(|at| (at, Timer::Limit(no))),
        ];
        state.timers.extend(timers.into_iter().flatten());
        if let Some(count) = state.count_of(account.state) {
            *count += 1;
        }
        for phone in &account.absent {
            let phone = state.phones.get_mut(phone.index());
            let phone = phone.ok_or(Damaged {
                what: "an account is missing on a phone there is not",
            })?;
            phone.missed.insert(no);
        }
        state.counts.tasks_completed += account.completed;
        state.counts.accounts += u64::from(!account.removed);
        state.accounts.push(account);
        Ok(())
    }

    fn task(&mut self, task: Task) -> Result<(), Damaged> {
        let state = &mut self.state;
        let whole = state.accounts.len() == self.accounts && state.lists.len() == self.lists;
        check(whole, "accounts or lists are missing")?;
        check(state.tasks.len() < self.tasks, "there are more tasks")?;
        let list = task.list().is_none_or(|it| (it.0 as usize) < self.lists);
        check(list, "a task is of a list there is not")?;
        let Some(account) = state.accounts.get_mut(task.account.index()) else {
            return check(false, "a task is of an account there is not");
        };
        let slot = state.tasks.insert(task).ok_or(Damaged {
            what: "a task is told twice",
        })?;
        match task.phase {
            Phase::Waiting => {
                let last = account.line.0.back().map(|it| state.tasks.seq_at(*it));
                let follows = last.is_none_or(|last| last < task.seq);
                check(
                    follows && task.seq < account.next_seq,
                    "a line is in disorder",
                )?;
                account.line.0.push_back(slot);
                state.counts.tasks_waiting += 1;
                state.counts.accounts_waiting += u64::from(last.is_none());
            }
            Phase::Scheduled { not_before } => {
                check(task.seq <= state.accepted, "a task is not yet accepted")?;
                account.scheduled += 1;
                state.scheduled.insert((not_before, task.seq, slot));
                state.counts.tasks_scheduled += 1;
            }
            Phase::Running(attempt) => {
                let holds = account.state == AccountState::Running(attempt);
                let runs = state.attempts.get(&attempt).map(|it| it.task);
                let runs = holds && runs == Some(task.id());
                check(runs, "a task runs without an attempt")?;
                state.counts.tasks_running += 1;
            }
        }
        Ok(())
    }

    /// The state, once all pieces are there.
    ///
    /// # Errors
    /// Pieces are missing, or contradict each other.
    pub fn finish(self) -> Result<State, Damaged> {
        let Self { mut state, .. } = self;
        check(
            state.accounts.len() == self.accounts,
            "accounts are missing",
        )?;
        check(state.lists.len() == self.lists, "lists are missing")?;
        check(state.tasks.len() == self.tasks, "tasks are missing")?;
        // What ended is in nothing that is stored but the numbers themselves.
        let counted = Counts {
            blocks: self.counts.blocks,
            tasks_failed: self.counts.tasks_failed,
            tasks_cancelled: self.counts.tasks_cancelled,
            tasks_interrupted: self.counts.tasks_interrupted,
            breaker_trips: self.counts.breaker_trips,
            checks: self.counts.checks,
            ..state.counts
        };
        check(
            counted == self.counts,
            "the numbers are not those of its tasks",
        )?;
        state.counts = self.counts;
        for account in (0..number(state.accounts.len())).map(AccountNo) {
            let kept = state.account(account).and_then(|it| it.head_since);
            let since = kept.map_or(0, |(_, since)| since);
            state.refresh(since, account);
            let made = state.account(account).and_then(|it| it.head_since);
            check(kept == made, "an account's head is another")?;
        }
        held(&state)?;
        Ok(state)
    }
}

/// What is reserved at once on the word of a head, which may be damaged.
const RESERVED_MAX: usize = 1 << 22;

/// Everything an attempt holds knows of it.
fn held(state: &State) -> Result<(), Damaged> {
    let attempts: &IdMap<AttemptNo, Attempt> = &state.attempts;
    for (no, attempt) in attempts {
        let Some(account) = attempt.account else {
            continue;
        };
        let account = state.account(account).map(|it| it.state);
        let task = state.task(attempt.task).map(|it| it.phase);
        let both = (account, task) == (Some(AccountState::Running(*no)), Some(Phase::Running(*no)));
        check(both, "an attempt does not hold its account or task")?;
    }
    Ok(())
}
