//! How records change which phones are to be looked at before they take a task.

use crate::ids::{AccountNo, CheckNo, PhoneNo};
use crate::input::Scope;
use crate::state::{State, Timer, Visit};

impl State {
    pub(super) fn visit_wanted(&mut self, at: u64, phone: PhoneNo, account: Option<AccountNo>) {
        if phone.index() < self.phones.len() {
            self.forget_visit(phone);
            self.change_phone(phone, |it| it.visit = Some(Visit::new(at, account)));
            self.plan_visit(at, phone);
        }
    }

    /// A phone that is there, held by nothing, in nobody's hand and not stopped is looked at after
    /// a while; the first time at once.
    pub(super) fn plan_visit(&mut self, at: u64, phone: PhoneNo) {
        let may_be_visited = !self.stopped
            && self.phones.get(phone.index()).is_some_and(|it| {
                it.may_be_checked() && it.lease.is_none() && it.breaker.is_none()
            });
        let visit = self.visit_of(phone);
        let Some(visit) = visit.filter(|it| may_be_visited && it.check.is_none()) else {
            return;
        };
        if visit.again_at.is_none() {
            let again_at = at.saturating_add(visit.wait());
            visit.again_at = Some(again_at);
            self.timers.insert((again_at, Timer::Visit(phone)));
        }
    }

    fn visit_of(&mut self, phone: PhoneNo) -> Option<&mut Visit> {
        self.phones.get_mut(phone.index())?.visit.as_mut()
    }

    fn forget_visit_time(&mut self, phone: PhoneNo) {
        if let Some(again_at) = self.visit_of(phone).and_then(|it| it.again_at.take()) {
            self.timers.remove(&(again_at, Timer::Visit(phone)));
        }
    }

    pub(super) fn visit_ordered(&mut self, phone: PhoneNo, check: CheckNo) {
        self.next_check = check.0 + 1;
        self.forget_visit_time(phone);
        if let Some(visit) = self.visit_of(phone) {
            visit.check = Some(check);
        }
    }

    /// Another follows, which is nobody's any more: whoever waited was told.
    pub(super) fn visit_failed(&mut self, phone: PhoneNo, again_at: u64) {
        self.forget_visit(phone);
        if let Some(visit) = self.visit_of(phone) {
            visit.failed = visit.failed.saturating_add(1);
            visit.again_at = Some(again_at);
            self.timers.insert((again_at, Timer::Visit(phone)));
        }
    }

    pub(super) fn visited(&mut self, phone: PhoneNo) {
        self.forget_visit_time(phone);
        self.change_phone(phone, |it| it.visit = None);
    }

    /// Nobody looks at the phone any more, and nobody waits for what it would show. Before it takes
    /// a task it is to be looked at all the same: what was under way on it is not proven to be over.
    pub(super) fn forget_visit(&mut self, phone: PhoneNo) {
        self.forget_visit_time(phone);
        if let Some(visit) = self.visit_of(phone) {
            (visit.check, visit.account) = (None, None);
        }
    }

    pub(super) fn forget_visits(&mut self, scope: Scope) {
        for phone in self.phones_in(scope) {
            self.forget_visit(phone);
        }
    }

    pub(super) fn plan_visits(&mut self, at: u64, scope: Scope) {
        for phone in self.phones_in(scope) {
            self.plan_visit(at, phone);
        }
    }

    fn phones_in(&self, scope: Scope) -> impl Iterator<Item = PhoneNo> + use<> {
        let all = (0u32..).map(PhoneNo).take(self.phones.len());
        all.filter(move |phone| scope == Scope::All || scope == Scope::Phone(*phone))
    }

    /// The account is gone, or has another name: what is seen under the old one lifts nothing.
    pub(super) fn forget_visitor(&mut self, account: AccountNo) {
        let visits = self.phones.iter_mut().filter_map(|it| it.visit.as_mut());
        for visit in visits {
            visit.account = visit.account.filter(|it| *it != account);
        }
    }
}
