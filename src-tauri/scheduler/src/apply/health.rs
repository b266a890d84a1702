//! How records change what phones failed at: breakers, and actions paused for missing elements.

use crate::ids::{ActionNo, AttemptNo, CheckNo, LocatorNo, PhoneNo, VersionNo};
use crate::input::Scope;
use crate::state::{ActionPause, Breaker, Miss, State, Timer};

impl State {
    /// A failure of the phone that counts for its breaker.
    pub(super) fn failed(&mut self, at: u64, phone: PhoneNo) {
        self.change_phone(phone, |it| it.failures.note(at));
    }

    /// The attempt ended, and its phone failed by it.
    pub(super) fn attempt_failed(&mut self, at: u64, attempt: AttemptNo) {
        if let Some(phone) = self.attempts.get(&attempt).map(|it| it.phone) {
            self.failed(at, phone);
        }
    }

    pub(super) fn tripped(&mut self, at: u64, phone: PhoneNo) {
        if phone.index() < self.phones.len() {
            self.forget_health(phone);
            self.forget_visit(phone);
            self.counts.breaker_trips += 1;
            self.change_phone(phone, |it| it.breaker = Some(Breaker::new(at)));
            self.plan_health(at, phone);
        }
    }

    pub(super) fn recovered(&mut self, at: u64, phone: PhoneNo) {
        self.forget_health(phone);
        self.change_phone(phone, |it| {
            (it.breaker, it.failures) = (None, crate::state::Failures::default());
        });
        self.plan_visit(at, phone);
    }

    /// A phone that is out, there, held by nothing and in nobody's hand is asked after a while.
    pub(super) fn plan_health(&mut self, at: u64, phone: PhoneNo) {
        let it = self.phones.get(phone.index());
        let Some(it) = it.filter(|it| it.present && !it.in_hand && it.awaits_health()) else {
            return;
        };
        if let Some(breaker) = it.breaker.filter(|it| it.check.is_none()) {
            self.put_health(phone, at.saturating_add(breaker.wait()));
        }
    }

    fn put_health(&mut self, phone: PhoneNo, again_at: u64) {
        self.forget_health(phone);
        let it = self.phones.get_mut(phone.index());
        if let Some(breaker) = it.and_then(|it| it.breaker.as_mut()) {
            breaker.again_at = Some(again_at);
            self.timers.insert((again_at, Timer::Health(phone)));
        }
    }

    pub(super) fn health_ordered(&mut self, phone: PhoneNo, check: CheckNo) {
        self.next_check = check.0 + 1;
        self.forget_health(phone);
        let it = self.phones.get_mut(phone.index());
        if let Some(breaker) = it.and_then(|it| it.breaker.as_mut()) {
            breaker.check = Some(check);
        }
    }

    pub(super) fn health_failed(&mut self, phone: PhoneNo, again_at: u64) {
        let it = self.phones.get_mut(phone.index());
        if let Some(breaker) = it.and_then(|it| it.breaker.as_mut()) {
            breaker.failed_checks = breaker.failed_checks.saturating_add(1);
            self.put_health(phone, again_at);
        }
    }

    /// No health check is under way on the phone any more, and none is planned.
    pub(super) fn forget_health(&mut self, phone: PhoneNo) {
        let it = self.phones.get_mut(phone.index());
        let Some(breaker) = it.and_then(|it| it.breaker.as_mut()) else {
            return;
        };
        breaker.check = None;
        if let Some(again_at) = breaker.again_at.take() {
            self.timers.remove(&(again_at, Timer::Health(phone)));
        }
    }

    /// Nothing goes out in a scope that is stopped, and a late answer counts for nothing.
    pub(super) fn forget_healths(&mut self, scope: Scope) {
        for phone in (0u32..).map(PhoneNo).take(self.phones.len()) {
            if scope == Scope::All || scope == Scope::Phone(phone) {
                self.forget_health(phone);
            }
        }
    }

    pub(super) fn phone_told(
        &mut self,
        at: u64,
        phone: PhoneNo,
        version: VersionNo,
        look_only: bool,
    ) {
        self.change_takes(at, |state| {
            state.change_phone(phone, |it| {
                (it.version, it.look_only) = (version, look_only);
            });
        });
    }

    pub(super) fn missed(
        &mut self,
        at: u64,
        attempt: AttemptNo,
        (version, locator, action): (VersionNo, LocatorNo, ActionNo),
    ) {
        let Some(attempt) = self.attempts.get(&attempt) else {
            return;
        };
        self.misses.note(Miss {
            at,
            phone: attempt.phone,
            version,
            locator,
            action,
            task: attempt.task.into(),
        });
    }

    /// The tasks that missed the element are not to blame: their tries are given back.
    pub(super) fn action_paused(
        &mut self,
        at: u64,
        (version, action): (VersionNo, ActionNo),
        locator: LocatorNo,
    ) {
        let of_it = |miss: &&Miss| (miss.version, miss.locator) == (version, locator);
        let tasks: Vec<_> = self.misses.recent.iter().filter(of_it).collect();
        for miss in tasks {
            if let Some(task) = self.tasks.get_mut(miss.task.into()) {
                task.tries.missing = task.tries.missing.saturating_sub(1);
            }
        }
        let pause = ActionPause { locator, since: at };
        self.change_takes(at, |state| {
            state.misses.pauses.insert((version, action), pause);
        });
    }

    /// What was missed before counts no more, or the next miss would pause it again.
    pub(super) fn action_resumed(&mut self, at: u64, version: VersionNo, action: ActionNo) {
        self.misses
            .recent
            .retain(|miss| (miss.version, miss.action) != (version, action));
        self.change_takes(at, |state| {
            state.misses.pauses.remove(&(version, action));
        });
    }
}
