//! Accepting tasks: all of them or none.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, btree_set};
use std::iter::Peekable;
use std::ops::Range;

use super::Decision;
use crate::effect::{Answer, Effect, Refusal};
use crate::ids::{AccountNo, IdMap, IdSet, ListNo, PhoneNo, TaskId};
use crate::input::NewTask;
use crate::policy::QUEUE_MAX;
use crate::record::Record;
use crate::state::{Account, AccountState, State};
use crate::timeline::Now;

pub(super) fn submit(
    state: &State,
    now: Now,
    list: Option<ListNo>,
    tasks: &[NewTask],
    out: &mut Decision,
) {
    out.records.reserve(tasks.len());
    Batch::new(state, now, list, 0).accept_all(tasks, out);
}

pub(super) fn import(
    state: &State,
    now: Now,
    (phones, accounts): (u16, &[Option<PhoneNo>]),
    tasks: &[NewTask],
    out: &mut Decision,
) {
    let known = state.phones.len() + usize::from(phones);
    let unknown = |bound: &Option<PhoneNo>| bound.is_some_and(|phone| phone.index() >= known);
    if accounts.iter().any(unknown) {
        return out.refuse(Refusal::UnknownPhone);
    }
    let further = usize::from(phones) + accounts.len() + 1;
    out.records.reserve(further.saturating_add(tasks.len()));
    for _ in 0..phones {
        out.record(Record::PhoneAdded);
    }
    for bound in accounts {
        out.record(Record::AccountAdded { bound: *bound });
    }
    out.record(Record::ListAdded);
    let list = ListNo(u32::try_from(state.lists.len()).unwrap_or(u32::MAX));
    Batch::new(state, now, Some(list), accounts.len()).accept_all(tasks, out);
}

/// Tasks of one input, and what those before each add to the accounts.
struct Batch<'s> {
    state: &'s State,
    now: Now,
    list: Option<ListNo>,
    /// Accounts there are, those of the same input among them.
    accounts: usize,
    ids: IdSet<TaskId>,
    /// Known accounts by load, past those that were touched.
    untouched: Peekable<btree_set::Iter<'s, (u32, AccountNo)>>,
    /// Accounts of the same input, past those that were touched.
    fresh: Peekable<Range<u32>>,
    /// Tasks added per account: in its line, and outside it.
    per_account: IdMap<AccountNo, (u32, u32)>,
    /// Loads of accounts that got a task of this input.
    loads: BinaryHeap<Reverse<(u32, AccountNo)>>,
}

impl<'s> Batch<'s> {
    fn new(state: &'s State, now: Now, list: Option<ListNo>, fresh: usize) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let known = state.accounts.len();
        let accounts = known.saturating_add(fresh);
        Self {
            state,
            now,
            list,
            accounts,
            ids: IdSet::default(),
            untouched: state.loads.iter().peekable(),
            fresh: (number(known)..number(accounts)).peekable(),
            per_account: IdMap::default(),
            loads: BinaryHeap::new(),
        }
    }

    fn accept_all(mut self, tasks: &[NewTask], out: &mut Decision) {
        let mut accepted = Vec::with_capacity(tasks.len());
        for (at, task) in tasks.iter().enumerate() {
            // What the last one adds nobody asks for: one task alone needs none of the sets.
            let is_last = at + 1 == tasks.len();
            match self.accept(task, is_last) {
                Ok((account, record)) => {
                    accepted.push((task.task, account));
                    out.record(record);
                }
                Err(why) => {
                    out.records.clear();
                    out.effect(Effect::Answer(Answer::Refused { why, at: Some(at) }));
                    return;
                }
            }
        }
        out.effect(Effect::Answer(Answer::Accepted(accepted)));
    }

    fn accept(&mut self, task: &NewTask, is_last: bool) -> Result<(AccountNo, Record), Refusal> {
        if self.ids.contains(&task.task) || self.state.tasks.contains(task.task) {
            return Err(Refusal::DuplicateTask);
        }
        let account = self.choose(task)?;
        // An account of the same input has nothing yet.
        let it = self.state.accounts.get(account.index());
        let (line, outside) = self.added(account);
        let before = it.map_or(0, |it| it.waiting() + it.scheduled as usize);
        if before + (line + outside) as usize >= QUEUE_MAX {
            return Err(Refusal::QueueFull);
        }
        // An account of the same input keeps no limits of its own yet.
        let settings = &self.state.settings;
        let never = match it {
            Some(it) => it.never_fits(settings, task.need),
            None => Account::new(None).never_fits(settings, task.need),
        };
        if never {
            return Err(Refusal::NeverFits);
        }
        let waits = task.not_before.is_some_and(|time| time > self.now.wall);
        if !is_last {
            self.ids.insert(task.task);
            let counts = (line + u32::from(!waits), outside + u32::from(waits));
            self.per_account.insert(account, counts);
            if let Some(load) = self.load(account) {
                self.loads.push(Reverse((load, account)));
            }
        }
        let (list, task) = (self.list, filled(task, account));
        let record = if waits {
            Record::Scheduled {
                task,
                list,
                account,
            }
        } else {
            let busy = |it: &Account| it.state != AccountState::Available || it.waiting() > 0;
            Record::Queued {
                task,
                list,
                account,
                seq: it.map_or(0, |it| it.next_seq) + u64::from(line),
                blocked: it.is_some_and(busy) || line > 0,
            }
        };
        Ok((account, record))
    }

    fn choose(&mut self, task: &NewTask) -> Result<AccountNo, Refusal> {
        if let Some(account) = task.account {
            let was_removed = |it: &Account| it.removed;
            let it = self.state.accounts.get(account.index());
            let known = account.index() < self.accounts && !it.is_some_and(was_removed);
            return known.then_some(account).ok_or(Refusal::UnknownAccount);
        }
        // The shortest line that this input has not touched, against the shortest it has. What was
        // touched once stays so: the first is found by going on, never from the start again.
        let touched = &self.per_account;
        let was_touched = |it: &AccountNo| touched.contains_key(it);
        while self.untouched.next_if(|(_, it)| was_touched(it)).is_some() {}
        while self
            .fresh
            .next_if(|it| was_touched(&AccountNo(*it)))
            .is_some()
        {}
        let untouched = self.untouched.peek().map(|it| **it);
        let fresh = self.fresh.peek().map(|it| (0, AccountNo(*it)));
        let touched = loop {
            let Some(Reverse((load, account))) = self.loads.peek().copied() else {
                break None;
            };
            if Some(load) == self.load(account) {
                break Some((load, account));
            }
            self.loads.pop();
        };
        let shortest = untouched.into_iter().chain(fresh).chain(touched).min();
        let chosen = shortest.map(|(_, account)| account);
        chosen.ok_or(Refusal::NoAccounts)
    }

    /// What was added to an account: in its line, and outside it.
    fn added(&self, account: AccountNo) -> (u32, u32) {
        self.per_account.get(&account).copied().unwrap_or_default()
    }

    /// Tasks an account has by now; `None` while it is not to be chosen.
    fn load(&self, account: AccountNo) -> Option<u32> {
        let before = match self.state.accounts.get(account.index()) {
            Some(it) => it.load?,
            None => 0,
        };
        let (line, outside) = self.added(account);
        Some(before.saturating_add(line).saturating_add(outside))
    }
}

fn filled(task: &NewTask, account: AccountNo) -> NewTask {
    NewTask {
        account: Some(account),
        ..task.clone()
    }
}
