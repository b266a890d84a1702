//! What an attempt asks and tells, and how it ends.

use super::{Decision, health};
use crate::effect::{Effect, Skip};
use crate::ids::AttemptNo;
use crate::input::{Ending, Prior, Scope};
use crate::planted::{Bug, planted};
use crate::policy::{
    APP_CRASHES_MAX, Act, CRASH_DELAY_MS, INTERRUPTIONS_MAX, Kind, MISSING_MAX, NETWORK_DELAY_MS,
    NETWORK_ERRORS_MAX, Need, RATE_LIMITS_MAX, Settings,
};
use crate::record::{Cause, Record, TaskEnd, Why};
use crate::state::{Attempt, Phase, State, Task};
use crate::timeline::Now;

pub(super) fn restart(state: &State, out: &mut Decision) {
    out.record(Record::EngineStarted);
    // Whoever carries effects out begins in silence, until it is said what is stopped.
    for (phone, _) in state.phones().filter(|(_, it)| it.stopped) {
        out.effect(Effect::Hush(Scope::Phone(phone)));
    }
    out.effect(match state.stopped {
        true => Effect::Hush(Scope::All),
        false => Effect::Unhush(Scope::All),
    });
    let mut orphans: Vec<AttemptNo> = state
        .attempts()
        .filter_map(|(no, attempt)| attempt.doubt.is_none().then_some(no))
        .collect();
    orphans.sort_unstable();
    for attempt in orphans {
        if planted(Bug::AutoRequeue) {
            let task = state.attempts.get(&attempt).map(|it| it.task);
            out.record(Record::Ended {
                attempt,
                ending: Ending::Yielded,
            });
            if let Some(task) = task {
                out.record(Record::Marked {
                    task,
                    why: Why::Yielded,
                    not_before: None,
                });
            }
            continue;
        }
        out.record(Record::Doubted {
            attempt,
            cause: Cause::EngineRestarted,
        });
    }
}

/// Puts the attempt in doubt: the phone is told to stop (R4) and has to prove itself quiet.
pub(super) fn doubt(
    state: &State,
    now: Now,
    (no, attempt): (AttemptNo, &Attempt),
    cause: Cause,
    out: &mut Decision,
) {
    out.record(Record::Doubted { attempt: no, cause });
    if cause.counts_for_breaker() {
        health::trip(state, now, attempt.phone, out);
    }
    if !planted(Bug::NoStopInDoubt) {
        out.effect(Effect::Stop {
            phone: attempt.phone,
            attempt: no,
        });
    }
    if planted(Bug::NoQuietCheck) {
        out.record(Record::Quieted { attempt: no });
        after_interruption(state, attempt, true, out);
    }
}

pub(super) fn lost(state: &State, now: Now, no: AttemptNo, out: &mut Decision) {
    let Some(attempt) = state.attempts.get(&no) else {
        return;
    };
    if attempt.doubt.is_some() {
        return;
    }
    doubt(state, now, (no, attempt), Cause::Lost, out);
    if !planted(Bug::NoQuietCheck) {
        out.order_check(state, no, attempt.phone, state.next_check());
    }
}

/// Whether the step of a known attempt has no outcome yet: a reply that comes twice counts once.
pub(super) fn is_news(state: &State, no: AttemptNo, step: u16) -> bool {
    let attempt = state.attempts.get(&no);
    attempt.is_some_and(|attempt| attempt.acted.is_none_or(|acted| step > acted))
}

pub(super) fn intend(
    state: &State,
    now: Now,
    (no, step): (AttemptNo, u16),
    (act, rest): (Act, Option<Need>),
    prior: Prior,
    out: &mut Decision,
) {
    let Some(attempt) = state.attempts.get(&no) else {
        return;
    };
    let (None, Some(account), Some(task)) = (
        attempt.doubt,
        attempt.account,
        state.tasks.get(attempt.task),
    ) else {
        return;
    };
    let Some(it) = state.accounts.get(account.index()) else {
        return;
    };
    // P4: a step that asks again while its act is under way, or after its outcome, is an echo.
    if attempt.intent.is_some() || !is_news(state, no, step) {
        return;
    }
    if task.cancel_asked || task.unsettled {
        return out.effect(Effect::Yield { attempt: no, step });
    }
    // Nobody reads what the app says there: another phone may do it.
    if state.phone(attempt.phone).is_some_and(|it| it.look_only) && !planted(Bug::ActsUnread) {
        return out.effect(Effect::Yield { attempt: no, step });
    }
    if let Some(why) = refuses(&state.settings, act, prior) {
        out.record(Record::Left {
            attempt: no,
            step,
            act,
            why,
        });
        return out.effect(Effect::Skip {
            attempt: no,
            step,
            why,
        });
    }
    let mut this = rest.unwrap_or_default();
    let own = &mut this.0[act.index()];
    *own = (*own).max(1);
    if rest.is_some() && task.need != this {
        // The first act on a page: a start from here on waits for room for all that is left of it.
        out.record(Record::Needs {
            task: attempt.task,
            need: this,
        });
    }
    if let Some(until) = it.fits_at(&state.settings, this, now.at)
        && !planted(Bug::NoCeiling)
    {
        // The start had room for it, but the ceiling was lowered since, or the step is done again.
        // The head waits for room, or it would start, ask and yield for ever.
        out.record(Record::Limited { account, until });
        return out.effect(Effect::Yield { attempt: no, step });
    }
    if let Some(last) = it.last_act_at() {
        let until = last.saturating_add(it.act_gap_ms(&state.settings));
        if until > now.at {
            return out.effect(Effect::Wait {
                attempt: no,
                step,
                until,
            });
        }
    }
    out.record(Record::Intended {
        attempt: no,
        step,
        act,
    });
    out.effect(Effect::Proceed { attempt: no, step });
}

/// What the history forbids. A check that failed forbids everything (DESIGN §4, deduplication).
fn refuses(settings: &Settings, act: Act, prior: Prior) -> Option<Skip> {
    let Prior::Found {
        done_before,
        account_on_target,
        others_on_target,
        text_on_target,
        text_uses,
    } = prior
    else {
        return Some(Skip::CheckFailed);
    };
    if done_before {
        return Some(Skip::DedupeHit);
    }
    let crowded = |most: u16| !account_on_target && others_on_target >= most;
    if settings.accounts_per_target.is_some_and(crowded) {
        return Some(Skip::TargetLimit);
    }
    let overused = |most: u16| text_uses >= most;
    let worn = text_on_target || settings.text_uses_per_day.is_some_and(overused);
    (act == Act::Comment && worn).then_some(Skip::TextLimit)
}

pub(super) fn ended(state: &State, now: Now, no: AttemptNo, ending: Ending, out: &mut Decision) {
    let Some(attempt) = state.attempts.get(&no) else {
        return;
    };
    // Whatever arrives in doubt is too late: only a numbered quiet check lifts it (R5).
    if attempt.doubt.is_some() && !planted(Bug::StaleFinishAccepted) {
        return;
    }
    let Some(task) = state.tasks.get(attempt.task) else {
        return;
    };
    let in_hand = state
        .phones
        .get(attempt.phone.index())
        .is_some_and(|phone| phone.in_hand);
    let at_a_safe_point = ending == Ending::Yielded && !has_unknown_act(attempt);
    if in_hand && at_a_safe_point && !planted(Bug::HandFreesAccount) {
        // Nothing is in flight, but somebody uses the phone, and perhaps the account.
        return doubt(state, now, (no, attempt), Cause::InHand, out);
    }
    out.record(Record::Ended {
        attempt: no,
        ending,
    });
    if ending.counts_for_breaker() {
        health::trip(state, now, attempt.phone, out);
    }
    dispose(attempt, task, ending, now, out);
    let Some(account) = attempt.account else {
        return;
    };
    match ending {
        Ending::RateLimited if !planted(Bug::NoCooldown) => {
            let before = state
                .accounts
                .get(account.index())
                .map_or(0, |it| it.rate_limits_in_a_row);
            let in_a_row = before.saturating_add(1);
            let until = now
                .at
                .saturating_add(state.settings.cooldown_after(in_a_row, no));
            out.record(Record::CooldownBegun {
                account,
                until,
                in_a_row,
            });
        }
        Ending::Challenge if !planted(Bug::NoSuspend) => {
            out.record(Record::Suspended {
                account,
                challenge: true,
            });
        }
        Ending::NotOnPhone => out.record(Record::NotOnPhone {
            phone: attempt.phone,
            account,
        }),
        _ => {}
    }
}

/// Where a task goes after a clean finish of its attempt (the table in DESIGN §4, Errors).
fn dispose(attempt: &Attempt, task: &Task, ending: Ending, now: Now, out: &mut Decision) {
    let id = attempt.task;
    if has_unknown_act(attempt) {
        return after_unknown(attempt, task, out);
    }
    let completed = ending == Ending::Completed;
    if completed || task.unsettled && ending == Ending::Unsettled {
        let end = match task.unsettled {
            // What was looked for was not seen: nobody knows but a person.
            true => TaskEnd::Interrupted,
            false => TaskEnd::Completed,
        };
        return out.record(Record::TaskEnded { task: id, end });
    }
    let (why, tried, most, delay) = tries(task, ending);
    let not_before = delay.map(|delay| now.at.saturating_add(delay));
    put_back(task, why, (tried, most), not_before, out);
}

/// What a task is marked with after such an ending, how often it was so before, how often it may be,
/// and how long it then waits, ms.
fn tries(task: &Task, ending: Ending) -> (Why, u8, u8, Option<u64>) {
    match ending {
        // It did not come to look: that is tried as often as after an interruption.
        Ending::Yielded if task.unsettled => (
            Why::Interrupted,
            task.tries.interrupted,
            INTERRUPTIONS_MAX,
            None,
        ),
        Ending::Yielded | Ending::Completed => (Why::Yielded, 0, 1, None),
        Ending::NotOnPhone => (Why::NotOnPhone, 0, 1, None),
        Ending::Challenge => (Why::Challenge, 0, 1, None),
        Ending::RateLimited => (
            Why::RateLimited,
            task.tries.rate_limited,
            RATE_LIMITS_MAX,
            None,
        ),
        Ending::NetworkError => (
            Why::NetworkError,
            task.tries.network,
            NETWORK_ERRORS_MAX,
            Some(NETWORK_DELAY_MS),
        ),
        Ending::AppCrash => (
            Why::AppCrash,
            task.tries.crashed,
            APP_CRASHES_MAX,
            Some(CRASH_DELAY_MS),
        ),
        Ending::ElementNotFound | Ending::Unknown | Ending::Unsettled => {
            // A script that failed is not done twice by itself: what it did before it failed
            // would be done again.
            let most = match task.kind {
                Kind::Flow => 0,
                _ => MISSING_MAX,
            };
            (Why::Missing, task.tries.missing, most, None)
        }
    }
}

/// The task goes back to its head, unless that was tried as often as allowed, or it was cancelled.
/// One with an act that nobody knows of then waits for a person.
pub(super) fn put_back(
    task: &Task,
    why: Why,
    (tried, most): (u8, u8),
    not_before: Option<u64>,
    out: &mut Decision,
) {
    let id = task.id();
    let end = if task.unsettled && (task.cancel_asked || tried >= most) {
        TaskEnd::Interrupted
    } else if task.cancel_asked {
        TaskEnd::Cancelled
    } else if tried >= most {
        TaskEnd::Failed
    } else {
        return out.record(Record::Marked {
            task: id,
            why,
            not_before,
        });
    };
    out.record(Record::TaskEnded { task: id, end });
}

/// Whether an act was intended that may have happened and must not happen twice.
pub(super) fn has_unknown_act(attempt: &Attempt) -> bool {
    attempt.intent.is_some_and(|(_, act)| !act.is_ensured())
}

/// Where a task goes whose attempt left such an act behind. An engagement task is tried once more,
/// to look for it; it is never done again by itself.
fn after_unknown(attempt: &Attempt, task: &Task, out: &mut Decision) {
    let id = attempt.task;
    let looks = task.kind == Kind::Engagement && !task.cancel_asked;
    out.record(match looks {
        true => Record::Marked {
            task: id,
            why: Why::Unsettled,
            not_before: None,
        },
        false => Record::TaskEnded {
            task: id,
            end: TaskEnd::Interrupted,
        },
    });
}

/// Where a task goes once its interrupted attempt no longer holds its account. `quiet`: its phone
/// is proven to do nothing any more, so that what is seen on it is final.
pub(super) fn after_interruption(
    state: &State,
    attempt: &Attempt,
    quiet: bool,
    out: &mut Decision,
) {
    let id = attempt.task;
    let Some(task) = state.tasks.get(id) else {
        return;
    };
    if !matches!(task.phase, Phase::Running(_)) {
        return;
    }
    let in_hand = attempt.doubt.map(|doubt| doubt.cause) == Some(Cause::InHand);
    // A command of a flow has no intent of its own: whether one was under way is not known.
    let unknown = has_unknown_act(attempt) || task.kind == Kind::Flow && !in_hand;
    if unknown && quiet {
        return after_unknown(attempt, task, out);
    }
    let end = if unknown || task.unsettled && task.cancel_asked {
        TaskEnd::Interrupted
    } else if task.cancel_asked {
        TaskEnd::Cancelled
    } else if in_hand {
        return out.record(Record::Marked {
            task: id,
            why: Why::Yielded,
            not_before: None,
        });
    } else if task.tries.interrupted >= INTERRUPTIONS_MAX {
        TaskEnd::Interrupted
    } else {
        return out.record(Record::Marked {
            task: id,
            why: Why::Interrupted,
            not_before: None,
        });
    };
    out.record(Record::TaskEnded { task: id, end });
}
