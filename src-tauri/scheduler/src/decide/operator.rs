//! What the operator orders.

use super::attempt::{after_interruption, doubt};
use super::{Decision, hand, health, visit};
use crate::effect::{Answer, Effect, Refusal};
use crate::ids::{AccountNo, AttemptNo, IdSet, ListNo, PhoneNo, TaskId};
use crate::input::{Input, Scope};
use crate::policy::{ACTS_KEPT_MAX, DAY_MS, Settings};
use crate::record::{By, Cause, Record, TaskEnd};
use crate::state::{Account, AccountState, Attempt, Phase, State};
use crate::timeline::Now;

pub(super) fn operate(state: &State, now: Now, input: &Input, out: &mut Decision) {
    match *input {
        Input::Configure(ref settings) => configure(state, settings, out),
        Input::AddPhone => accept(Record::PhoneAdded, out),
        Input::AddList => accept(Record::ListAdded, out),
        Input::AddAccount { bound } => {
            if knows_phone(state, bound, out) {
                accept(Record::AccountAdded { bound }, out);
            }
        }
        Input::BindAccount { account, bound } => {
            if knows_phone(state, bound, out) && known(state, account, out).is_some() {
                accept(Record::AccountBound { account, bound }, out);
            }
        }
        Input::SetHours { account, rota } => {
            if known(state, account, out).is_some() {
                accept(Record::HoursSet { account, rota }, out);
            }
        }
        Input::SetLimits {
            account,
            ref limits,
        } => {
            if known(state, account, out).is_some() {
                let limits = limits.clone();
                accept(Record::LimitsSet { account, limits }, out);
            }
        }
        Input::Cancel { task } => cancel(state, task, out),
        Input::CancelMany { ref tasks } => cancel_many(state, tasks, out),
        Input::RemoveAccount { account } => remove(state, account, out),
        Input::SucceedAccount { account, before } => succeed(state, account, before, out),
        Input::RenameAccount { account } => rename(state, account, out),
        Input::Recall { ref acts } => recall(state, now, acts, out),
        Input::TakeInHand { phone } => hand::take(state, phone, out),
        Input::GiveBack { phone } => hand::give_back(state, phone, out),
        Input::Pause(scope) => in_scope(state, scope, Record::Paused(scope), out),
        Input::Resume(scope) => resume(state, scope, out),
        Input::ResumeAction { version, action } => health::resume(state, version, action, out),
        Input::ResumeActions => health::resume_all(state, out),
        Input::Stop(scope) => stop(state, now, scope, out),
        Input::Unstop(scope) => unstop(state, scope, out),
        Input::Suspend { account } => {
            if known(state, account, out).is_some() {
                accept(
                    Record::Suspended {
                        account,
                        challenge: false,
                    },
                    out,
                );
            }
        }
        Input::Unsuspend { account } => visit::unsuspend(state, account, out),
        Input::EndCooldown { account } => end_cooldown(state, account, out),
        Input::Release { account } => release(state, account, out),
        _ => {}
    }
}

fn end_cooldown(state: &State, account: AccountNo, out: &mut Decision) {
    let Some(it) = known(state, account, out) else {
        return;
    };
    if !matches!(it.state, AccountState::Cooldown { .. }) {
        return out.refuse(Refusal::WrongState);
    }
    let by = By::Operator;
    accept(Record::CooldownEnded { account, by }, out);
}

/// What is set is moved inside the hard limits; phones that were real once stay so.
fn configure(state: &State, settings: &Settings, out: &mut Decision) {
    let live = settings.live || state.settings.live;
    let settings = Settings {
        live,
        ..settings.clone()
    };
    accept(Record::Configured(settings.held()), out);
}

fn accept(record: Record, out: &mut Decision) {
    out.record(record);
    out.done();
}

pub(super) fn known<'s>(
    state: &'s State,
    account: AccountNo,
    out: &mut Decision,
) -> Option<&'s Account> {
    let it = state.accounts.get(account.index());
    let it = it.filter(|it| !it.removed);
    if it.is_none() {
        out.refuse(Refusal::UnknownAccount);
    }
    it
}

pub(super) fn knows_phone(state: &State, phone: Option<PhoneNo>, out: &mut Decision) -> bool {
    let known = phone.is_none_or(|phone| phone.index() < state.phones.len());
    if !known {
        out.refuse(Refusal::UnknownPhone);
    }
    known
}

fn knows_list(state: &State, list: ListNo, out: &mut Decision) -> bool {
    let known = (list.0 as usize) < state.lists.len();
    if !known {
        out.refuse(Refusal::UnknownList);
    }
    known
}

fn in_scope(state: &State, scope: Scope, record: Record, out: &mut Decision) {
    let exists = match scope {
        Scope::All => true,
        Scope::Account(account) => known(state, account, out).is_some(),
        Scope::Phone(phone) => knows_phone(state, Some(phone), out),
        Scope::Kind(_) => true,
        Scope::List(list) => knows_list(state, list, out),
    };
    if exists {
        accept(record, out);
    }
}

/// A pause is over; a phone that is out is asked how it is at once.
fn resume(state: &State, scope: Scope, out: &mut Decision) {
    in_scope(state, scope, Record::Resumed(scope), out);
    if let Scope::Phone(phone) = scope {
        health::ask(state, phone, out);
    }
}

fn cancel(state: &State, id: TaskId, out: &mut Decision) {
    if takes_out(state, id, out) {
        out.done();
    } else {
        out.refuse(Refusal::UnknownTask);
    }
}

fn cancel_many(state: &State, tasks: &[TaskId], out: &mut Decision) {
    let mut seen = IdSet::default();
    let mut done = 0;
    for id in tasks {
        done += usize::from(seen.insert(*id) && takes_out(state, *id, out));
    }
    out.effect(Effect::Answer(Answer::Cancelled(done)));
}

/// Cancels a task, if it is live.
fn takes_out(state: &State, id: TaskId, out: &mut Decision) -> bool {
    let Some(task) = state.tasks.get(id) else {
        return false;
    };
    if let Phase::Running(attempt) = task.phase {
        out.record(Record::CancelAsked { task: id });
        out.effect(Effect::StopSafely { attempt });
    } else {
        out.record(Record::TaskEnded {
            task: id,
            end: TaskEnd::Cancelled,
        });
    }
    true
}

fn remove(state: &State, account: AccountNo, out: &mut Decision) {
    let Some(it) = known(state, account, out) else {
        return;
    };
    if matches!(it.state, AccountState::Running(_)) {
        out.refuse(Refusal::AccountHeld);
    } else if it.waiting() > 0 || it.scheduled > 0 {
        out.refuse(Refusal::HasTasks);
    } else {
        accept(Record::AccountRemoved { account }, out);
    }
}

/// Only an account that did nothing yet can take over what another one did.
fn succeed(state: &State, account: AccountNo, before: AccountNo, out: &mut Decision) {
    let Some(it) = known(state, account, out) else {
        return;
    };
    let removed = state.accounts.get(before.index());
    if removed.is_none_or(|it| !it.removed) {
        return out.refuse(Refusal::UnknownAccount);
    }
    let owes = it.acts.is_some() || it.rests_until.is_some() || it.suspend_next.is_some();
    if owes || it.state != AccountState::Available {
        return out.refuse(Refusal::WrongState);
    }
    accept(Record::AccountSucceeded { account, before }, out);
}

/// An attempt acts under the name it was begun with, and what it sees is told by that name.
fn rename(state: &State, account: AccountNo, out: &mut Decision) {
    let Some(it) = known(state, account, out) else {
        return;
    };
    if matches!(it.state, AccountState::Running(_)) {
        return out.refuse(Refusal::AccountHeld);
    }
    accept(Record::AccountRenamed { account }, out);
}

/// Times to come, which nobody can have acted at, are moved to this moment.
fn recall(state: &State, now: Now, acts: &[(AccountNo, [Vec<i64>; 3])], out: &mut Decision) {
    let all_known = acts.iter().all(|(account, _)| {
        let it = state.accounts.get(account.index());
        it.is_some_and(|it| !it.removed)
    });
    if !all_known {
        return out.refuse(Refusal::UnknownAccount);
    }
    let now = i64::try_from(now.at).unwrap_or(i64::MAX);
    let since = now.saturating_sub(DAY_MS.cast_signed());
    for (account, acts) in acts {
        let lately = acts.each_ref().map(|times| {
            let lately = times.iter().filter(|time| **time > since);
            let mut lately: Vec<i64> = lately.map(|time| now.min(*time)).collect();
            lately.sort_unstable();
            let more = lately.len().saturating_sub(usize::from(ACTS_KEPT_MAX));
            lately.split_off(more)
        });
        if lately.iter().any(|times| !times.is_empty()) {
            out.record(Record::Recalled {
                account: *account,
                acts: lately,
            });
        }
    }
    out.done();
}

/// Attempts on phones in the scope, in the order of their numbers.
fn attempts_in(state: &State, scope: Scope) -> Vec<(AttemptNo, &Attempt)> {
    let mut found: Vec<_> = state
        .attempts()
        .filter(|(_, attempt)| scope == Scope::All || scope == Scope::Phone(attempt.phone))
        .collect();
    found.sort_unstable_by_key(|(no, _)| *no);
    found
}

fn stop(state: &State, now: Now, scope: Scope, out: &mut Decision) {
    match scope {
        Scope::Account(_) | Scope::Kind(_) | Scope::List(_) => {
            return out.refuse(Refusal::NotToBeStopped);
        }
        Scope::Phone(phone) if !knows_phone(state, Some(phone), out) => return,
        Scope::All | Scope::Phone(_) => {}
    }
    out.record(Record::Stopped(scope));
    out.effect(Effect::Hush(scope));
    for (no, attempt) in attempts_in(state, scope) {
        if attempt.doubt.is_none() {
            doubt(state, now, (no, attempt), Cause::Stopped, out);
        } else {
            out.effect(Effect::Stop {
                phone: attempt.phone,
                attempt: no,
            });
        }
    }
    health::halt(state, scope, out);
    visit::halt(state, scope, out);
    out.done();
}

fn unstop(state: &State, scope: Scope, out: &mut Decision) {
    match scope {
        Scope::Account(_) | Scope::Kind(_) | Scope::List(_) => {
            return out.refuse(Refusal::NotToBeStopped);
        }
        Scope::Phone(phone) if !knows_phone(state, Some(phone), out) => return,
        Scope::All | Scope::Phone(_) => {}
    }
    out.record(Record::Unstopped(scope));
    out.effect(Effect::Unhush(scope));
    let mut check = state.next_check();
    for (attempt, it) in attempts_in(state, scope) {
        let Some(phone) = state.phones.get(it.phone.index()) else {
            continue;
        };
        let still = match scope {
            Scope::All => phone.stopped,
            _ => state.stopped,
        };
        if it.doubt.is_some() && phone.present && !phone.in_hand && !still {
            out.record(Record::CheckOrdered { attempt, check });
            out.effect(Effect::Check {
                phone: it.phone,
                attempt,
                check,
            });
            check.0 += 1;
        }
    }
    health::unstop(state, scope, check, out);
    out.done();
}

fn release(state: &State, account: AccountNo, out: &mut Decision) {
    let Some(it) = known(state, account, out) else {
        return;
    };
    let held = match it.state {
        AccountState::Running(no) => state.attempts.get(&no).map(|attempt| (no, attempt)),
        _ => None,
    };
    let Some((no, attempt)) = held.filter(|(_, attempt)| attempt.doubt.is_some()) else {
        return out.refuse(Refusal::WrongState);
    };
    out.record(Record::Released { attempt: no });
    after_interruption(state, attempt, false, out);
    out.done();
}
