//! The sets of who could start, kept at each change.

use std::collections::BTreeSet;

use crate::ids::{AccountNo, PhoneNo};
use crate::input::Scope;
use crate::planted::{Bug, planted};
use crate::state::{AccountState, State};

fn numbered(phone: usize) -> PhoneNo {
    PhoneNo(u32::try_from(phone).unwrap_or(u32::MAX))
}

impl State {
    /// Whether phones, limits and wider pauses apart the account's head could start, but for a pause
    /// of its kind or its list.
    fn could_start(&self, account: AccountNo) -> bool {
        let Some(it) = self.accounts.get(account.index()) else {
            return false;
        };
        it.state == AccountState::Available
            && !it.line.0.is_empty()
            && !it.paused
            && it.retry_at.is_none()
            && it.limited_until.is_none()
            && (!it.needs_a_look() || !it.present.is_empty())
    }

    /// Takes the account out of every set of who could start. Called before a change to what the
    /// sets depend on; [`State::refresh`] follows it.
    pub(super) fn unready(&mut self, account: AccountNo) {
        let Some(it) = self.accounts.get_mut(account.index()) else {
            return;
        };
        let Some(rank) = it.ready.take() else { return };
        let it = &self.accounts[account.index()];
        let entry = (it.rota, rank, account);
        match it.bound {
            Some(phone) => {
                if let Some(phone) = self.phones.get_mut(phone.index()) {
                    phone.queue.remove(&entry);
                }
            }
            None if it.absent.is_empty() && !it.by_phone => {
                self.ready_any.remove(&entry);
            }
            None => {
                for phone in &mut self.phones {
                    phone.queue.remove(&entry);
                }
            }
        }
    }

    pub(crate) fn refresh(&mut self, at: u64, account: AccountNo) {
        self.reload(account);
        let could_start = self.could_start(account);
        let parked = match could_start && !planted(Bug::PausedListStarts) {
            true => self.head(account).and_then(|head| self.pause_of(head)),
            false => None,
        };
        self.park(account, parked);
        if !could_start || parked.is_some() {
            self.unready(account);
            self.accounts[account.index()].head_since = None;
            return;
        }
        let it = &mut self.accounts[account.index()];
        if it.ready.is_some() {
            return;
        }
        let Some(head) = it.line.0.front().and_then(|slot| self.tasks.at(*slot)) else {
            return;
        };
        // What joins behind a head, or is learned of phones, does not move it in the order.
        let since = it.head_since(head.seq).unwrap_or(at);
        it.head_since = Some((head.seq, since));
        let rank = head.priority.rank(since);
        let head = *head;
        let it = &self.accounts[account.index()];
        let entry = (it.rota, rank, account);
        if it.bound.is_none() && it.absent.is_empty() && !it.by_phone {
            self.ready_any.insert(entry);
        } else {
            for phone in (0..self.phones.len()).map(numbered) {
                let it = &self.accounts[account.index()];
                // Whether a phone may do it is asked only once one was met that may not.
                let may = it.may_use(phone) && (!it.by_phone || self.takes(phone, &head));
                if may && let Some(place) = self.phones.get_mut(phone.index()) {
                    place.queue.insert(entry);
                }
            }
        }
        self.accounts[account.index()].ready = Some(rank);
    }

    /// Puts the account among those that this pause holds, and takes it from where it was.
    fn park(&mut self, account: AccountNo, by: Option<Scope>) {
        let it = &mut self.accounts[account.index()];
        if it.parked == by {
            return;
        }
        if let Some(before) = std::mem::replace(&mut it.parked, by)
            && let Some(parked) = self.parked.get_mut(&before)
        {
            parked.remove(&account);
            if parked.is_empty() {
                self.parked.remove(&before);
            }
        }
        if let Some(by) = by {
            self.parked.entry(by).or_default().insert(account);
        }
    }

    /// A kind or a list was paused or goes on: looks at the accounts that could start now, or at
    /// those that the pause held. What cannot start anyway is not looked at.
    pub(super) fn repark(&mut self, at: u64, scope: Scope, paused: bool) {
        let concerned: BTreeSet<AccountNo> = if paused {
            let queues = self.phones.iter().flat_map(|phone| &phone.queue);
            let ready = self.ready_any.iter().chain(queues).map(|(.., no)| no);
            let held = self.parked.values().flatten();
            // One that was missed on every phone there is could start, and stands in no queue.
            let missed = self.phones.iter().flat_map(|phone| &phone.missed);
            // Nor does one that no phone there is may do.
            let by_phone = self.by_phone.iter();
            let is_held = |no: &&AccountNo| {
                let head = self.head(**no);
                head.is_some_and(|head| self.pause_of(head) == Some(scope))
            };
            ready
                .chain(held)
                .chain(missed)
                .chain(by_phone)
                .filter(is_held)
                .copied()
                .collect()
        } else {
            self.parked.get(&scope).cloned().unwrap_or_default()
        };
        for account in concerned {
            self.unready(account);
            self.refresh(at, account);
        }
    }

    /// The account's head stands with the phones that may do it.
    pub(super) fn stand_by_phone(&mut self, at: u64, account: AccountNo) {
        if account.index() < self.accounts.len() {
            self.unready(account);
            self.accounts[account.index()].by_phone = true;
            self.by_phone.insert(account);
            self.refresh(at, account);
        }
    }

    /// The head is another: nothing is known of it. Called while the account is in no set.
    pub(super) fn forget_by_phone(&mut self, account: AccountNo) {
        if let Some(it) = self.accounts.get_mut(account.index())
            && std::mem::replace(&mut it.by_phone, false)
        {
            self.by_phone.remove(&account);
        }
    }

    /// Changes what decides on which phones heads may go; those that stand with phones move.
    pub(super) fn change_takes(&mut self, at: u64, change: impl FnOnce(&mut Self)) {
        let moving: Vec<AccountNo> = self.by_phone.iter().copied().collect();
        for account in &moving {
            self.unready(*account);
        }
        change(self);
        for account in moving {
            let phones = (0..self.phones.len()).map(numbered);
            let head = self.head(account).copied();
            let everywhere = |head| phones.into_iter().all(|phone| self.takes(phone, &head));
            if head.is_none_or(everywhere) {
                self.forget_by_phone(account);
            }
            self.refresh(at, account);
        }
    }

    /// Keeps the account's place among the loads: its waiting, scheduled and running tasks.
    pub(super) fn reload(&mut self, account: AccountNo) {
        let it = &mut self.accounts[account.index()];
        let tasks = u32::try_from(it.tasks()).unwrap_or(u32::MAX);
        let load = it.is_open().then_some(tasks);
        if it.load == load {
            return;
        }
        if let Some(old) = it.load {
            self.loads.remove(&(old, account));
        }
        if let Some(new) = load {
            self.loads.insert((new, account));
        }
        it.load = load;
    }
}
