//! How records change attempts: leases, acts, doubt.

use crate::ids::{AccountNo, AttemptNo, CheckNo, PhoneNo, TaskId};
use crate::input::Ending;
use crate::planted::{Bug, planted};
use crate::policy::{Act, Need};
use crate::record::Cause;
use crate::state::{AccountState, Attempt, Doubt, Mishap, Phase, State, Timer};

impl State {
    pub(super) fn started(
        &mut self,
        at: u64,
        attempt: AttemptNo,
        id: TaskId,
        account: AccountNo,
        phone: PhoneNo,
    ) {
        if account.index() >= self.accounts.len() {
            return;
        }
        self.unready(account);
        self.forget_by_phone(account);
        self.take_out(id);
        let Some(task) = self.tasks.get_mut(id) else {
            return self.refresh(at, account);
        };
        task.phase = Phase::Running(attempt);
        task.attempts = task.attempts.saturating_add(1);
        self.counts.tasks_running += 1;
        self.next_attempt = attempt.0 + 1;
        let lease = Attempt {
            task: id,
            account: Some(account),
            phone,
            started_at: at,
            intent: None,
            acted: None,
            doubt: None,
        };
        self.attempts.insert(attempt, lease);
        self.change_phone(phone, |it| it.lease = Some(attempt));
        if planted(Bug::NoPhoneLease) {
            self.change_phone(phone, |it| it.lease = None);
        }
        if !planted(Bug::NoAccountLock) {
            self.put_state(account, AccountState::Running(attempt));
        }
        self.refresh(at, account);
    }

    pub(super) fn intended(&mut self, at: u64, attempt: AttemptNo, (step, act): (u16, Act)) {
        let Some(lease) = self.attempts.get_mut(&attempt) else {
            return;
        };
        lease.intent = Some((step, act));
        let Some(account) = lease.account else { return };
        self.accounts[account.index()].acts(at, act.index());
    }

    pub(super) fn stepped(&mut self, attempt: AttemptNo, step: u16) {
        if let Some(lease) = self.attempts.get_mut(&attempt) {
            lease.acted = lease.acted.max(Some(step));
        }
    }

    /// What came of an act. `last`: a further attempt goes on behind it, so that the task no
    /// longer means to do it; else its room is kept for the next try.
    pub(super) fn acted(
        &mut self,
        at: u64,
        attempt: AttemptNo,
        intent: (u16, Act),
        (done, last): (bool, bool),
    ) {
        let Some(lease) = self.attempts.get_mut(&attempt) else {
            return;
        };
        let act = intent.1.index();
        let intended = lease.intent == Some(intent);
        if intended {
            lease.intent = None;
        }
        let (task, account) = (lease.task, lease.account);
        // After a release the task may already run again: what this attempt did is not its news.
        let own = self
            .tasks
            .get_mut(task)
            .filter(|it| it.phase == Phase::Running(attempt));
        if let (Some(task), true) = (own, last || planted(Bug::RoomNotKept)) {
            task.need.0[act] = task.need.0[act].saturating_sub(1);
            task.unsettled &= intent.1.is_ensured();
        }
        match account {
            Some(account) if intended && done => self.took_place(at, account, act),
            Some(account) if intended => {
                if let Some(acts) = &mut self.accounts[account.index()].acts {
                    acts.times[act].pop_back();
                }
            }
            _ => {}
        }
    }

    /// The account's last act of this sort took place at some time since it was intended: gaps and
    /// days are counted from the latest moment it can have been.
    fn took_place(&mut self, at: u64, account: AccountNo, act: usize) {
        let acts = self.accounts[account.index()].acts.get_or_insert_default();
        acts.last_at = Some(at);
        if let Some(time) = acts.times[act].back_mut() {
            *time = i64::try_from(at).unwrap_or(i64::MAX);
        }
    }

    pub(super) fn doubted(&mut self, at: u64, attempt: AttemptNo, cause: Cause) {
        let Some(lease) = self.attempts.get_mut(&attempt) else {
            return;
        };
        lease.doubt = Some(Doubt {
            cause,
            since: at,
            check: None,
            failed_checks: 0,
            again_at: None,
        });
        let (account, phone) = (lease.account, lease.phone);
        if cause.counts_for_breaker() {
            self.failed(at, phone);
        }
        if let (Some(account), Cause::Lost) = (account, cause) {
            self.accounts[account.index()].mishap(at, Mishap::Timeout);
        }
        if let (Some(account), true) = (account, planted(Bug::AccountFreedInDoubt)) {
            self.set_account_state(at, account, AccountState::Available);
        }
    }

    pub(super) fn check_ordered(&mut self, attempt: AttemptNo, check: CheckNo) {
        self.next_check = check.0 + 1;
        let Some(lease) = self.attempts.get(&attempt) else {
            return;
        };
        self.forget_check(lease.phone);
        if let Some(doubt) = self
            .attempts
            .get_mut(&attempt)
            .and_then(|it| it.doubt.as_mut())
        {
            doubt.check = Some(check);
        }
    }

    pub(super) fn check_failed(&mut self, attempt: AttemptNo, again_at: u64) {
        let Some(lease) = self.attempts.get(&attempt) else {
            return;
        };
        let phone = lease.phone;
        self.forget_check(phone);
        if let Some(doubt) = self
            .attempts
            .get_mut(&attempt)
            .and_then(|it| it.doubt.as_mut())
        {
            doubt.failed_checks = doubt.failed_checks.saturating_add(1);
            doubt.again_at = Some(again_at);
            self.timers.insert((again_at, Timer::Check(phone)));
        }
    }

    /// No check is under way on the phone any more, and none is planned.
    pub(super) fn forget_check(&mut self, phone: PhoneNo) {
        let Some(lease) = self.phones.get(phone.index()).and_then(|it| it.lease) else {
            return;
        };
        let Some(doubt) = self
            .attempts
            .get_mut(&lease)
            .and_then(|it| it.doubt.as_mut())
        else {
            return;
        };
        doubt.check = None;
        if let Some(again_at) = doubt.again_at.take() {
            self.timers.remove(&(again_at, Timer::Check(phone)));
        }
    }

    pub(super) fn ended(&mut self, at: u64, attempt: AttemptNo, ending: Ending) {
        let account = self.attempts.get(&attempt).and_then(|it| it.account);
        if let (Some(account), Some(what)) = (account, Mishap::of(ending)) {
            self.accounts[account.index()].mishap(at, what);
        }
        if ending.counts_for_breaker() {
            self.attempt_failed(at, attempt);
        }
        self.lease_gone(at, attempt);
    }

    pub(super) fn lease_gone(&mut self, at: u64, attempt: AttemptNo) {
        let Some(lease) = self.attempts.get(&attempt) else {
            return;
        };
        let phone = lease.phone;
        self.forget_check(phone);
        let Some(lease) = self.attempts.remove(&attempt) else {
            return;
        };
        self.change_phone(phone, |it| {
            if it.lease == Some(attempt) {
                it.lease = None;
            }
        });
        self.plan_health(at, phone);
        self.plan_visit(at, phone);
        if let Some(account) = lease.account {
            if let Some((_, act)) = lease.intent {
                self.leave_unsettled(attempt, lease.task, act);
                self.took_place(at, account, act.index());
            }
            self.free_account(at, account, attempt);
        } else if let (true, Some(task)) = (
            planted(Bug::TwoPhonesAfterRelease),
            self.tasks.get(lease.task).copied(),
        ) {
            self.set_account_state(at, task.account, AccountState::Available);
        }
    }

    /// The lease goes and the act has no outcome: whether it happened is to be found out.
    fn leave_unsettled(&mut self, attempt: AttemptNo, task: TaskId, act: Act) {
        if let Some(task) = self.tasks.get_mut(task)
            && task.phase == Phase::Running(attempt)
            && !planted(Bug::CommentAgain)
        {
            task.unsettled |= !act.is_ensured();
        }
    }

    pub(super) fn needs(&mut self, task: TaskId, need: Need) {
        if let Some(task) = self.tasks.get_mut(task) {
            task.need = need;
        }
    }

    pub(super) fn released(&mut self, at: u64, attempt: AttemptNo) {
        let Some(lease) = self.attempts.get_mut(&attempt) else {
            return;
        };
        let intent = lease.intent;
        if let Some(account) = lease.account.take() {
            if let Some((_, act)) = intent {
                self.took_place(at, account, act.index());
            }
            self.free_account(at, account, attempt);
        }
    }

    pub(super) fn free_account(&mut self, at: u64, account: AccountNo, attempt: AttemptNo) {
        let it = &mut self.accounts[account.index()];
        if it.state != AccountState::Running(attempt) {
            return;
        }
        let next = match it.suspend_next.take() {
            Some(challenge) => AccountState::Suspended { challenge },
            None => AccountState::Available,
        };
        self.set_account_state(at, account, next);
    }
}
