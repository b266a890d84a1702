//! Phones that are looked at before they take a task: given back by the operator, or asked whether
//! a challenge still stands there.

use super::Decision;
use super::operator::known;
use crate::effect::{Answer, Effect, Refusal};
use crate::ids::{AccountNo, CheckNo, PhoneNo};
use crate::input::{Saw, Scope};
use crate::planted::{Bug, planted};
use crate::record::Record;
use crate::state::{Account, AccountState, Phone, State, Visit};
use crate::timeline::Now;

/// The visit under way on the phone, if this is its number.
fn under_way(state: &State, phone: PhoneNo, check: CheckNo) -> Option<Visit> {
    let visit = state.phones.get(phone.index())?.visit?;
    (visit.check == Some(check)).then_some(visit)
}

/// The phone was looked at and is proven quiet.
pub(super) fn visited(state: &State, phone: PhoneNo, check: CheckNo, saw: Saw, out: &mut Decision) {
    let Some(visit) = under_way(state, phone, check) else {
        return;
    };
    out.record(Record::Visited { phone });
    let Some(account) = visit.account else {
        return;
    };
    match saw {
        Saw::Clear if is_challenged(state, account) => out.record(Record::Unsuspended { account }),
        Saw::NotThere => out.record(Record::NotOnPhone { phone, account }),
        Saw::Clear | Saw::Sign | Saw::Unread => {}
    }
}

/// What a phone showed last counts no more, so that it is looked at before it takes a task.
pub(super) fn look_at(state: &State, phone: PhoneNo, out: &mut Decision) {
    let it = state.phones.get(phone.index());
    // A visit that is wanted already may be one for an account, which is told what it shows.
    if it.is_some_and(|it| it.present && it.visit.is_none()) {
        let account = None;
        out.record(Record::VisitWanted { phone, account });
    }
}

/// It could not be looked at, or is not proven quiet. It is tried again, but the operator who waits
/// for an account is told.
pub(super) fn failed(state: &State, now: Now, phone: PhoneNo, check: CheckNo, out: &mut Decision) {
    if let Some(visit) = under_way(state, phone, check) {
        let failed = visit.failed.saturating_add(1);
        let again_at = now.at.saturating_add(Visit { failed, ..visit }.wait());
        out.record(Record::VisitFailed { phone, again_at });
    }
}

fn is_challenged(state: &State, account: AccountNo) -> bool {
    let it = state.accounts.get(account.index());
    it.is_some_and(|it| !it.removed && it.state == AccountState::Suspended { challenge: true })
}

/// The operator says that a suspension is over. What the platform asked for is over only if a phone
/// shows so.
pub(super) fn unsuspend(state: &State, account: AccountNo, out: &mut Decision) {
    let Some(it) = known(state, account, out) else {
        return;
    };
    let challenged = AccountState::Suspended { challenge: true };
    if it.state == challenged && !planted(Bug::LiftedUnseen) {
        return want(state, account, it, out);
    }
    if it.suspend_next.is_some() || matches!(it.state, AccountState::Suspended { .. }) {
        out.record(Record::Unsuspended { account });
        out.done();
    } else {
        out.refuse(Refusal::WrongState);
    }
}

fn want(state: &State, account: AccountNo, it: &Account, out: &mut Decision) {
    let mut wanted = state.phones().filter_map(|(no, phone)| {
        let visit = phone.visit?;
        (visit.account == Some(account)).then_some(no)
    });
    if let Some(phone) = wanted.next() {
        return out.effect(Effect::Answer(Answer::Visits(phone)));
    }
    let serves = |(no, phone): &(PhoneNo, &Phone)| {
        let free = phone.may_be_checked() && phone.breaker.is_none() && phone.visit.is_none();
        free && it.may_use(*no)
    };
    // Where it was seen comes first: elsewhere nothing may be learned of it.
    let rank = |(no, phone): &(PhoneNo, &Phone)| {
        let seen = it.bound == Some(*no) || it.present.contains(no);
        (!seen, phone.lease.is_some(), *no)
    };
    let found = state.phones().filter(serves).min_by_key(rank);
    let Some((phone, _)) = found.filter(|_| !state.stopped) else {
        return out.refuse(Refusal::NoPhone);
    };
    let account = Some(account);
    out.record(Record::VisitWanted { phone, account });
    out.effect(Effect::Answer(Answer::Visits(phone)));
}

/// Nothing more goes out for a visit in a scope that is stopped.
pub(super) fn halt(state: &State, scope: Scope, out: &mut Decision) {
    for (phone, it) in state.phones() {
        let covers = scope == Scope::All || scope == Scope::Phone(phone);
        if covers {
            taken(phone, it, out);
        }
    }
}

/// A phone is taken in hand, or stopped: whoever looks at it stops.
pub(super) fn taken(no: PhoneNo, phone: &Phone, out: &mut Decision) {
    if phone.visit.is_some_and(|it| it.check.is_some()) {
        out.effect(Effect::Halt { phone: no });
    }
}
