//! "Why is this not running?": one code, always true; where several hold, the first (DESIGN §4).

use serde::{Deserialize, Serialize};

use crate::ids::{ActionNo, PhoneNo, TaskId, VersionNo};
use crate::input::Scope;
use crate::state::{Account, AccountState, Phase, Phone, State, Task};
use crate::timeline::Now;

/// The reason a live task is not running, with what the sentence needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Waiting {
    /// The operator stopped everything.
    Stopped,
    /// The operator paused what it belongs to.
    Paused {
        /// The widest pause: everything, its kind, its list or its account.
        by: Scope,
    },
    /// The account waits for the operator.
    AccountSuspended {
        /// The platform challenged it.
        challenge: bool,
    },
    /// An earlier attempt of the account has not been proven quiet.
    AccountHeld {
        /// The task of that attempt.
        task: TaskId,
        /// The phone that has to prove itself quiet.
        phone: PhoneNo,
    },
    /// Another task of the account runs.
    AccountRunningTask {
        /// That task.
        task: TaskId,
        /// Its phone.
        phone: PhoneNo,
    },
    /// The account rests.
    AccountInCooldown {
        /// Policy milliseconds.
        until: u64,
    },
    /// Another task of the account is before it.
    BehindTask {
        /// The one right before it.
        task: TaskId,
    },
    /// Its time has not come.
    Scheduled {
        /// Wall time, milliseconds.
        not_before: i64,
    },
    /// It is outside the account's hours.
    OutsideHours {
        /// Wall time at which they begin, milliseconds.
        opens: i64,
    },
    /// It failed and is tried again later.
    RetryAt {
        /// Policy milliseconds.
        at: u64,
    },
    /// The account's ceilings leave no room for it.
    LimitReached {
        /// Policy milliseconds.
        until: u64,
    },
    /// It means to do more acts than the account's ceilings allow since they were lowered.
    NeverFits,
    /// No phone that could serve it is on the cable.
    NoDevice,
    /// The account was not found on the phones it was looked for.
    AccountNotOnPhone,
    /// One of its actions is paused for the version of the app on the phones that could serve it.
    ActionPaused {
        /// The version.
        version: VersionNo,
        /// The action.
        action: ActionNo,
    },
    /// Of the phones that could serve it, one is in the operator's hand.
    DeviceInHand {
        /// That phone.
        phone: PhoneNo,
    },
    /// A phone that could serve it is there, but not ready, paused, stopped, out because it failed
    /// too often, or one that may only look.
    DeviceNotReady {
        /// Such a phone.
        phone: PhoneNo,
    },
    /// Every ready phone that could serve it is busy.
    DeviceBusy {
        /// Such a phone.
        phone: PhoneNo,
    },
    /// Nothing stands in its way: it starts with the next tick.
    Starting,
}

/// Why the task is not running; `None` if it runs or is not live.
///
/// `disk_full` stands between these codes; it is a fact the core does not hold.
pub fn waiting(state: &State, now: Now, id: TaskId) -> Option<Waiting> {
    let task = state.tasks.get(id)?;
    let account = state.accounts.get(task.account.index())?;
    if let Phase::Running(_) = task.phase {
        return None;
    }
    if state.stopped {
        return Some(Waiting::Stopped);
    }
    let of_account = account.paused.then_some(Scope::Account(task.account));
    let paused = state.paused.then_some(Scope::All);
    let paused = paused.or_else(|| state.pause_of(task)).or(of_account);
    if let Some(by) = paused {
        return Some(Waiting::Paused { by });
    }
    match account.state {
        AccountState::Suspended { challenge } => {
            return Some(Waiting::AccountSuspended { challenge });
        }
        AccountState::Running(attempt) => {
            let attempt = state.attempts.get(&attempt)?;
            let (task, phone) = (attempt.task, attempt.phone);
            return Some(match attempt.doubt {
                Some(_) => Waiting::AccountHeld { task, phone },
                None => Waiting::AccountRunningTask { task, phone },
            });
        }
        AccountState::Cooldown { until } => return Some(Waiting::AccountInCooldown { until }),
        AccountState::Available => {}
    }
    match task.phase {
        Phase::Scheduled { not_before, .. } => return Some(Waiting::Scheduled { not_before }),
        _ => {
            let place = state.position(id)?;
            let before = place.checked_sub(1).and_then(|at| account.line.0.get(at));
            if let Some(before) = before.and_then(|slot| state.tasks.at(*slot)) {
                return Some(Waiting::BehindTask { task: before.id() });
            }
        }
    }
    let opens = state.settings.hours.opens_at(account.rota, now.wall);
    if opens > now.wall {
        return Some(Waiting::OutsideHours { opens });
    }
    if let Some(at) = account.retry_at {
        return Some(Waiting::RetryAt { at });
    }
    let limit = at_a_limit(state, account, task, now);
    Some(limit.unwrap_or_else(|| for_a_phone(state, account, task)))
}

/// Whether the ceilings leave room for the head, whether or not it was tried since they do not.
fn at_a_limit(state: &State, account: &Account, task: &Task, now: Now) -> Option<Waiting> {
    if account.never_fits(&state.settings, task.need) {
        return Some(Waiting::NeverFits);
    }
    let until = account.limited_until;
    let until = until.or_else(|| account.fits_at(&state.settings, task.need, now.at))?;
    Some(Waiting::LimitReached { until })
}

/// Which phone, or what about phones, the head of an account waits for.
fn for_a_phone(state: &State, account: &Account, task: &Task) -> Waiting {
    if account.needs_a_look() && account.present.is_empty() {
        return Waiting::AccountNotOnPhone;
    }
    let present = |phone: &&(PhoneNo, &Phone)| phone.1.present;
    let candidates: Vec<_> = state
        .phones()
        .filter(|(phone, _)| account.may_use(*phone))
        .collect();
    if candidates.iter().find(present).is_none() {
        // A phone is there, but not one that could have the account: that is the truer reason.
        let elsewhere = state.phones().any(|(_, phone)| phone.present);
        return if elsewhere && !account.absent.is_empty() {
            Waiting::AccountNotOnPhone
        } else {
            Waiting::NoDevice
        };
    }
    let candidates = match for_an_app(state, task, candidates) {
        Ok(candidates) => candidates,
        Err(waits) => return waits,
    };
    if candidates.iter().any(|(_, it)| it.is_idle()) {
        return Waiting::Starting;
    }
    let busy = candidates
        .iter()
        .find(|(_, it)| it.works() && (it.lease.is_some() || it.visit.is_some()));
    let in_hand = candidates.iter().find(|(_, it)| it.present && it.in_hand);
    match (busy.or(in_hand), candidates.iter().find(present)) {
        (Some((phone, it)), _) if it.in_hand => Waiting::DeviceInHand { phone: *phone },
        (Some((phone, _)), _) => Waiting::DeviceBusy { phone: *phone },
        (None, Some((phone, _))) => Waiting::DeviceNotReady { phone: *phone },
        (None, None) => Waiting::NoDevice,
    }
}

/// The phones whose app the task may be done in; where none of those that are there has one, why.
fn for_an_app<'s>(
    state: &State,
    task: &Task,
    phones: Vec<(PhoneNo, &'s Phone)>,
) -> Result<Vec<(PhoneNo, &'s Phone)>, Waiting> {
    let (takes, refuses): (Vec<_>, Vec<_>) = phones
        .into_iter()
        .filter(|(_, it)| it.present)
        .partition(|(phone, _)| state.takes(*phone, task));
    if !takes.is_empty() {
        return Ok(takes);
    }
    let mut pauses = refuses.iter();
    let pause = pauses.find_map(|(phone, _)| state.pause_for(*phone, task));
    Err(match (pause, refuses.first()) {
        (Some((version, action)), _) => Waiting::ActionPaused { version, action },
        (None, Some((phone, _))) => Waiting::DeviceNotReady { phone: *phone },
        (None, None) => Waiting::NoDevice,
    })
}
