//! "Why is this not running?", answered a second time: every reason that holds, then the first.

use signalbox_scheduler::state::Phase;
use signalbox_scheduler::*;

use crate::books::Books;

/// The codes in the order of the design, with those the core holds facts about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    Stopped,
    Paused,
    Suspended,
    Held,
    RunningTask,
    Cooldown,
    Behind,
    Scheduled,
    OutsideHours,
    RetryAt,
    Limit,
    NoDevice,
    NotOnPhone,
    ActionPaused,
    InHand,
    NotReady,
    Busy,
    Starting,
}

/// The code of an answer of the core.
pub fn code(waiting: Waiting) -> Code {
    match waiting {
        Waiting::Stopped => Code::Stopped,
        Waiting::Paused { .. } => Code::Paused,
        Waiting::AccountSuspended { .. } => Code::Suspended,
        Waiting::AccountHeld { .. } => Code::Held,
        Waiting::AccountRunningTask { .. } => Code::RunningTask,
        Waiting::AccountInCooldown { .. } => Code::Cooldown,
        Waiting::BehindTask { .. } => Code::Behind,
        Waiting::Scheduled { .. } => Code::Scheduled,
        Waiting::OutsideHours { .. } => Code::OutsideHours,
        Waiting::RetryAt { .. } => Code::RetryAt,
        Waiting::LimitReached { .. } | Waiting::NeverFits => Code::Limit,
        Waiting::NoDevice => Code::NoDevice,
        Waiting::AccountNotOnPhone => Code::NotOnPhone,
        Waiting::ActionPaused { .. } => Code::ActionPaused,
        Waiting::DeviceInHand { .. } => Code::InHand,
        Waiting::DeviceNotReady { .. } => Code::NotReady,
        Waiting::DeviceBusy { .. } => Code::Busy,
        Waiting::Starting => Code::Starting,
    }
}

/// The first of all reasons that keep the task from running; `None` if it runs or is not live.
pub fn expected(state: &State, books: &Books, now: Now, id: TaskId) -> Option<Code> {
    let task = state.task(id)?;
    let account = state.account(task.account)?;
    let mut holds = Vec::new();
    let mut says = |code, is: bool| holds.extend(is.then_some(code));
    let scheduled = match task.phase {
        Phase::Running(_) => return None,
        Phase::Waiting => false,
        Phase::Scheduled { .. } => true,
    };
    says(Code::Stopped, state.is_stopped());
    let list = task.list().map(|list| &state.lists()[list.0 as usize]);
    let of_list = list.is_some_and(|list| list.paused);
    let of_kind = state.is_kind_paused(task.kind);
    says(Code::Paused, state.is_paused() || account.paused);
    says(Code::Paused, of_list || of_kind);
    let lease = state
        .attempts()
        .find(|(_, it)| it.account == Some(task.account));
    says(Code::Held, lease.is_some_and(|(_, it)| it.doubt.is_some()));
    says(
        Code::RunningTask,
        lease.is_some_and(|(_, it)| it.doubt.is_none()),
    );
    says(
        Code::Suspended,
        matches!(account.state, AccountState::Suspended { .. }),
    );
    says(
        Code::Cooldown,
        matches!(account.state, AccountState::Cooldown { .. }),
    );
    let before = |(other, it): (TaskId, &state::Task)| {
        it.account == task.account && it.phase == Phase::Waiting && it.seq < task.seq && other != id
    };
    says(Code::Behind, !scheduled && state.tasks().any(before));
    says(Code::Scheduled, scheduled);
    says(
        Code::OutsideHours,
        !is_open(&state.settings.hours, account.rota, now.wall),
    );
    says(Code::RetryAt, account.retry_at.is_some());
    let room = books.has_room(state, task.account, task.need, now.at);
    says(Code::Limit, account.limited_until.is_some() || !room);
    holds.push(for_phones(state, account, task));
    holds.into_iter().min()
}

/// Whether the local minute of the week is in one of the rota's windows.
pub fn is_open(hours: &Hours, rota: RotaNo, wall: i64) -> bool {
    let Some(week) = hours.rotas.get(usize::from(rota.0)) else {
        return true;
    };
    let set = hours.zone.changes.iter().rev();
    let offset = set
        .copied()
        .find_map(|(from, offset)| (from <= wall).then_some(offset));
    let local = wall.div_euclid(1_000) + i64::from(offset.unwrap_or(hours.zone.offset_s));
    // Day 0 was a Thursday, the fourth day of its week.
    let day = (local.div_euclid(86_400) + 3).rem_euclid(7);
    let minute = day * 1_440 + local.rem_euclid(86_400) / 60;
    let inside = |(from, to): &(u16, u16)| (i64::from(*from)..i64::from(*to)).contains(&minute);
    week.windows().is_empty() || week.windows().iter().any(inside)
}

fn for_phones(state: &State, account: &state::Account, task: &state::Task) -> Code {
    let missed = account.absent.len() >= 2
        || account
            .bound
            .is_some_and(|phone| account.absent.contains(&phone));
    let serves = |phone: PhoneNo| {
        let allowed = account.bound.is_none_or(|bound| bound == phone);
        let seen = account.bound.is_some() || !missed || account.present.contains(&phone);
        allowed && seen && !account.absent.contains(&phone)
    };
    if missed && account.present.is_empty() {
        return Code::NotOnPhone;
    }
    let there: Vec<_> = state.phones().filter(|(_, phone)| phone.present).collect();
    let serving: Vec<_> = there.iter().filter(|(phone, _)| serves(*phone)).collect();
    if serving.is_empty() {
        return match there.is_empty() || account.absent.is_empty() {
            true => Code::NoDevice,
            false => Code::NotOnPhone,
        };
    }
    let paused = |phone: &state::Phone| {
        let mut pauses = state.action_pauses();
        pauses.any(|(version, action, _)| version == phone.version && task.actions.has(action))
    };
    let unread = |phone: &state::Phone| phone.look_only && task.acts();
    let suits = |phone: &state::Phone| !paused(phone) && !unread(phone);
    if !serving.iter().any(|(_, phone)| suits(phone)) {
        return match serving.iter().any(|(_, phone)| paused(phone)) {
            true => Code::ActionPaused,
            false => Code::NotReady,
        };
    }
    let works = |phone: &state::Phone| {
        let held = phone.paused || phone.stopped || phone.in_hand;
        suits(phone) && phone.ready && !held && phone.breaker.is_none()
    };
    let in_hand = |(_, phone): &&(PhoneNo, &state::Phone)| suits(phone) && phone.in_hand;
    let working: Vec<_> = serving.iter().filter(|(_, phone)| works(phone)).collect();
    let free = |phone: &state::Phone| phone.lease.is_none() && phone.visit.is_none();
    match working.iter().any(|(_, phone)| free(phone)) {
        true => Code::Starting,
        false if working.is_empty() && serving.iter().any(in_hand) => Code::InHand,
        false if working.is_empty() => Code::NotReady,
        false => Code::Busy,
    }
}
