//! What records say, kept a second time: when accounts acted, how tasks ended, what was blocked.

use std::collections::HashMap;

use signalbox_scheduler::state::Phase;
use signalbox_scheduler::*;

/// A day (written a second time on purpose).
const DAY_MS: i64 = 86_400_000;

fn signed(at: u64) -> i64 {
    i64::try_from(at).unwrap()
}

/// Who an attempt is for, and the act it is about to do.
#[derive(Clone, Copy)]
struct Lease {
    account: AccountNo,
    intent: Option<(u16, Act)>,
}

fn word(end: TaskEnd) -> &'static str {
    match end {
        TaskEnd::Completed => "completed",
        TaskEnd::Failed => "failed",
        TaskEnd::Cancelled => "cancelled",
        TaskEnd::Interrupted => "interrupted",
    }
}

#[derive(Default)]
pub struct Books {
    /// The latest moment each act can have been at, by account.
    acts: HashMap<AccountNo, Vec<(Act, i64)>>,
    leases: HashMap<AttemptNo, Lease>,
    blocks: u64,
    checks: u64,
    trips: u64,
    ends: HashMap<&'static str, u64>,
}

impl Books {
    /// One record, with the state before it.
    pub fn note(&mut self, before: &State, at: u64, record: &Record) {
        match *record {
            Record::Queued { account, .. } => self.joins(before, account),
            Record::Joined { task, .. } => {
                let account = before.task(task).map(|task| task.account);
                self.joins(before, account.expect("a scheduled task"));
            }
            Record::Started {
                attempt, account, ..
            } => {
                let intent = None;
                self.leases.insert(attempt, Lease { account, intent });
            }
            Record::Left { .. } => self.checks += 1,
            Record::Tripped { .. } => self.trips += 1,
            Record::Intended { attempt, step, act } => {
                self.checks += 1;
                let lease = self.leases.get_mut(&attempt).expect("a lease");
                lease.intent = Some((step, act));
                let acts = self.acts.entry(lease.account).or_default();
                acts.push((act, signed(at)));
            }
            Record::Acted {
                attempt,
                step,
                act: Some(act),
                done,
                ..
            } => self.acted(at, attempt, (step, act), done),
            Record::Ended { attempt, .. }
            | Record::Quieted { attempt }
            | Record::Released { attempt } => {
                if let Some(lease) = self.leases.remove(&attempt)
                    && let Some((_, act)) = lease.intent
                {
                    self.moved(at, lease.account, act);
                }
            }
            Record::TaskEnded { end, .. } => *self.ends.entry(word(end)).or_default() += 1,
            Record::Retried { end, blocked, .. } => {
                // One that only ends in another way is not kept from starting.
                self.blocks += u64::from(blocked);
                *self.ends.entry(word(end)).or_default() -= 1;
            }
            Record::AccountSucceeded { account, before } => {
                let acts = self.acts.get(&before).cloned().unwrap_or_default();
                self.acts.insert(account, acts);
            }
            Record::Recalled { account, ref acts } => self.recalls(account, acts),
            _ => {}
        }
    }

    /// Acts of another program. What is under way comes after them.
    fn recalls(&mut self, account: AccountNo, done: &[Vec<i64>; 3]) {
        for (act, times) in Act::ALL.into_iter().zip(done) {
            let newest = times.iter().max();
            let open = self.leases.values().any(|lease| {
                lease.account == account && lease.intent.is_some_and(|(_, it)| it == act)
            });
            let acts = self.acts.entry(account).or_default();
            if let (true, Some(newest)) = (open, newest) {
                let last = acts.iter_mut().rfind(|(other, _)| *other == act);
                let last = last.expect("an intended act");
                last.1 = last.1.max(*newest);
            }
            let known = std::mem::take(acts);
            acts.extend(times.iter().map(|time| (act, *time)));
            acts.extend(known);
        }
    }

    /// DESIGN §4: one more where a task enters its line and cannot start because its account is
    /// running, held, cooling, suspended, or has tasks before it.
    fn joins(&mut self, before: &State, account: AccountNo) {
        let free = before
            .account(account)
            .is_none_or(|it| it.state == AccountState::Available);
        let line = before.line(account).count();
        self.blocks += u64::from(!free || line > 0);
    }

    fn acted(&mut self, at: u64, attempt: AttemptNo, intent: (u16, Act), done: bool) {
        let Some(lease) = self.leases.get_mut(&attempt) else {
            return;
        };
        if lease.intent != Some(intent) {
            return;
        }
        lease.intent = None;
        let account = lease.account;
        if done {
            return self.moved(at, account, intent.1);
        }
        let acts = self.acts.entry(account).or_default();
        let last = acts.iter().rposition(|(act, _)| *act == intent.1);
        acts.remove(last.expect("an intended act"));
    }

    fn moved(&mut self, at: u64, account: AccountNo, act: Act) {
        let acts = self.acts.entry(account).or_default();
        let last = acts.iter_mut().rfind(|(other, _)| *other == act);
        last.expect("an intended act").1 = signed(at);
    }

    /// Whether all of the need fits under the ceilings: DESIGN §4, the brakes.
    pub fn has_room(&self, state: &State, account: AccountNo, need: Need, at: u64) -> bool {
        let limits = state.account(account).and_then(|it| it.limits.as_ref());
        Act::ALL.into_iter().all(|act| {
            let place = act.index();
            let of_all = state.settings.per_day[place];
            let own = limits.and_then(|limits| limits.per_day[place]);
            let Some(ceiling) = of_all.into_iter().chain(own).min() else {
                return true;
            };
            let lately = |(other, time): &&(Act, i64)| *other == act && time + DAY_MS > signed(at);
            let acts = self.acts.get(&account);
            let used = acts.map_or(0, |acts| acts.iter().filter(lately).count());
            need.0[place] == 0 || used + usize::from(need.0[place]) <= usize::from(ceiling)
        })
    }

    /// Every number that is kept, counted from the tasks, the accounts and what was noted.
    pub fn recount(&self, state: &State) -> Counts {
        let ended = |word: &str| self.ends.get(word).copied().unwrap_or(0);
        let mut counts = Counts {
            blocks: self.blocks,
            checks: self.checks,
            breaker_trips: self.trips,
            tasks_completed: ended("completed"),
            tasks_failed: ended("failed"),
            tasks_cancelled: ended("cancelled"),
            tasks_interrupted: ended("interrupted"),
            ..Counts::default()
        };
        let mut waits = std::collections::HashSet::new();
        for (_, task) in state.tasks() {
            match task.phase {
                Phase::Scheduled { .. } => counts.tasks_scheduled += 1,
                Phase::Waiting => {
                    counts.tasks_waiting += 1;
                    waits.insert(task.account);
                }
                Phase::Running(_) => counts.tasks_running += 1,
            }
        }
        counts.accounts_waiting = waits.len() as u64;
        for (_, account) in state.accounts() {
            counts.accounts += u64::from(!account.removed);
            match account.state {
                AccountState::Available => {}
                AccountState::Running(_) => counts.accounts_running += 1,
                AccountState::Cooldown { .. } => counts.accounts_cooldown += 1,
                AccountState::Suspended { .. } => counts.accounts_suspended += 1,
            }
        }
        counts
    }
}
