//! Accepting tasks: all of them or none.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, btree_set};
use std::iter::Peekable;

use super::Decision;
use crate::effect::{Answer, Effect, Refusal};
use crate::ids::{AccountNo, ListNo};
use crate::input::NewTask;
use crate::policy::{Need, QUEUE_MAX, Settings};
use crate::record::Record;
use crate::state::{AccountState, State};
use crate::timeline::Now;

/// What the tasks before this one in the same input add to the accounts.
struct Added<'s> {
    /// Accounts by load, past those that were touched.
    untouched: Peekable<btree_set::Iter<'s, (u32, AccountNo)>>,
    /// Tasks added per account: in its line, and outside it.
    per_account: HashMap<AccountNo, (u32, u32)>,
    /// Loads of accounts that got a task of this input without naming them.
    loads: BinaryHeap<Reverse<(u32, AccountNo)>>,
}

pub(super) fn submit(
    state: &State,
    now: Now,
    list: Option<ListNo>,
    tasks: &[NewTask],
    out: &mut Decision,
) {
    let mut added = Added {
        untouched: state.loads.iter().peekable(),
        per_account: HashMap::new(),
        loads: BinaryHeap::new(),
    };
    let mut ids = HashSet::new();
    let mut accepted = Vec::with_capacity(tasks.len());
    let mut records = Vec::with_capacity(tasks.len());
    for (at, task) in tasks.iter().enumerate() {
        let fresh = ids.insert(task.task) && !state.tasks.contains(task.task);
        let account = match (fresh, added.choose(state, task)) {
            (false, _) => Err(Refusal::DuplicateTask),
            (true, account) => account,
        };
        match account.and_then(|account| added.accept(state, now, list, task, account)) {
            Ok((account, record)) => {
                accepted.push((task.task, account));
                records.push(record);
            }
            Err(why) => {
                out.effect(Effect::Answer(Answer::Refused { why, at: Some(at) }));
                return;
            }
        }
    }
    out.records.append(&mut records);
    out.effect(Effect::Answer(Answer::Accepted(accepted)));
}

impl Added<'_> {
    fn choose(&mut self, state: &State, task: &NewTask) -> Result<AccountNo, Refusal> {
        if let Some(account) = task.account {
            let known = account.index() < state.accounts.len();
            return known.then_some(account).ok_or(Refusal::UnknownAccount);
        }
        // The shortest line that this input has not touched, against the shortest it has. What was
        // touched once stays so: the first is found by going on, never from the start again.
        let touched = &self.per_account;
        while self
            .untouched
            .next_if(|(_, it)| touched.contains_key(it))
            .is_some()
        {}
        let untouched = self.untouched.peek().copied();
        let touched = loop {
            let Some(Reverse((load, account))) = self.loads.peek().copied() else {
                break None;
            };
            if load == self.load(state, account) {
                break Some((load, account));
            }
            self.loads.pop();
        };
        let chosen = match (untouched.copied(), touched) {
            (Some(one), Some(other)) => one.min(other),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return Err(Refusal::NoAccounts),
        };
        Ok(chosen.1)
    }

    fn load(&self, state: &State, account: AccountNo) -> u32 {
        let (line, outside) = self.per_account.get(&account).copied().unwrap_or_default();
        let base = state.accounts.get(account.index()).and_then(|it| it.load);
        base.unwrap_or(u32::MAX)
            .saturating_add(line)
            .saturating_add(outside)
    }

    fn accept(
        &mut self,
        state: &State,
        now: Now,
        list: Option<ListNo>,
        task: &NewTask,
        account: AccountNo,
    ) -> Result<(AccountNo, Record), Refusal> {
        let it = &state.accounts[account.index()];
        let (line, outside) = self.per_account.get(&account).copied().unwrap_or_default();
        let held = it.waiting() + (it.scheduled + line + outside) as usize;
        if held >= QUEUE_MAX {
            return Err(Refusal::QueueFull);
        }
        if never_fits(&state.settings, task.need) {
            return Err(Refusal::NeverFits);
        }
        let filled = NewTask {
            account: Some(account),
            ..task.clone()
        };
        let waits = task
            .not_before
            .is_some_and(|not_before| not_before > now.wall);
        let counts = if waits {
            (line, outside + 1)
        } else {
            (line + 1, outside)
        };
        self.per_account.insert(account, counts);
        if it.load.is_some() {
            self.loads
                .push(Reverse((self.load(state, account), account)));
        }
        if waits {
            return Ok((
                account,
                Record::Scheduled {
                    task: filled,
                    list,
                    account,
                },
            ));
        }
        let busy = it.state != AccountState::Available || it.waiting() > 0;
        let seq = it.next_seq + u64::from(line);
        let blocked = busy || line > 0;
        Ok((
            account,
            Record::Queued {
                task: filled,
                list,
                account,
                seq,
                blocked,
            },
        ))
    }
}

fn never_fits(settings: &Settings, need: Need) -> bool {
    settings
        .per_day
        .iter()
        .zip(need.0)
        .any(|(ceiling, need)| ceiling.is_some_and(|ceiling| u16::from(need) > ceiling))
}
