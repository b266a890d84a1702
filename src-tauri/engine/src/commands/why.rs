//! "Why is this not running?" as one code and one true sentence with names and times.

use signalbox_scheduler::policy::{BREAKER_FAILURES, BREAKER_WINDOW_MS};
use signalbox_scheduler::{Cause, PhoneNo, Scope, TaskId, Waiting, waiting};

use super::notices;
use super::states::at_wall;
use crate::clock::rfc3339;
use crate::list_file::kind_word;
use crate::runtime::View;
use crate::store::restore;
use crate::store::tasks::uuid;

/// The answer for one task.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    ts_rs::TS,
)]
pub struct Why {
    /// Stable code (DESIGN §4).
    pub code: String,
    /// One sentence.
    pub sentence: String,
    /// Milliseconds of real time until it ends by itself, where that is known.
    pub ends_in_ms: Option<u64>,
    /// Only a person can end it.
    pub needs_person: bool,
}

/// Why the task is not running; `None` if it runs or has ended.
pub fn why(view: &View<'_>, task: TaskId) -> Option<Why> {
    let found = waiting(view.state, view.now, task)?;
    if let Some(damage) = view.damage {
        return Some(plain("stopped", damage.to_owned(), true));
    }
    if view.broken {
        let sentence = "The data set contradicts itself, so nothing starts. Restart Signalbox; if \
                        that does not help, restore a backup.";
        return Some(plain("stopped", sentence.to_owned(), true));
    }
    if !matches!(found, Waiting::Stopped) && view.disk_full {
        let sentence = "The disk is full: nothing starts until there is room.";
        return Some(plain("disk_full", sentence.to_owned(), true));
    }
    Some(explain(view, task, found))
}

/// What is paused, and for everything by whom.
fn paused(view: &View<'_>, account: &str, by: Scope) -> String {
    match by {
        Scope::Kind(kind) => {
            let kind = kind_word(kind);
            return format!("Tasks of type {kind} are paused by you. Start them to go on.");
        }
        Scope::List(list) => {
            let name = view.directory.list(list).map_or("?", |list| &list.name);
            return format!("List “{name}” is paused by you. Resume it to go on.");
        }
        Scope::Account(_) => return format!("Account {account} is paused by you."),
        Scope::All | Scope::Phone(_) => {}
    }
    let held = restore::held(view.connection).ok().flatten();
    held.unwrap_or_else(|| "Paused by you. Start to go on.".to_owned())
}

fn plain(code: &str, sentence: String, needs_person: bool) -> Why {
    Why {
        code: code.to_owned(),
        sentence,
        ends_in_ms: None,
        needs_person,
    }
}

/// A wait that ends at a policy time.
fn until(view: &View<'_>, code: &str, at: u64, sentence: impl FnOnce(&str) -> String) -> Why {
    let policy = at.saturating_sub(view.now.at);
    let ms = policy.div_ceil(u64::from(view.time_scale));
    let wall = view
        .now
        .wall
        .saturating_add(i64::try_from(policy).unwrap_or(i64::MAX));
    Why {
        code: code.to_owned(),
        sentence: sentence(&rfc3339(wall)),
        ends_in_ms: Some(ms),
        needs_person: false,
    }
}

/// Real time until a wall time as the core is shown it, ms.
fn in_real_ms(view: &View<'_>, wall: i64) -> u64 {
    let ms = u64::try_from(wall.saturating_sub(view.now.wall)).unwrap_or(0);
    ms.div_ceil(u64::from(view.time_scale))
}

fn explain(view: &View<'_>, task: TaskId, found: Waiting) -> Why {
    let names = view.directory;
    let account = view
        .state
        .task(task)
        .map(|task| names.account_title(task.account));
    let account = account.unwrap_or("?");
    match found {
        Waiting::Stopped => plain(
            "stopped",
            "Everything was stopped by you. Resume to go on.".into(),
            true,
        ),
        Waiting::Paused { by } => plain("paused", paused(view, account, by), true),
        Waiting::AccountSuspended { challenge } => {
            plain("account_suspended", suspended(account, challenge), true)
        }
        Waiting::AccountHeld { phone, .. } => held(view, account, phone),
        Waiting::AccountRunningTask { task, phone } => {
            let phone = names.phone_title(phone);
            let sentence = format!(
                "Waiting for account {account}, which runs {} on {phone}.",
                uuid(task)
            );
            plain("account_running_task", sentence, false)
        }
        Waiting::BehindTask { task } => plain(
            "behind_task",
            format!("Behind {} of the same account.", uuid(task)),
            false,
        ),
        found => at_a_time(view, account, found),
    }
}

/// What ends by itself at a time, and what waits for a phone.
fn at_a_time(view: &View<'_>, account: &str, found: Waiting) -> Why {
    match found {
        Waiting::AccountInCooldown { until: at } => until(view, "account_in_cooldown", at, |at| {
            format!("Account {account} rests until {at}.")
        }),
        Waiting::Scheduled { not_before } => Why {
            code: "scheduled".to_owned(),
            sentence: format!("Scheduled for {}.", rfc3339(not_before)),
            ends_in_ms: Some(in_real_ms(view, not_before)),
            needs_person: false,
        },
        Waiting::OutsideHours { opens } => Why {
            code: "outside_hours".to_owned(),
            sentence: format!(
                "Outside the hours of account {account}, which begin at {}.",
                rfc3339(opens)
            ),
            ends_in_ms: Some(in_real_ms(view, opens)),
            needs_person: false,
        },
        Waiting::RetryAt { at } => until(view, "retry_at", at, |at| {
            format!("It failed, and is tried again at {at}.")
        }),
        Waiting::LimitReached { until: at } => until(view, "limit_reached", at, |at| {
            format!("Account {account} has used up its acts; there is room at {at}.")
        }),
        Waiting::NeverFits => {
            let sentence = format!(
                "It means to do more than account {account} may in a day since its ceilings were \
                 lowered. Raise them, or cancel it."
            );
            plain("limit_reached", sentence, true)
        }
        found => for_a_phone(view, account, found),
    }
}

/// What is to be said of an account that is suspended.
pub(super) fn suspended(account: &str, challenge: bool) -> String {
    match challenge {
        true => format!(
            "Account {account} is suspended: the platform asks for its owner. Look at the phone, \
             then lift the suspension."
        ),
        false => format!("Account {account} is suspended by you."),
    }
}

/// Why an account is held, whose attempt on that phone is in doubt.
pub(super) fn held(view: &View<'_>, account: &str, phone: PhoneNo) -> Why {
    let title = view.directory.phone_title(phone);
    let it = view.state.phone(phone);
    let attempt = it.and_then(|it| view.state.attempt(it.lease?));
    let cause = attempt.and_then(|attempt| Some(attempt.doubt?.cause));
    let in_hand = it.is_some_and(|it| it.in_hand);
    if in_hand || (cause == Some(Cause::InHand) && !it.is_some_and(|it| it.present)) {
        let sentence = match in_hand {
            true => format!("Account {account} is held: {title} is in your hand. Give it back."),
            false => format!(
                "Account {account} is held: {title} was in your hand and is not plugged in. Plug \
                 it in, or release the account."
            ),
        };
        return plain("account_held", sentence, true);
    }
    let present = it.is_some_and(|it| it.present);
    let sentence = if present {
        format!("Account {account} is held until {title} has proven quiet.")
    } else {
        format!(
            "Account {account} is held: {title} went away in the middle of a task. Plug it in, \
             or release the account."
        )
    };
    plain("account_held", sentence, !present)
}

/// What is to be said of a phone that its breaker keeps out, after its name.
pub(super) fn out_of_order(view: &View<'_>, phone: PhoneNo) -> Option<String> {
    let it = view.state.phone(phone)?;
    let breaker = it.breaker?;
    let minutes = BREAKER_WINDOW_MS / 60_000;
    let next = match (breaker.again_at, breaker.check) {
        (Some(at), _) => format!("the next one is at {}", at_wall(view, at)),
        (None, Some(_)) => "one is under way".to_owned(),
        (None, None) if it.in_hand => "it follows once you give the phone back".to_owned(),
        (None, None) => "it follows once the phone is connected and quiet".to_owned(),
    };
    Some(format!(
        "failed {BREAKER_FAILURES} times in {minutes} minutes, and takes no task until it passes a \
         health check; {next}. Look at its cable, its network and the app."
    ))
}

/// What is to be said of a phone that is to be looked at before it takes a task.
pub(super) fn unlooked(view: &View<'_>, phone: PhoneNo) -> Option<String> {
    let it = view.state.phone(phone)?;
    let visit = it.visit.filter(|_| it.lease.is_none() && !it.in_hand)?;
    let title = view.directory.phone_title(phone);
    let next = match (view.unlooked.get(&phone), visit.again_at) {
        (Some(why), Some(at)) => format!(
            ", and could not be ({why}); the next look is at {}. If it stays so, look at it yourself",
            at_wall(view, at)
        ),
        _ => String::new(),
    };
    Some(format!(
        "{title} is looked at, and proves itself quiet, before it takes tasks{next}."
    ))
}

/// What is to be said of a phone whose app nobody reads, after its name.
pub(super) fn unread(view: &View<'_>, phone: PhoneNo) -> String {
    let language = view.languages.get(&phone).map_or("another", String::as_str);
    format!(
        "only looks: its app speaks a language ({language}) whose texts are not known. Set the \
         phone to one that is, or add [language.{language}] to screens.toml in the data directory."
    )
}

fn for_a_phone(view: &View<'_>, account: &str, found: Waiting) -> Why {
    let names = view.directory;
    match found {
        Waiting::NoDevice => plain(
            "no_device",
            "No phone for it is connected. Plug one in.".into(),
            true,
        ),
        Waiting::AccountNotOnPhone => {
            let sentence =
                format!("Account {account} is not signed in on the phones it may use. Sign it in.");
            plain("account_not_on_phone", sentence, true)
        }
        Waiting::ActionPaused { version, action } => {
            plain("paused", notices::paused(view, version, action), true)
        }
        Waiting::DeviceInHand { phone } => {
            let title = names.phone_title(phone);
            let sentence = format!("{title} is in your hand. Give it back to go on.");
            plain("device_in_hand", sentence, true)
        }
        Waiting::DeviceNotReady { phone } => {
            let title = names.phone_title(phone);
            if let Some(sentence) = out_of_order(view, phone) {
                return plain("device_not_ready", format!("{title} {sentence}"), false);
            }
            if view
                .state
                .phone(phone)
                .is_some_and(|it| it.look_only && it.works())
            {
                let sentence = format!("{title} {}", unread(view, phone));
                return plain("device_not_ready", sentence, true);
            }
            let sentence = match view.troubles.get(&phone) {
                Some((_, why)) => format!("{title} is not ready: {why}"),
                None => format!("{title} is not ready yet."),
            };
            // A covered screen waits for a person; anything else is tried again by itself.
            let blocked = view
                .troubles
                .get(&phone)
                .is_some_and(|(code, _)| *code == "E-DEV-BLOCKED");
            plain("device_not_ready", sentence, blocked)
        }
        Waiting::DeviceBusy { phone } => {
            if let Some(sentence) = unlooked(view, phone) {
                return plain("device_busy", sentence, false);
            }
            let title = names.phone_title(phone);
            plain(
                "device_busy",
                format!("Every phone for it is busy, {title} among them."),
                false,
            )
        }
        _ => plain("starting", "It starts in a moment.".into(), false),
    }
}

#[cfg(test)]
mod tests;
