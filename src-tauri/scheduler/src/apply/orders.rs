//! How records of the operator's orders change tasks, accounts and phones.

use crate::ids::{AccountNo, ListNo, PhoneNo};
use crate::input::NewTask;
use crate::planted::{Bug, planted};
use crate::record::TaskEnd;
use crate::state::{Account, AccountState, List, State, Task};

impl State {
    /// A task that had ended is at the tail of its line; its end does not count any more.
    pub(super) fn retried(
        &mut self,
        at: u64,
        (new, list, account): (&NewTask, Option<ListNo>, AccountNo),
        (seq, attempts, blocked): (u64, u16, bool),
        end: TaskEnd,
    ) {
        if account.index() >= self.accounts.len() {
            return;
        }
        let list = list.filter(|list| (list.0 as usize) < self.lists.len());
        let task = Task::again(new, list, account, (seq, attempts));
        let Some(slot) = self.tasks.insert(task) else {
            return;
        };
        self.uncount_end(list, end);
        self.counts.blocks += u64::from(blocked);
        self.accounts[account.index()].next_seq = seq + 1;
        self.enqueue(at, account, seq, slot);
    }

    fn uncount_end(&mut self, list: Option<ListNo>, end: TaskEnd) {
        let mut nowhere = List::default();
        let list = list.and_then(|list| self.lists.get_mut(list.0 as usize));
        let list = list.unwrap_or(&mut nowhere);
        let (of_all, of_list) = match end {
            TaskEnd::Completed => return,
            TaskEnd::Failed => (&mut self.counts.tasks_failed, &mut list.failed),
            TaskEnd::Cancelled => (&mut self.counts.tasks_cancelled, &mut list.cancelled),
            TaskEnd::Interrupted => (&mut self.counts.tasks_interrupted, &mut list.interrupted),
        };
        *of_all = of_all.saturating_sub(1);
        *of_list = of_list.saturating_sub(1);
    }

    /// The account is gone. What it did and owes stays with its number.
    pub(super) fn account_removed(&mut self, at: u64, account: AccountNo) {
        let Some(it) = self.accounts.get_mut(account.index()) else {
            return;
        };
        if it.removed {
            return;
        }
        it.removed = true;
        if let AccountState::Suspended { challenge } = it.state {
            it.suspend_next = Some(challenge);
        }
        self.counts.accounts -= 1;
        self.forget_visitor(account);
        self.forget_places(at, account);
        self.set_account_state(at, account, AccountState::Available);
    }

    /// What a removed account did and owes counts for its successor: removing an account and adding
    /// it again lifts no brake.
    pub(super) fn account_succeeded(&mut self, at: u64, account: AccountNo, before: AccountNo) {
        let Some(it) = self.accounts.get(before.index()) else {
            return;
        };
        let Account {
            acts,
            rate_limits_in_a_row,
            rests_until,
            suspend_next,
            ..
        } = it.clone();
        let Some(heir) = self.accounts.get_mut(account.index()) else {
            return;
        };
        heir.acts = acts;
        heir.rate_limits_in_a_row = rate_limits_in_a_row;
        heir.rests_until = rests_until.filter(|until| *until > at);
        if planted(Bug::HeirForgetsRest) {
            heir.rests_until = None;
        }
        let state = match (suspend_next, heir.rests_until) {
            (Some(true), _) => AccountState::Suspended { challenge: true },
            (_, Some(until)) => AccountState::Cooldown { until },
            (_, None) => AccountState::Available,
        };
        self.set_account_state(at, account, state);
    }

    /// Acts of the account of which only its history tells. What kept its head from starting may
    /// keep it longer now.
    pub(super) fn recalled(&mut self, at: u64, account: AccountNo, done: &[Vec<i64>; 3]) {
        if planted(Bug::HistoryForgotten) {
            return;
        }
        let under_way = self.accounts.get(account.index()).and_then(|it| {
            let AccountState::Running(attempt) = it.state else {
                return None;
            };
            let intent = self.attempts.get(&attempt)?.intent?;
            Some(intent.1.index())
        });
        self.change_account(at, account, |it| it.recalls(done, under_way));
        self.set_limit(at, account, None);
    }

    /// Nothing is known any more of the phones the account is signed in on.
    pub(super) fn forget_places(&mut self, at: u64, account: AccountNo) {
        let Some(it) = self.accounts.get(account.index()) else {
            return;
        };
        for phone in it.absent.clone() {
            if let Some(phone) = self.phones.get_mut(phone.index()) {
                phone.missed.remove(&account);
            }
        }
        self.change_account(at, account, |it| {
            it.absent.clear();
            it.present.clear();
        });
    }

    /// The operator may have signed an account in that was missed on the phone.
    pub(super) fn given_back(&mut self, at: u64, phone: PhoneNo) {
        self.change_phone(phone, |it| it.in_hand = false);
        self.forget_missed(at, phone);
    }

    /// Accounts that were missed on the phone are to be looked for there again.
    pub(super) fn forget_missed(&mut self, at: u64, phone: PhoneNo) {
        let Some(it) = self.phones.get_mut(phone.index()) else {
            return;
        };
        for account in std::mem::take(&mut it.missed) {
            self.change_account(at, account, |it| it.absent.retain(|at| *at != phone));
        }
    }
}
