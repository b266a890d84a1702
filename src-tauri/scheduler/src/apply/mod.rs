//! How a record changes the state. Total: a record that does not fit changes nothing.

mod attempts;
mod health;
mod orders;
mod places;
mod ready;
mod tasks;
mod visit;

use crate::record::Record;
use crate::state::{AccountState, List, State};
use crate::timeline::Now;

/// Applies one committed record, with the time it was decided at. Also what replays the journal.
pub fn apply(state: &mut State, now: Now, record: &Record) {
    match record {
        Record::EngineStarted => state.engine_started(),
        Record::Configured(settings) => {
            state.settings = settings.clone();
            state.lift_all_limits(now.at);
        }
        Record::PhoneAdded => state.phone_added(now.at),
        Record::AccountAdded { bound } => state.account_added(*bound),
        Record::AccountBound { account, bound } => state.change_account(now.at, *account, |it| {
            it.bound = *bound;
        }),
        Record::HoursSet { account, rota } => {
            state.change_account(now.at, *account, |it| it.rota = *rota);
        }
        Record::LimitsSet { account, limits } => state.set_limits(now.at, *account, limits),
        Record::ListAdded => state.lists.push(List::default()),
        Record::Queued {
            task,
            list,
            account,
            seq,
            blocked,
        } => {
            state.accepted(task, *list, *account);
            state.joined(now.at, task.task, *seq, *blocked);
        }
        Record::Scheduled {
            task,
            list,
            account,
        } => state.accepted(task, *list, *account),
        Record::Joined { task, seq, blocked } => state.joined(now.at, *task, *seq, *blocked),
        Record::Retried {
            task,
            list,
            account,
            seq,
            blocked,
            end,
            attempts,
        } => state.retried(
            now.at,
            (task, *list, *account),
            (*seq, *attempts, *blocked),
            *end,
        ),
        Record::TaskEnded { task, end } => state.task_ended(now.at, *task, *end),
        Record::CancelAsked { task } => {
            if let Some(task) = state.tasks.get_mut(*task) {
                task.cancel_asked = true;
            }
        }
        Record::Marked {
            task,
            why,
            not_before,
        } => state.marked(now.at, *task, *why, *not_before),
        record => apply_to_phone(state, now, record),
    }
}

fn apply_to_phone(state: &mut State, now: Now, record: &Record) {
    match *record {
        Record::PhoneSeen { phone } => state.phone_seen(now.at, phone),
        Record::PhoneReady { phone } => state.change_phone(phone, |it| it.ready = true),
        Record::PhoneUnready { phone } => state.change_phone(phone, |it| it.ready = false),
        Record::PhoneGone { phone } => {
            state.change_phone(phone, |it| (it.present, it.ready) = (false, false));
            state.forget_check(phone);
            state.forget_health(phone);
            state.forget_visit(phone);
        }
        Record::TakenInHand { phone } => {
            state.change_phone(phone, |it| it.in_hand = true);
            state.forget_check(phone);
            state.forget_health(phone);
            state.forget_visit(phone);
        }
        Record::GivenBack { phone } => state.given_back(now.at, phone),
        Record::SignedIn { phone, account } => state.signed_in(now.at, account, phone),
        Record::NotOnPhone { phone, account } => state.not_on_phone(now.at, account, phone),
        Record::Started {
            attempt,
            task,
            account,
            phone,
        } => {
            state.started(now.at, attempt, task, account, phone);
        }
        Record::Doubted { attempt, cause } => state.doubted(now.at, attempt, cause),
        Record::CheckOrdered { attempt, check } => state.check_ordered(attempt, check),
        Record::CheckFailed { attempt, again_at } => state.check_failed(attempt, again_at),
        Record::Ended { attempt, ending } => state.ended(now.at, attempt, ending),
        Record::Quieted { attempt } => state.lease_gone(now.at, attempt),
        Record::Released { attempt } => state.released(now.at, attempt),
        ref record => apply_to_health(state, now, record),
    }
}

fn apply_to_health(state: &mut State, now: Now, record: &Record) {
    match *record {
        Record::PhoneTold {
            phone,
            version,
            look_only,
        } => state.phone_told(now.at, phone, version, look_only),
        Record::Tripped { phone } => state.tripped(now.at, phone),
        Record::HealthOrdered { phone, check } => state.health_ordered(phone, check),
        Record::HealthFailed { phone, again_at } => state.health_failed(phone, again_at),
        Record::Recovered { phone } => state.recovered(now.at, phone),
        Record::Missed {
            attempt,
            locator,
            version,
            action,
        } => state.missed(now.at, attempt, (version, locator, action)),
        Record::ActionPaused {
            version,
            action,
            locator,
        } => state.action_paused(now.at, (version, action), locator),
        Record::ActionResumed { version, action } => {
            state.action_resumed(now.at, version, action);
        }
        Record::ByPhone { account } => state.stand_by_phone(now.at, account),
        ref record => apply_to_visit(state, now, record),
    }
}

fn apply_to_visit(state: &mut State, now: Now, record: &Record) {
    match *record {
        Record::VisitWanted { phone, account } => state.visit_wanted(now.at, phone, account),
        Record::VisitOrdered { phone, check } => state.visit_ordered(phone, check),
        Record::VisitFailed { phone, again_at } => state.visit_failed(phone, again_at),
        Record::Visited { phone } => state.visited(phone),
        ref record => apply_to_account(state, now, record),
    }
}

fn apply_to_account(state: &mut State, now: Now, record: &Record) {
    match *record {
        Record::Needs { task, need } => state.needs(task, need),
        Record::Left { .. } => state.counts.checks += 1,
        Record::Intended { attempt, step, act } => {
            state.counts.checks += 1;
            state.intended(now.at, attempt, (step, act));
        }
        Record::Acted {
            attempt,
            step,
            act,
            done,
            last,
        } => {
            state.stepped(attempt, step);
            if let Some(act) = act {
                state.acted(now.at, attempt, (step, act), (done, last));
            }
        }
        Record::RetryDue { account } => state.set_retry(now.at, account, None),
        Record::Limited { account, until } => state.set_limit(now.at, account, Some(until)),
        Record::LimitLifted { account } => state.set_limit(now.at, account, None),
        Record::CooldownBegun {
            account,
            until,
            in_a_row,
        } => {
            if let Some(it) = state.accounts.get_mut(account.index()) {
                it.rate_limits_in_a_row = in_a_row;
                it.rests_until = Some(until);
                if matches!(
                    it.state,
                    AccountState::Available | AccountState::Cooldown { .. }
                ) {
                    state.set_account_state(now.at, account, AccountState::Cooldown { until });
                }
            }
        }
        Record::CooldownEnded { account, by: _ } => state.cooldown_ended(now.at, account),
        Record::AccountRemoved { account } => state.account_removed(now.at, account),
        Record::AccountSucceeded { account, before } => {
            state.account_succeeded(now.at, account, before);
        }
        Record::AccountRenamed { account } => {
            state.forget_visitor(account);
            state.forget_places(now.at, account);
        }
        ref record => apply_to_standing(state, now, record),
    }
}

fn apply_to_standing(state: &mut State, now: Now, record: &Record) {
    match *record {
        Record::Recalled { account, ref acts } => state.recalled(now.at, account, acts),
        Record::Suspended { account, challenge } => state.suspended(now.at, account, challenge),
        Record::Unsuspended { account } => state.unsuspended(now.at, account),
        Record::Paused(scope) => state.set_paused(now.at, scope, true),
        Record::Resumed(scope) => state.set_paused(now.at, scope, false),
        Record::Stopped(scope) => {
            state.set_stopped(scope, true);
            state.forget_healths(scope);
            state.forget_visits(scope);
        }
        Record::Unstopped(scope) => {
            state.set_stopped(scope, false);
            state.plan_visits(now.at, scope);
        }
        _ => {}
    }
}
