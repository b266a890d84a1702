//! What follows from an input. Pure: the same state, time and input give the same answer.

mod again;
mod attempt;
mod hand;
mod health;
mod operator;
mod phone;
mod submit;
mod tick;
mod visit;

use crate::effect::{Answer, Effect, Refusal};
use crate::ids::{AttemptNo, CheckNo, PhoneNo};
use crate::input::Input;
use crate::record::Record;
use crate::state::State;
use crate::timeline::Now;

pub use tick::next_due;

/// The records and effects of one decision, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// What is to be committed, and then applied.
    pub records: Vec<Record>,
    /// What is to be carried out after that.
    pub effects: Vec<Effect>,
}

impl Decision {
    /// Whether nothing follows.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.effects.is_empty()
    }

    fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn done(&mut self) {
        self.effect(Effect::Answer(Answer::Done));
    }

    fn refuse(&mut self, why: Refusal) {
        self.effect(Effect::Answer(Answer::Refused { why, at: None }));
    }

    /// Orders a quiet check, where the phone is there to answer it and nobody stopped it.
    fn order_check(&mut self, state: &State, attempt: AttemptNo, phone: PhoneNo, check: CheckNo) {
        if state.may_check(phone) {
            self.record(Record::CheckOrdered { attempt, check });
            self.effect(Effect::Check {
                phone,
                attempt,
                check,
            });
        }
    }
}

/// Looks at one input. The caller commits the records, applies them, and only then carries out the
/// effects; then it feeds [`Input::Tick`] until nothing comes back, before it takes another input.
///
/// Inputs that name an attempt or a check nobody knows (any more) give nothing (R5, R7). Inputs of
/// the operator always give an [`Effect::Answer`].
pub fn decide(state: &State, now: Now, input: &Input) -> (Vec<Record>, Vec<Effect>) {
    let mut out = Decision::default();
    decide_into(state, now, input, &mut out);
    (out.records, out.effects)
}

/// As [`decide`], into a decision that is used again: what was in it is gone, its room is kept.
pub fn decide_into(state: &State, now: Now, input: &Input, out: &mut Decision) {
    out.records.clear();
    out.effects.clear();
    match input {
        Input::Restart => attempt::restart(state, out),
        Input::Tick { may_start } => tick::tick(state, now, *may_start, out),
        Input::Submit { list, tasks } => submit::submit(state, now, *list, tasks, out),
        Input::Import {
            phones,
            accounts,
            tasks,
        } => submit::import(state, now, (*phones, accounts), tasks, out),
        Input::PhoneSeen { phone } => phone::seen(state, now, *phone, out),
        Input::PhoneReady { phone } => phone::ready(state, *phone, out),
        Input::PhoneUnready { phone } => phone::unready(state, *phone, out),
        Input::PhoneGone { phone } => phone::gone(state, now, *phone, out),
        Input::PhoneTold {
            phone,
            version,
            look_only,
        } => health::told(state, *phone, *version, *look_only, out),
        Input::Quiet { phone, check } => phone::quiet(state, *phone, *check, out),
        Input::NotQuiet { phone, check } => phone::not_quiet(state, now, *phone, *check, out),
        Input::Visited { phone, check, saw } => visit::visited(state, *phone, *check, *saw, out),
        Input::LookAt { phone } => visit::look_at(state, *phone, out),
        Input::SignedIn { phone, account } => phone::signed_in(state, *phone, *account, out),
        Input::Intend {
            attempt,
            step,
            act,
            prior,
            rest,
        } => {
            attempt::intend(state, now, (*attempt, *step), (*act, *rest), *prior, out);
        }
        Input::Acted {
            attempt,
            step,
            act,
            done,
            last,
        } => {
            if attempt::is_news(state, *attempt, *step) {
                let (attempt, step, act) = (*attempt, *step, *act);
                out.record(Record::Acted {
                    attempt,
                    step,
                    act,
                    done: *done,
                    last: *last,
                });
            }
        }
        Input::Ended { attempt, ending } => {
            attempt::ended(state, now, *attempt, *ending, out);
        }
        Input::Missed {
            attempt,
            locator,
            action,
        } => health::missed(state, now, *attempt, (*locator, *action), out),
        Input::Lost { attempt } => attempt::lost(state, now, *attempt, out),
        Input::Retry(ended) => again::retry(state, ended, out),
        Input::Resolve {
            ended,
            happened,
            left,
        } => again::resolve(state, ended, (*happened, *left), out),
        input => operator::operate(state, now, input, out),
    }
}
