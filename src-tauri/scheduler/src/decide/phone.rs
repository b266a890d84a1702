//! What a phone's cable and its quiet checks bring about.

use super::attempt::{after_interruption, doubt};
use super::{Decision, health};
use crate::effect::Effect;
use crate::ids::{AccountNo, AttemptNo, CheckNo, PhoneNo};
use crate::planted::{Bug, planted};
use crate::policy::CHECK_AGAIN_MS;
use crate::record::{Cause, Record};
use crate::state::{Attempt, Doubt, State};
use crate::timeline::Now;

/// The attempt that holds the phone.
fn lease(state: &State, phone: PhoneNo) -> Option<(AttemptNo, &Attempt)> {
    let no = state.phones.get(phone.index())?.lease?;
    Some((no, state.attempts.get(&no)?))
}

/// The attempt in doubt on the phone.
fn doubted(state: &State, phone: PhoneNo) -> Option<(AttemptNo, &Attempt, Doubt)> {
    let (no, attempt) = lease(state, phone)?;
    Some((no, attempt, attempt.doubt?))
}

pub(super) fn seen(state: &State, now: Now, phone: PhoneNo, out: &mut Decision) {
    let Some(it) = state.phones.get(phone.index()) else {
        return;
    };
    if it.present {
        return;
    }
    out.record(Record::PhoneSeen { phone });
    let Some((no, attempt)) = lease(state, phone) else {
        return;
    };
    if attempt.doubt.is_none() {
        // A phone that comes back was away, whether or not anybody saw it go.
        doubt(state, now, (no, attempt), Cause::Unplugged, out);
    } else {
        out.effect(Effect::Stop { phone, attempt: no });
    }
    // Not `order_check`: the record above it makes the phone present.
    let in_hand = it.in_hand && !planted(Bug::CheckInHand);
    if !state.stopped && !it.stopped && !in_hand && !planted(Bug::NoQuietCheck) {
        let check = state.next_check();
        out.record(Record::CheckOrdered { attempt: no, check });
        out.effect(Effect::Check {
            phone,
            attempt: no,
            check,
        });
    }
}

pub(super) fn ready(state: &State, phone: PhoneNo, out: &mut Decision) {
    if state
        .phones
        .get(phone.index())
        .is_some_and(|it| it.present && !it.ready)
    {
        out.record(Record::PhoneReady { phone });
    }
}

pub(super) fn unready(state: &State, phone: PhoneNo, out: &mut Decision) {
    if state.phones.get(phone.index()).is_some_and(|it| it.ready) {
        out.record(Record::PhoneUnready { phone });
    }
}

pub(super) fn gone(state: &State, now: Now, phone: PhoneNo, out: &mut Decision) {
    let Some(it) = state.phones.get(phone.index()) else {
        return;
    };
    if !it.present {
        return;
    }
    out.record(Record::PhoneGone { phone });
    if let Some((no, attempt)) = lease(state, phone)
        && attempt.doubt.is_none()
    {
        doubt(state, now, (no, attempt), Cause::Unplugged, out);
    }
}

pub(super) fn quiet(state: &State, phone: PhoneNo, check: CheckNo, out: &mut Decision) {
    let Some((no, attempt, doubt)) = doubted(state, phone) else {
        return health::proven(state, phone, check, out);
    };
    if doubt.check != Some(check) && !planted(Bug::StaleQuietAccepted) {
        return;
    }
    out.record(Record::Quieted { attempt: no });
    if attempt.account.is_some() {
        if planted(Bug::UnmarkedRetry) {
            unmarked(state, attempt, out);
        } else {
            after_interruption(state, attempt, true, out);
        }
    }
}

/// The planted unmarked retry: the task goes back under a mark that says nothing went wrong.
fn unmarked(state: &State, attempt: &Attempt, out: &mut Decision) {
    let mut marked = Decision::default();
    after_interruption(state, attempt, true, &mut marked);
    for record in marked.records {
        out.record(match record {
            Record::Marked { task, .. } => {
                let why = crate::record::Why::Yielded;
                Record::Marked {
                    task,
                    why,
                    not_before: None,
                }
            }
            record => record,
        });
    }
}

pub(super) fn not_quiet(
    state: &State,
    now: Now,
    phone: PhoneNo,
    check: CheckNo,
    out: &mut Decision,
) {
    let Some((attempt, _, doubt)) = doubted(state, phone) else {
        return health::not_proven(state, now, phone, check, out);
    };
    if doubt.check != Some(check) {
        return;
    }
    let wait = usize::from(doubt.failed_checks).min(CHECK_AGAIN_MS.len() - 1);
    let again_at = now.at.saturating_add(CHECK_AGAIN_MS[wait]);
    out.record(Record::CheckFailed { attempt, again_at });
}

pub(super) fn signed_in(state: &State, phone: PhoneNo, account: AccountNo, out: &mut Decision) {
    let known = phone.index() < state.phones.len();
    let news = |it: &crate::state::Account| !it.removed && !it.present.contains(&phone);
    if known && state.accounts.get(account.index()).is_some_and(news) {
        out.record(Record::SignedIn { phone, account });
    }
}
