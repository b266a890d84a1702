//! How records change phones and accounts.

use std::collections::BTreeSet;

use crate::ids::{AccountNo, PhoneNo};
use crate::input::Scope;
use crate::policy::Limits;
use crate::state::{Account, AccountState, Phone, State, Timer};

impl State {
    pub(super) fn engine_started(&mut self) {
        for phone in 0..self.phones.len() {
            let phone = PhoneNo(u32::try_from(phone).unwrap_or(u32::MAX));
            self.forget_check(phone);
            self.forget_health(phone);
            self.forget_visit(phone);
            self.change_phone(phone, |it| (it.present, it.ready) = (false, false));
        }
    }

    pub(super) fn phone_added(&mut self, at: u64) {
        // Accounts missed elsewhere stand in each candidate's own set: the new phone is one.
        let missed = self
            .phones
            .iter()
            .flat_map(|phone| phone.missed.iter().copied());
        let missed: BTreeSet<AccountNo> = missed.chain(self.by_phone.iter().copied()).collect();
        for account in &missed {
            self.unready(*account);
        }
        self.phones.push(Phone::default());
        for account in missed {
            self.refresh(at, account);
        }
    }

    pub(super) fn phone_seen(&mut self, at: u64, phone: PhoneNo) {
        self.change_phone(phone, |it| it.present = true);
        self.plan_health(at, phone);
        self.plan_visit(at, phone);
        // Somebody may have signed an account in while the phone was away.
        self.forget_missed(at, phone);
    }

    pub(super) fn signed_in(&mut self, at: u64, account: AccountNo, phone: PhoneNo) {
        if let Some(it) = self.phones.get_mut(phone.index()) {
            it.missed.remove(&account);
        }
        self.change_account(at, account, |it| {
            it.absent.retain(|at| *at != phone);
            if !it.present.contains(&phone) {
                it.present.push(phone);
            }
        });
    }

    pub(super) fn not_on_phone(&mut self, at: u64, account: AccountNo, phone: PhoneNo) {
        if let Some(it) = self.phones.get_mut(phone.index()) {
            it.missed.insert(account);
        }
        self.change_account(at, account, |it| {
            it.present.retain(|at| *at != phone);
            if !it.absent.contains(&phone) {
                it.absent.push(phone);
            }
        });
    }

    pub(super) fn account_added(&mut self, bound: Option<PhoneNo>) {
        let account = AccountNo(u32::try_from(self.accounts.len()).unwrap_or(u32::MAX));
        self.accounts.push(Account::new(bound));
        self.counts.accounts += 1;
        self.reload(account);
    }

    pub(super) fn change_phone(&mut self, phone: PhoneNo, change: impl FnOnce(&mut Phone)) {
        let Some(it) = self.phones.get_mut(phone.index()) else {
            return;
        };
        change(it);
        if it.is_idle() {
            self.idle.insert(phone);
        } else {
            self.idle.remove(&phone);
        }
    }

    pub(super) fn change_account(
        &mut self,
        at: u64,
        account: AccountNo,
        change: impl FnOnce(&mut Account),
    ) {
        if account.index() >= self.accounts.len() {
            return;
        }
        self.unready(account);
        change(&mut self.accounts[account.index()]);
        self.refresh(at, account);
    }

    pub(super) fn set_account_state(&mut self, at: u64, account: AccountNo, next: AccountState) {
        if account.index() < self.accounts.len() {
            self.unready(account);
            self.put_state(account, next);
            self.refresh(at, account);
        }
    }

    /// Changes the state of an account with its counts and timers; whoever calls it takes the
    /// account out of the sets of who could start before, and looks at it again after.
    pub(super) fn put_state(&mut self, account: AccountNo, next: AccountState) {
        let Some(it) = self.accounts.get_mut(account.index()) else {
            return;
        };
        let before = std::mem::replace(&mut it.state, next);
        if let Some(count) = self.count_of(before) {
            *count -= 1;
        }
        if let Some(count) = self.count_of(next) {
            *count += 1;
        }
        if let AccountState::Cooldown { until } = before {
            self.timers.remove(&(until, Timer::Cooldown(account)));
        }
        if let AccountState::Cooldown { until } = next {
            self.timers.insert((until, Timer::Cooldown(account)));
        }
    }

    pub(crate) fn count_of(&mut self, state: AccountState) -> Option<&mut u64> {
        match state {
            AccountState::Available => None,
            AccountState::Running(_) => Some(&mut self.counts.accounts_running),
            AccountState::Cooldown { .. } => Some(&mut self.counts.accounts_cooldown),
            AccountState::Suspended { .. } => Some(&mut self.counts.accounts_suspended),
        }
    }

    pub(super) fn cooldown_ended(&mut self, at: u64, account: AccountNo) {
        let Some(it) = self.accounts.get_mut(account.index()) else {
            return;
        };
        it.rests_until = None;
        if let AccountState::Cooldown { .. } = it.state {
            self.set_account_state(at, account, AccountState::Available);
        }
    }

    /// What rest is left when a suspension ends is still to be had.
    pub(super) fn unsuspended(&mut self, at: u64, account: AccountNo) {
        let Some(it) = self.accounts.get_mut(account.index()) else {
            return;
        };
        it.suspend_next = None;
        if let AccountState::Suspended { .. } = it.state {
            it.rests_until = it.rests_until.filter(|until| *until > at);
            let next = match it.rests_until {
                Some(until) => AccountState::Cooldown { until },
                None => AccountState::Available,
            };
            self.set_account_state(at, account, next);
        }
    }

    pub(super) fn suspended(&mut self, at: u64, account: AccountNo, challenge: bool) {
        let Some(it) = self.accounts.get_mut(account.index()) else {
            return;
        };
        // A challenge stays one, whoever suspends the account beside it.
        match it.state {
            AccountState::Running(_) => {
                it.suspend_next = Some(challenge || it.suspend_next == Some(true));
            }
            AccountState::Suspended { challenge: true } => {}
            _ => self.set_account_state(at, account, AccountState::Suspended { challenge }),
        }
    }

    pub(super) fn set_retry(&mut self, at: u64, account: AccountNo, retry_at: Option<u64>) {
        if self.put_retry(account, retry_at) {
            self.unready(account);
            self.refresh(at, account);
        }
    }

    /// Changes when the head may be tried again, and its timer; whether that is another time.
    pub(super) fn put_retry(&mut self, account: AccountNo, retry_at: Option<u64>) -> bool {
        let Some(it) = self.accounts.get_mut(account.index()) else {
            return false;
        };
        let old = std::mem::replace(&mut it.retry_at, retry_at);
        self.reset_timer(Timer::Retry(account), old, retry_at)
    }

    pub(super) fn set_limit(&mut self, at: u64, account: AccountNo, until: Option<u64>) {
        if self.put_limit(account, until) {
            self.unready(account);
            self.refresh(at, account);
        }
    }

    /// Changes when the ceilings leave room for the head, and its timer; whether that is another
    /// time.
    pub(super) fn put_limit(&mut self, account: AccountNo, until: Option<u64>) -> bool {
        let Some(it) = self.accounts.get_mut(account.index()) else {
            return false;
        };
        let old = std::mem::replace(&mut it.limited_until, until);
        self.reset_timer(Timer::Limit(account), old, until)
    }

    /// Other limits of its own: what kept its head may keep it no longer.
    pub(super) fn set_limits(&mut self, at: u64, account: AccountNo, limits: &Limits) {
        let own = (*limits != Limits::default()).then(|| Box::new(limits.clone()));
        self.change_account(at, account, |it| it.limits = own);
        self.set_limit(at, account, None);
    }

    fn reset_timer(&mut self, timer: Timer, old: Option<u64>, new: Option<u64>) -> bool {
        if old == new {
            return false;
        }
        if let Some(old) = old {
            self.timers.remove(&(old, timer));
        }
        if let Some(due) = new {
            self.timers.insert((due, timer));
        }
        true
    }

    pub(super) fn lift_all_limits(&mut self, at: u64) {
        let limited: Vec<AccountNo> = self
            .timers
            .iter()
            .filter_map(|(_, timer)| match timer {
                Timer::Limit(account) => Some(*account),
                _ => None,
            })
            .collect();
        for account in limited {
            self.set_limit(at, account, None);
        }
    }

    pub(super) fn set_paused(&mut self, at: u64, scope: Scope, paused: bool) {
        match scope {
            Scope::All => self.paused = paused,
            Scope::Account(account) => self.change_account(at, account, |it| it.paused = paused),
            Scope::Phone(phone) => self.change_phone(phone, |it| it.paused = paused),
            Scope::Kind(kind) => {
                if paused {
                    self.paused_kinds.insert(kind);
                } else {
                    self.paused_kinds.remove(&kind);
                }
                self.repark(at, scope, paused);
            }
            Scope::List(list) => {
                if let Some(list) = self.lists.get_mut(list.0 as usize) {
                    list.paused = paused;
                }
                self.repark(at, scope, paused);
            }
        }
    }

    pub(super) fn set_stopped(&mut self, scope: Scope, stopped: bool) {
        match scope {
            Scope::All => self.stopped = stopped,
            Scope::Phone(phone) => self.change_phone(phone, |it| it.stopped = stopped),
            Scope::Account(_) | Scope::Kind(_) | Scope::List(_) => {}
        }
    }
}
