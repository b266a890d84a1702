//! What is due by itself: the end of a wait, or the start of a task. One thing at a time, so that
//! each is decided on a state that knows of the one before.

use super::Decision;
use crate::effect::Effect;
use crate::ids::{AccountNo, PhoneNo, RotaNo};
use crate::planted::{Bug, planted};
use crate::record::{By, Record};
use crate::state::{AccountState, Ready, State, Task, Timer};
use crate::timeline::Now;

/// The next moments at which [`crate::Input::Tick`] would find something due: policy time, and
/// wall time of the next scheduled task, or of the hours of an account that a phone waits for.
pub fn next_due(state: &State, now: Now) -> (Option<u64>, Option<i64>) {
    let timer = state.timers.first().map(|(due, _)| *due);
    let scheduled = state
        .scheduled
        .first()
        .map(|(not_before, _, _)| *not_before);
    let opens = served(state)
        .flat_map(rotas)
        .map(|(rota, _, _)| state.settings.hours.opens_at(rota, now.wall))
        .filter(|opens| *opens > now.wall)
        .min();
    (timer, scheduled.into_iter().chain(opens).min())
}

/// The sets of accounts that a free phone could serve.
fn served(state: &State) -> impl Iterator<Item = &Ready> {
    let any = (!state.idle.is_empty()).then_some(&state.ready_any);
    let bound = state
        .idle
        .iter()
        .filter_map(|phone| Some(&state.phones.get(phone.index())?.queue));
    any.into_iter().chain(bound)
}

/// The first of each rota in a set.
fn rotas(set: &Ready) -> impl Iterator<Item = (RotaNo, i64, AccountNo)> {
    let first = set.first().copied();
    std::iter::successors(first, |(rota, _, _)| {
        let next = RotaNo(rota.0.checked_add(1)?);
        let from = (next, i64::MIN, AccountNo(0));
        set.range(from..).next().copied()
    })
}

/// The account of the smallest rank in a set whose hours it is.
fn first_open(state: &State, set: &Ready, now: Now) -> Option<(i64, AccountNo)> {
    let hours = &state.settings.hours;
    let open = |rota| hours.is_open(rota, now.wall) || planted(Bug::NoHours);
    let open = rotas(set).filter(|(rota, _, _)| open(*rota));
    open.map(|(_, rank, account)| (rank, account)).min()
}

pub(super) fn tick(state: &State, now: Now, may_start: bool, out: &mut Decision) {
    if let Some((due, timer)) = state.timers.first()
        && *due <= now.at
    {
        return ring(state, *timer, out);
    }
    if let Some((not_before, _, slot)) = state.scheduled.first()
        && *not_before <= now.wall
        && let Some(task) = state.tasks.at(*slot)
        && let Some(it) = state.accounts.get(task.account.index())
    {
        let blocked = it.state != AccountState::Available || it.waiting() > 0;
        return out.record(Record::Joined {
            task: task.id(),
            seq: it.next_seq,
            blocked,
        });
    }
    if may_start && !state.paused && !state.stopped {
        start(state, now, out);
    }
}

fn ring(state: &State, timer: Timer, out: &mut Decision) {
    match timer {
        Timer::Cooldown(account) => out.record(Record::CooldownEnded {
            account,
            by: By::Time,
        }),
        Timer::Retry(account) => out.record(Record::RetryDue { account }),
        Timer::Limit(account) => out.record(Record::LimitLifted { account }),
        Timer::Health(phone) => {
            let check = state.next_check();
            out.record(Record::HealthOrdered { phone, check });
            if state.may_check(phone) {
                out.effect(Effect::Health { phone, check });
            }
        }
        Timer::Visit(phone) => {
            let check = state.next_check();
            let visit = state.phones.get(phone.index()).and_then(|it| it.visit);
            out.record(Record::VisitOrdered { phone, check });
            out.effect(Effect::Visit {
                phone,
                check,
                account: visit.and_then(|it| it.account),
            });
        }
        Timer::Check(phone) => {
            let Some(attempt) = state.phones.get(phone.index()).and_then(|it| it.lease) else {
                return;
            };
            let check = state.next_check();
            out.record(Record::CheckOrdered { attempt, check });
            if state.may_check(phone) {
                out.effect(Effect::Check {
                    phone,
                    attempt,
                    check,
                });
            }
        }
    }
}

/// The account of the smallest rank that a free phone may serve, with that phone.
fn choose(state: &State, now: Now) -> Option<(AccountNo, PhoneNo)> {
    let first_idle = *state.idle.first()?;
    let any = first_open(state, &state.ready_any, now);
    let bound = state
        .idle
        .iter()
        .filter_map(|phone| {
            let queue = &state.phones.get(phone.index())?.queue;
            let (rank, account) = first_open(state, queue, now)?;
            Some((rank, account, *phone))
        })
        .min();
    match (any, bound) {
        (Some((rank, account)), bound)
            if bound.is_none_or(|(other, with, _)| (rank, account) < (other, with)) =>
        {
            // A phone on which the account was seen saves the search for it.
            let seen = state
                .accounts
                .get(account.index())
                .map(|it| it.present.as_slice());
            let seen = seen
                .unwrap_or_default()
                .iter()
                .find(|phone| state.idle.contains(phone));
            Some((account, seen.copied().unwrap_or(first_idle)))
        }
        (_, Some((_, account, phone))) => Some((account, phone)),
        _ => None,
    }
}

/// Whether the app on the phone is one that the task may be done in.
fn may_do(state: &State, phone: PhoneNo, task: &Task) -> bool {
    let looks_only = state.phone(phone).is_some_and(|it| it.look_only) && task.acts();
    (!looks_only || planted(Bug::ActsUnread))
        && (state.pause_for(phone, task).is_none() || planted(Bug::PausedActionStarts))
}

fn start(state: &State, now: Now, out: &mut Decision) {
    let Some((account, phone)) = choose(state, now) else {
        return;
    };
    let Some(it) = state.accounts.get(account.index()) else {
        return;
    };
    let Some(task) = state.head(account) else {
        return;
    };
    let id = task.id();
    if !may_do(state, phone, task) {
        return out.record(Record::ByPhone { account });
    }
    if let Some(until) = it.fits_at(&state.settings, task.need, now.at)
        && !planted(Bug::NoCeiling)
    {
        return out.record(Record::Limited { account, until });
    }
    let attempt = state.next_attempt();
    out.record(Record::Started {
        attempt,
        task: id,
        account,
        phone,
    });
    out.effect(Effect::Run {
        attempt,
        task: id,
        account,
        phone,
    });
}
