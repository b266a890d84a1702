//! A phone in the operator's own hand, and given back.

use super::operator::knows_phone;
use super::{Decision, health, visit};
use crate::effect::{Effect, Refusal};
use crate::ids::PhoneNo;
use crate::record::Record;
use crate::state::State;

/// From now on the phone gets no further task. What runs on it is asked to come to a safe point;
/// its account stays held after that (see the end of an attempt).
pub(super) fn take(state: &State, phone: PhoneNo, out: &mut Decision) {
    if !knows_phone(state, Some(phone), out) {
        return;
    }
    let Some(it) = state.phones.get(phone.index()) else {
        return;
    };
    if it.in_hand {
        return out.refuse(Refusal::InHand);
    }
    out.record(Record::TakenInHand { phone });
    if let Some(attempt) = it.lease {
        let doubt = state.attempts.get(&attempt).and_then(|it| it.doubt);
        match doubt {
            None => out.effect(Effect::StopSafely { attempt }),
            // A check under way would go on under the operator's fingers.
            Some(_) => out.effect(Effect::Stop { phone, attempt }),
        }
    }
    health::taken(phone, it, out);
    visit::taken(phone, it, out);
    out.done();
}

/// An attempt that is in doubt on the phone is asked after, under a new number. Before the phone
/// takes a task it is looked at: nobody knows what was done on it by hand.
pub(super) fn give_back(state: &State, phone: PhoneNo, out: &mut Decision) {
    if !knows_phone(state, Some(phone), out) {
        return;
    }
    let Some(it) = state.phones.get(phone.index()) else {
        return;
    };
    if !it.in_hand {
        return out.refuse(Refusal::NotInHand);
    }
    out.record(Record::GivenBack { phone });
    let doubted = it.lease.filter(|attempt| {
        let attempt = state.attempts.get(attempt);
        attempt.is_some_and(|it| it.doubt.is_some())
    });
    // Not `order_check`: the record above it takes the phone out of the hand.
    if let Some(attempt) = doubted.filter(|_| it.present && !it.stopped && !state.stopped) {
        let check = state.next_check();
        out.record(Record::CheckOrdered { attempt, check });
        out.effect(Effect::Check {
            phone,
            attempt,
            check,
        });
    }
    health::given_back(state, phone, it, out);
    let account = None;
    out.record(Record::VisitWanted { phone, account });
    out.done();
}
