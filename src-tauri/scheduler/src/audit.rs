//! Recounts a state from its facts. Slow, and therefore only in builds that assert invariants.
//!
//! A state keeps sets and numbers beside its facts so that nothing is ever searched; this is the
//! search, written a second time and in another way, for the tests and the simulator.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AccountNo, AttemptNo, ListNo, PhoneNo, TaskId};
use crate::input::Scope;
use crate::policy::{ACTS_KEPT_MAX, Kind, PHONES_MISSED_MAX};
use crate::state::{Account, AccountState, Counts, Phase, Phone, State, Timer};

/// Compares everything a state keeps beside its facts with a recount; names the first difference.
///
/// # Errors
/// A sentence that says what differs.
pub fn audit(state: &State) -> Result<(), String> {
    lines(state)?;
    leases(state)?;
    unsettled(state)?;
    counts(state)?;
    ready(state)?;
    parked(state)?;
    loads(state)?;
    timers(state)?;
    acts(state)?;
    lists(state)
}

/// Acts stand in the order of their times, and only so many are kept.
fn acts(state: &State) -> Result<(), String> {
    for (no, account) in state.accounts() {
        let times = account.acts.iter().flat_map(|acts| &acts.times);
        for times in times {
            let most = usize::from(ACTS_KEPT_MAX);
            if !times.iter().is_sorted() || times.len() > most {
                return Err(format!("acts of {no:?}: {times:?}"));
            }
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, kept: &T, recounted: &T) -> Result<(), String> {
    if kept == recounted {
        return Ok(());
    }
    Err(format!("{what}: kept {kept:?}, recounted {recounted:?}"))
}

fn tasks_of(state: &State, account: AccountNo) -> impl Iterator<Item = (TaskId, Phase, u64)> {
    state
        .tasks
        .iter()
        .filter(move |task| task.account == account)
        .map(|task| (task.id(), task.phase, task.seq))
}

fn lines(state: &State) -> Result<(), String> {
    for (no, account) in state.accounts() {
        let mut line: Vec<(u64, TaskId)> = tasks_of(state, no)
            .filter_map(|(id, phase, seq)| (phase == Phase::Waiting).then_some((seq, id)))
            .collect();
        line.sort_unstable();
        let kept: Vec<_> = state.line(no).map(|task| (task.seq, task.id())).collect();
        same("length of a line", &account.waiting(), &kept.len())?;
        same(&format!("line of {no:?}"), &kept, &line)?;
        for (place, (seq, id)) in kept.iter().enumerate() {
            same("position", &state.position(*id), &Some(place))?;
            if *seq >= account.next_seq {
                return Err(format!(
                    "{no:?} gave {seq} but the next is {}",
                    account.next_seq
                ));
            }
        }
        let outside = tasks_of(state, no)
            .filter(|(_, phase, _)| matches!(phase, Phase::Scheduled { .. }))
            .count();
        same(
            "scheduled of an account",
            &(account.scheduled as usize),
            &outside,
        )?;
    }
    let outside: BTreeSet<_> = state
        .tasks
        .iter()
        .filter_map(|task| match task.phase {
            Phase::Scheduled { not_before } => Some((not_before, task.seq, task.id())),
            _ => None,
        })
        .collect();
    let kept = state
        .scheduled
        .iter()
        .filter_map(|(not_before, seq, slot)| {
            let task = state.tasks.at(*slot)?;
            Some((*not_before, *seq, task.id()))
        });
    same("scheduled", &kept.collect(), &outside)
}

/// Only a task that was tried, and whose attempts can look for what they left, has such an act.
fn unsettled(state: &State) -> Result<(), String> {
    let mut all = state.tasks.iter().filter(|task| task.unsettled);
    match all.find(|task| task.kind != Kind::Engagement || task.attempts == 0) {
        Some(task) => Err(format!("{:?} is not to have an unsettled act", task.id())),
        None => Ok(()),
    }
}

fn leases(state: &State) -> Result<(), String> {
    let mut phones: BTreeMap<PhoneNo, AttemptNo> = BTreeMap::new();
    let mut accounts: BTreeMap<AccountNo, AttemptNo> = BTreeMap::new();
    for (no, attempt) in state.attempts() {
        if let Some(other) = phones.insert(attempt.phone, no) {
            return Err(format!(
                "{:?} is leased by {no:?} and {other:?}",
                attempt.phone
            ));
        }
        let Some(account) = attempt.account else {
            continue;
        };
        if let Some(other) = accounts.insert(account, no) {
            return Err(format!("{account:?} is leased by {no:?} and {other:?}"));
        }
        let phase = state.task(attempt.task).map(|task| task.phase);
        same("phase of a leased task", &phase, &Some(Phase::Running(no)))?;
    }
    for (no, phone) in state.phones() {
        same(
            &format!("lease of {no:?}"),
            &phone.lease,
            &phones.get(&no).copied(),
        )?;
        let free = phone.lease.is_none() && phone.present && phone.ready;
        let held = phone.paused || phone.stopped || phone.in_hand;
        let out = phone.breaker.is_some() || phone.visit.is_some();
        let idle = free && !held && !out;
        same(&format!("{no:?} idle"), &state.idle.contains(&no), &idle)?;
    }
    for (no, account) in state.accounts() {
        let holder = match account.state {
            AccountState::Running(attempt) => Some(attempt),
            _ => None,
        };
        same(
            &format!("lease of {no:?}"),
            &holder,
            &accounts.get(&no).copied(),
        )?;
    }
    for (id, task) in state.tasks() {
        if let Phase::Running(attempt) = task.phase
            && accounts.get(&task.account) != Some(&attempt)
        {
            return Err(format!("{id:?} runs as {attempt:?}, which holds no lease"));
        }
    }
    Ok(())
}

fn counts(state: &State) -> Result<(), String> {
    let accounts = |is: fn(&Account) -> bool| state.accounts.iter().filter(|it| is(it)).count();
    let tasks = |is: fn(Phase) -> bool| state.tasks.iter().filter(|it| is(it.phase)).count();
    let recounted = Counts {
        accounts: accounts(|it| !it.removed) as u64,
        accounts_running: accounts(|it| matches!(it.state, AccountState::Running(_))) as u64,
        accounts_waiting: accounts(|it| it.waiting() > 0) as u64,
        accounts_cooldown: accounts(|it| matches!(it.state, AccountState::Cooldown { .. })) as u64,
        accounts_suspended: accounts(|it| matches!(it.state, AccountState::Suspended { .. }))
            as u64,
        tasks_waiting: tasks(|phase| phase == Phase::Waiting) as u64,
        tasks_scheduled: tasks(|phase| matches!(phase, Phase::Scheduled { .. })) as u64,
        tasks_running: tasks(|phase| matches!(phase, Phase::Running(_))) as u64,
        tasks_completed: state.accounts.iter().map(|it| it.completed).sum(),
        ..state.counts
    };
    same("counts", &state.counts, &recounted)
}

/// Whether pauses of phones apart the account's head could start: from the facts alone.
fn could_start(account: &Account) -> bool {
    let missed = account.absent.len() >= PHONES_MISSED_MAX
        || account
            .bound
            .is_some_and(|phone| account.absent.contains(&phone));
    let nowhere = missed && account.present.is_empty();
    let held = account.paused || account.retry_at.is_some() || account.limited_until.is_some();
    account.state == AccountState::Available && account.waiting() > 0 && !held && !nowhere
}

/// The pause of its kind or its list that holds the head of an account.
fn pause(state: &State, account: AccountNo) -> Option<Scope> {
    let head = tasks_of(state, account)
        .filter(|(_, phase, _)| *phase == Phase::Waiting)
        .min_by_key(|(_, _, seq)| *seq);
    let (id, ..) = head?;
    let head = state.task(id)?;
    let of_kind = state.is_kind_paused(head.kind);
    let list = head.list().filter(|list| {
        let list = state.lists().get(list.0 as usize);
        list.is_some_and(|it| it.paused)
    });
    if of_kind {
        return Some(Scope::Kind(head.kind));
    }
    list.map(Scope::List)
}

fn parked(state: &State) -> Result<(), String> {
    let mut parked: BTreeMap<Scope, BTreeSet<AccountNo>> = BTreeMap::new();
    for (no, account) in state.accounts() {
        if let Some(by) = pause(state, no).filter(|_| could_start(account)) {
            parked.entry(by).or_default().insert(no);
        }
        let nothing = account.waiting() == 0 && account.scheduled == 0;
        let gone = nothing && account.state == AccountState::Available;
        if account.removed && !gone {
            return Err(format!("{no:?} was removed and is still at work"));
        }
    }
    same("parked", &state.parked, &parked)
}

/// Whether the app on the phone is none for the account's head: from the facts alone.
fn refuses(state: &State, phone: &Phone, account: AccountNo) -> bool {
    let Some(head) = state.line(account).next() else {
        return false;
    };
    // What it was accepted to do is not to be seen any more once it is done.
    let may_act =
        head.acts() || head.need.0.iter().any(|need| *need > 0) || head.kind == Kind::Flow;
    let paused = state
        .action_pauses()
        .any(|(version, action, _)| version == phone.version && head.actions.has(action));
    (phone.look_only && may_act) || paused
}

fn ready(state: &State) -> Result<(), String> {
    let mut any = BTreeSet::new();
    let mut queues = vec![BTreeSet::new(); state.phones.len()];
    for (no, account) in state.accounts() {
        same(
            &format!("{no:?} ready"),
            &account.ready.is_some(),
            &(could_start(account) && pause(state, no).is_none()),
        )?;
        let Some(rank) = account.ready else { continue };
        let entry = (account.rota, rank, no);
        if account.bound.is_none() && account.absent.is_empty() && !account.by_phone {
            any.insert(entry);
            continue;
        }
        for ((no_of, phone), queue) in state.phones().zip(&mut queues) {
            let refused = account.by_phone && refuses(state, phone, no);
            if account.may_use(no_of) && !refused {
                queue.insert(entry);
            }
        }
    }
    let by_phone = state.accounts().filter(|(_, it)| it.by_phone);
    let by_phone: BTreeSet<_> = by_phone.map(|(no, _)| no).collect();
    same("by phone", &state.by_phone, &by_phone)?;
    same("ready on any phone", &state.ready_any, &any)?;
    for ((no, phone), queue) in state.phones().zip(&queues) {
        same(&format!("queue of {no:?}"), &phone.queue, queue)?;
        let missed: BTreeSet<_> = state
            .accounts()
            .filter_map(|(account, it)| it.absent.contains(&no).then_some(account))
            .collect();
        same(&format!("missed on {no:?}"), &phone.missed, &missed)?;
    }
    Ok(())
}

fn loads(state: &State) -> Result<(), String> {
    let mut loads = BTreeSet::new();
    for (no, account) in state.accounts() {
        if account.paused
            || account.removed
            || matches!(account.state, AccountState::Suspended { .. })
        {
            continue;
        }
        let tasks = tasks_of(state, no).count();
        loads.insert((u32::try_from(tasks).unwrap_or(u32::MAX), no));
    }
    same("loads", &state.loads, &loads)
}

fn timers(state: &State) -> Result<(), String> {
    let mut timers = BTreeSet::new();
    for (no, account) in state.accounts() {
        if let AccountState::Cooldown { until } = account.state {
            timers.insert((until, Timer::Cooldown(no)));
        }
        timers.extend(account.retry_at.map(|at| (at, Timer::Retry(no))));
        timers.extend(account.limited_until.map(|at| (at, Timer::Limit(no))));
        if account.waiting() == 0 && (account.retry_at.or(account.limited_until)).is_some() {
            let running = matches!(account.state, AccountState::Running(_));
            if !running {
                return Err(format!("{no:?} waits for a time without a task"));
            }
        }
    }
    for (_, attempt) in state.attempts() {
        let again_at = attempt.doubt.and_then(|doubt| doubt.again_at);
        timers.extend(again_at.map(|at| (at, Timer::Check(attempt.phone))));
    }
    for (no, phone) in state.phones() {
        visits(state, no, phone, &mut timers)?;
        let Some(breaker) = phone.breaker else {
            continue;
        };
        timers.extend(breaker.again_at.map(|at| (at, Timer::Health(no))));
        let asked = breaker.check.is_some() || breaker.again_at.is_some();
        if asked && (phone.lease.is_some() || !phone.present || phone.in_hand) {
            return Err(format!("{no:?} is held or away, and asked how it is"));
        }
        let kept = phone.stopped || state.stopped || phone.in_hand;
        let waits = phone.present && phone.lease.is_none() && !kept;
        if waits && !asked {
            return Err(format!("{no:?} is out, and nobody asks how it is"));
        }
    }
    same("timers", &state.timers, &timers)
}

/// A phone that is to be looked at is, as soon as nothing holds it.
fn visits(
    state: &State,
    no: PhoneNo,
    phone: &Phone,
    timers: &mut BTreeSet<(u64, Timer)>,
) -> Result<(), String> {
    let Some(visit) = phone.visit else {
        return Ok(());
    };
    timers.extend(visit.again_at.map(|at| (at, Timer::Visit(no))));
    let kept = phone.stopped || state.stopped || phone.in_hand || phone.breaker.is_some();
    let may = phone.present && phone.lease.is_none() && !kept;
    let asked = visit.check.is_some() || visit.again_at.is_some();
    same(&format!("whether {no:?} is looked at"), &asked, &may)
}

fn lists(state: &State) -> Result<(), String> {
    for (no, list) in (0u32..).map(ListNo).zip(&state.lists) {
        let open = state
            .tasks
            .iter()
            .filter(|task| task.list() == Some(no))
            .count();
        let ended = list.completed + list.failed + list.cancelled + list.interrupted;
        same(
            &format!("open tasks of {no:?}"),
            &list.tasks.checked_sub(ended),
            &Some(open as u64),
        )?;
    }
    Ok(())
}
