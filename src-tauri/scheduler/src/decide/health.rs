//! Phones that fail too often, and actions that fail on every phone alike.

use super::attempt::{ended, has_unknown_act, put_back};
use super::{Decision, visit};
use crate::effect::{Effect, Refusal};
use crate::ids::{ActionNo, AttemptNo, CheckNo, LocatorNo, PhoneNo, VersionNo};
use crate::input::{Ending, Scope};
use crate::planted::{Bug, planted};
use crate::policy::CHECK_AGAIN_MS;
use crate::record::{Record, Why};
use crate::state::{Breaker, Phone, State};
use crate::timeline::Now;

/// The phone failed: once too often, and it is out.
pub(super) fn trip(state: &State, now: Now, phone: PhoneNo, out: &mut Decision) {
    let it = state.phones.get(phone.index());
    let trips = |it: &Phone| it.breaker.is_none() && it.failures.are_too_many_with(now.at);
    if it.is_some_and(trips) && !planted(Bug::NoBreaker) {
        out.record(Record::Tripped { phone });
    }
}

/// What keeps the phone out, if its health check of this number is under way.
fn checked(state: &State, phone: PhoneNo, check: CheckNo) -> Option<Breaker> {
    let breaker = state.phones.get(phone.index())?.breaker?;
    let under_way = breaker.check == Some(check) || planted(Bug::StaleHealthAccepted);
    under_way.then_some(breaker)
}

pub(super) fn proven(state: &State, phone: PhoneNo, check: CheckNo, out: &mut Decision) {
    if checked(state, phone, check).is_some() {
        out.record(Record::Recovered { phone });
    }
}

pub(super) fn not_proven(
    state: &State,
    now: Now,
    phone: PhoneNo,
    check: CheckNo,
    out: &mut Decision,
) {
    if let Some(breaker) = checked(state, phone, check) {
        let wait = usize::from(breaker.failed_checks).saturating_add(1);
        let wait = CHECK_AGAIN_MS[wait.min(CHECK_AGAIN_MS.len() - 1)];
        let again_at = now.at.saturating_add(wait);
        out.record(Record::HealthFailed { phone, again_at });
    } else {
        visit::failed(state, now, phone, check, out);
    }
}

/// The operator wants to know now, where nobody asks yet.
pub(super) fn ask(state: &State, phone: PhoneNo, out: &mut Decision) {
    let it = state.phones.get(phone.index());
    let waits = |it: &Phone| it.awaits_health() && it.breaker.is_some_and(|it| it.check.is_none());
    if it.is_some_and(waits) && state.may_check(phone) {
        order(phone, state.next_check(), out);
    }
}

fn order(phone: PhoneNo, check: CheckNo, out: &mut Decision) {
    out.record(Record::HealthOrdered { phone, check });
    out.effect(Effect::Health { phone, check });
}

fn in_scope(state: &State, scope: Scope) -> impl Iterator<Item = (PhoneNo, &Phone)> {
    let covers = move |phone| scope == Scope::All || scope == Scope::Phone(phone);
    state.phones().filter(move |(phone, _)| covers(*phone))
}

/// Nothing more goes out for a health check in a scope that is stopped.
pub(super) fn halt(state: &State, scope: Scope, out: &mut Decision) {
    for (phone, it) in in_scope(state, scope) {
        if it.breaker.is_some_and(|it| it.check.is_some()) {
            out.effect(Effect::Halt { phone });
        }
    }
}

/// A stop is over: phones that are out are asked again, from this number on.
pub(super) fn unstop(state: &State, scope: Scope, mut check: CheckNo, out: &mut Decision) {
    for (phone, it) in in_scope(state, scope) {
        let still = match scope {
            Scope::All => it.stopped,
            _ => state.stopped,
        };
        if it.present && !it.in_hand && it.awaits_health() && !still {
            order(phone, check, out);
            check.0 += 1;
        }
    }
}

/// A phone is taken in hand: what asks it how it is stops.
pub(super) fn taken(no: PhoneNo, phone: &Phone, out: &mut Decision) {
    if phone.breaker.is_some_and(|it| it.check.is_some()) {
        out.effect(Effect::Halt { phone: no });
    }
}

/// A phone is given back: one that is out is asked how it is at once.
pub(super) fn given_back(state: &State, no: PhoneNo, phone: &Phone, out: &mut Decision) {
    let stopped = phone.stopped || state.stopped;
    if phone.present && phone.awaits_health() && !stopped {
        order(no, state.next_check(), out);
    }
}

/// What a phone tells of the app on it.
pub(super) fn told(
    state: &State,
    phone: PhoneNo,
    version: VersionNo,
    look_only: bool,
    out: &mut Decision,
) {
    let Some(it) = state.phones.get(phone.index()) else {
        return;
    };
    let version = match version {
        VersionNo::UNKNOWN => it.version,
        told => told,
    };
    if (it.version, it.look_only) == (version, look_only) {
        return;
    }
    out.record(Record::PhoneTold {
        phone,
        version,
        look_only,
    });
    // A version that no phone has any more needs no pause, and nobody to lift it.
    let others = |no: PhoneNo| no != phone;
    let kept = state
        .phones()
        .any(|(no, other)| others(no) && other.version == it.version);
    if it.version != version && !kept {
        for (paused, action, _) in state.action_pauses() {
            if paused == it.version {
                let version = paused;
                out.record(Record::ActionResumed { version, action });
            }
        }
    }
}

/// An attempt ended because an element is not where its locator says. Where the same is missing
/// on two phones with one version of the app, it is not the task's fault.
pub(super) fn missed(
    state: &State,
    now: Now,
    no: AttemptNo,
    (locator, action): (LocatorNo, ActionNo),
    out: &mut Decision,
) {
    let Some(attempt) = state.attempts.get(&no).filter(|it| it.doubt.is_none()) else {
        return;
    };
    let phone = attempt.phone;
    let version = state
        .phone(phone)
        .map_or(VersionNo::UNKNOWN, |it| it.version);
    let Some(task) = state.tasks.get(attempt.task) else {
        return;
    };
    let ending = Ending::ElementNotFound;
    // Two phones that do not tell their version may well have two.
    if version == VersionNo::UNKNOWN {
        return ended(state, now, no, ending, out);
    }
    let paused = state.misses.pauses.contains_key(&(version, action));
    let pauses = !paused && state.misses.elsewhere(now.at, phone, version, locator);
    out.record(Record::Missed {
        attempt: no,
        locator,
        version,
        action,
    });
    let held = (paused || pauses) && task.actions.has(action);
    if held && !has_unknown_act(attempt) {
        out.record(Record::Ended {
            attempt: no,
            ending,
        });
        put_back(task, Why::ActionPaused, (0, 1), None, out);
    } else {
        ended(state, now, no, ending, out);
    }
    if pauses {
        out.record(Record::ActionPaused {
            version,
            action,
            locator,
        });
    }
}

pub(super) fn resume(state: &State, version: VersionNo, action: ActionNo, out: &mut Decision) {
    if !state.misses.pauses.contains_key(&(version, action)) {
        return out.refuse(Refusal::WrongState);
    }
    out.record(Record::ActionResumed { version, action });
    out.done();
}

pub(super) fn resume_all(state: &State, out: &mut Decision) {
    for (version, action, _) in state.action_pauses() {
        out.record(Record::ActionResumed { version, action });
    }
    out.done();
}
