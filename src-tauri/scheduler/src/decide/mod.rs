//! What follows from an input. Pure: the same state, time and input give the same answer.

mod attempt;
mod operator;
mod phone;
mod submit;
mod tick;

use crate::effect::{Answer, Effect, Refusal};
use crate::ids::{AttemptNo, CheckNo, PhoneNo};
use crate::input::Input;
use crate::record::Record;
use crate::state::State;
use crate::timeline::Now;

pub use tick::next_due;

/// The records and effects of one decision, in order.
#[derive(Debug, Default)]
struct Decision {
    records: Vec<Record>,
    effects: Vec<Effect>,
}

impl Decision {
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
    match input {
        Input::Restart => attempt::restart(state, &mut out),
        Input::Tick { may_start } => tick::tick(state, now, *may_start, &mut out),
        Input::Submit { list, tasks } => submit::submit(state, now, *list, tasks, &mut out),
        Input::PhoneSeen { phone } => phone::seen(state, *phone, &mut out),
        Input::PhoneReady { phone } => phone::ready(state, *phone, &mut out),
        Input::PhoneUnready { phone } => phone::unready(state, *phone, &mut out),
        Input::PhoneGone { phone } => phone::gone(state, *phone, &mut out),
        Input::Quiet { phone, check } => phone::quiet(state, *phone, *check, &mut out),
        Input::NotQuiet { phone, check } => phone::not_quiet(state, now, *phone, *check, &mut out),
        Input::SignedIn { phone, account } => phone::signed_in(state, *phone, *account, &mut out),
        Input::Intend {
            attempt,
            step,
            act,
            prior,
        } => {
            attempt::intend(state, now, (*attempt, *step), *act, *prior, &mut out);
        }
        Input::Acted {
            attempt,
            step,
            act,
            done,
        } => {
            if attempt::is_news(state, *attempt, *step) {
                let (attempt, step, act, done) = (*attempt, *step, *act, *done);
                out.record(Record::Acted {
                    attempt,
                    step,
                    act,
                    done,
                });
            }
        }
        Input::Ended { attempt, ending } => {
            attempt::ended(state, now, *attempt, *ending, &mut out);
        }
        Input::Lost { attempt } => attempt::lost(state, *attempt, &mut out),
        input => operator::operate(state, input, &mut out),
    }
    (out.records, out.effects)
}
