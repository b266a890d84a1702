//! What operators order, and what it forbids.

use signalbox_scheduler::record::By;
use signalbox_scheduler::{AccountNo, AttemptNo, Ending, PhoneNo, Record, Scope, TaskEnd, TaskId};

use super::{Act, Checked, Script, Why, Witness, keep, script};

impl Witness {
    /// Whether a comment of the task is really there.
    pub fn commented(&self, scripts: &[Script], task: TaskId) -> bool {
        let own = self.attempts.values().filter(|it| it.task == task);
        let bits = own.fold(0, |bits, it| bits | it.landed);
        comments(scripts, task) & bits != 0
    }

    /// The task ended: whether a comment of an attempt may be there, and no later one found it.
    pub(super) fn is_unknown(&self, scripts: &[Script], task: TaskId) -> bool {
        let own = self.attempts.values().filter(|it| it.task == task);
        let (open, found) = own.fold((0, 0), |(open, found), it| {
            (
                open | it.intended & !it.acted,
                found | it.acted & !it.intended,
            )
        });
        open & !found & comments(scripts, task) != 0
    }

    /// A released attempt may tell, after the end of its task, what nobody knew then.
    pub(super) fn known_after_all(&mut self, scripts: &[Script], attempt: AttemptNo) {
        let Some(task) = self.attempts.get(&attempt).map(|it| it.task) else {
            return;
        };
        let unknown = self.is_unknown(scripts, task);
        if let Some(task) = self.tasks.get_mut(&task) {
            task.unknown &= unknown;
        }
    }

    pub(super) fn retried(&mut self, id: TaskId, account: AccountNo, end: TaskEnd) -> Checked {
        let task = self.tasks.entry(id).or_default();
        let before = task.end.take();
        keep(before == Some(end), "P5", || {
            format!("{id:?} is tried again after {end:?}, it had ended as {before:?}")
        })?;
        keep(!task.unknown, "unknown", || {
            format!("{id:?} is tried again, and a comment of it may be there")
        })?;
        // The record is the mark.
        task.mark = Some(Why::Yielded);
        (task.interrupted, task.interruptions) = (false, 0);
        (task.delay, task.cancelled) = (None, false);
        self.accounts[account.0 as usize].line.push(id);
        Ok(())
    }

    /// An attempt came to a safe point while an operator holds its phone: then its account is held.
    pub(super) fn yields_in_hand(&self, attempt: AttemptNo, ending: Ending) -> Checked {
        let seen = self.attempts.get(&attempt);
        let in_hand = seen.is_some_and(|seen| {
            let open = seen.intended & !seen.acted;
            self.phones[seen.phone as usize].in_hand && open == 0
        });
        keep(ending != Ending::Yielded || !in_hand, "hand", || {
            format!("{attempt:?} frees its account while its phone is in hand")
        })
    }

    pub(super) fn checks_in_hand(&self, attempt: AttemptNo) -> Checked {
        let seen = self.attempts.get(&attempt);
        let in_hand = seen.is_some_and(|seen| self.phones[seen.phone as usize].in_hand);
        keep(!in_hand, "hand", || {
            format!("{attempt:?} is asked after while its phone is in hand")
        })
    }

    /// A new number of an account that was removed: all that is owed is still owed.
    fn succeeded(&mut self, account: AccountNo, before: AccountNo) {
        let old = self.accounts[before.0 as usize].clone();
        let heir = &mut self.accounts[account.0 as usize];
        (heir.in_a_row, heir.rest) = (old.in_a_row, old.rest);
        (heir.acts, heir.last_act) = (old.acts, old.last_act);
        (heir.suspended, heir.challenged) = (old.challenged, old.challenged);
    }

    /// Another program worked for the account. The core's own time may run behind what can be
    /// known, so that these acts are over for the witness first; of those from before policy time
    /// it cannot say when they are.
    fn recalled(&mut self, account: AccountNo, acts: &[Vec<i64>; 3]) {
        let it = &mut self.accounts[account.0 as usize];
        for (seen, times) in it.acts.iter_mut().zip(acts) {
            for time in times.iter().filter_map(|time| u64::try_from(*time).ok()) {
                seen.push_back(time);
                it.last_act = it.last_act.max(Some(time));
            }
        }
    }

    /// What the operator's orders allow and forbid.
    pub(super) fn order(&mut self, record: &Record) {
        match *record {
            Record::CooldownEnded {
                account,
                by: By::Operator,
            } => self.accounts[account.0 as usize].rest = None,
            Record::Suspended { account, challenge } => {
                let it = &mut self.accounts[account.0 as usize];
                it.suspended = true;
                it.challenged |= challenge;
            }
            Record::Unsuspended { account } => {
                let it = &mut self.accounts[account.0 as usize];
                (it.suspended, it.challenged) = (false, false);
            }
            Record::AccountSucceeded { account, before } => self.succeeded(account, before),
            Record::Recalled { account, ref acts } => self.recalled(account, acts),
            Record::Resolved { task, .. } => {
                for seen in self.attempts.values_mut().filter(|it| it.task == task) {
                    seen.acted |= seen.intended;
                }
                if let Some(task) = self.tasks.get_mut(&task) {
                    task.unknown = false;
                }
            }
            Record::TakenInHand { phone } => self.set_in_hand(phone, true),
            Record::GivenBack { phone } => self.set_in_hand(phone, false),
            Record::Paused(scope) => self.set_paused(scope, true),
            Record::Resumed(scope) => self.set_paused(scope, false),
            Record::Stopped(scope) => self.set_stopped(scope, true),
            Record::Unstopped(scope) => self.set_stopped(scope, false),
            _ => {}
        }
    }

    fn set_in_hand(&mut self, phone: PhoneNo, in_hand: bool) {
        self.phones[phone.0 as usize].in_hand = in_hand;
    }

    fn set_paused(&mut self, scope: Scope, paused: bool) {
        match scope {
            Scope::All => self.paused = paused,
            Scope::Account(account) => self.accounts[account.0 as usize].paused = paused,
            Scope::Phone(phone) => self.phones[phone.0 as usize].paused = paused,
            Scope::Kind(kind) if paused => drop(self.paused_kinds.insert(kind)),
            Scope::Kind(kind) => drop(self.paused_kinds.remove(&kind)),
            Scope::List(list) if paused => drop(self.paused_lists.insert(list)),
            Scope::List(list) => drop(self.paused_lists.remove(&list)),
        }
    }

    fn set_stopped(&mut self, scope: Scope, stopped: bool) {
        match scope {
            Scope::All => self.stopped = stopped,
            Scope::Phone(phone) => self.phones[phone.0 as usize].stopped = stopped,
            Scope::Account(_) | Scope::Kind(_) | Scope::List(_) => {}
        }
    }

    /// The task's kind or its list is paused.
    pub(super) fn is_parked(&self, task: TaskId) -> bool {
        self.tasks.get(&task).is_some_and(|task| {
            let of_kind = task.kind.is_some_and(|it| self.paused_kinds.contains(&it));
            of_kind || task.list.is_some_and(|it| self.paused_lists.contains(&it))
        })
    }
}

/// The steps of a task that comment, by bits.
fn comments(scripts: &[Script], task: TaskId) -> u8 {
    let Some(script) = script::of(scripts, task) else {
        return 0;
    };
    let is_one = |step: &u16| {
        let step = script.step(*step);
        step.is_some_and(|step| step.act == Some(Act::Comment))
    };
    (0..script.length)
        .filter(is_one)
        .fold(0, |bits, step| bits | 1 << step)
}
