//! When a task would end: from how long tasks took lately, what stands before it, and how many
//! accounts share how many phones. Nothing is said where there is no basis for it, or where a
//! person has to help first.

use std::sync::{Mutex, PoisonError};

use signalbox_scheduler::{AccountState, AttemptNo, ListNo, Phase, Task};
use uuid::Uuid;

use super::lists::{number, unknown_list};
use super::why::why;
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::pace::{Pace, wait_for_room};
use crate::runtime::View;

/// How long a pace is good for, milliseconds: it is an average of many tasks.
const PACE_KEPT_MS: u64 = 5_000;

/// The pace that was read last, with when.
#[derive(Debug, Default)]
pub(super) struct LastPace(Mutex<Option<(u64, Pace)>>);

impl Commands {
    /// How long tasks take. Read off the loop's thread, and now and then only.
    pub(super) async fn pace(&self) -> Result<Pace, CommandError> {
        let now = self.clock.read().boot_ms;
        let last = *self
            .last_pace
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((at, pace)) = last
            && now.saturating_sub(at) < PACE_KEPT_MS
        {
            return Ok(pace);
        }
        let pace = self.query(Pace::read).await?;
        *self
            .last_pace
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((now, pace));
        Ok(pace)
    }
}

impl Commands {
    /// About when the last task of a list will have ended, RFC 3339; `None` where there is no basis
    /// to say, where a person has to help first, or where nothing of it is left to do.
    ///
    /// # Errors
    /// `unknown_list`.
    pub async fn list_eta(&self, list_id: Uuid) -> Result<Option<String>, CommandError> {
        let pace = self.pace().await?;
        let found = self.read(move |view| {
            let no = number(view, list_id)?;
            let rehearsal = view.directory.list(no)?.rehearsal;
            Some(of_list(view, no, rehearsal, &pace).map(rfc3339))
        });
        found.await?.ok_or_else(unknown_list)
    }
}

/// When the last task of a list would end: the one that stands last in each line, what runs, and
/// what waits for its time.
fn of_list(view: &View<'_>, list: ListNo, rehearsal: bool, pace: &Pace) -> Option<i64> {
    let state = view.state;
    let of_list = |task: &&Task| task.list() == Some(list);
    let accounts = state.accounts();
    let lines = accounts.filter_map(|(no, _)| state.line(no).rev().find(of_list));
    let running = state.attempts().filter_map(|(_, it)| state.task(it.task));
    let last = lines
        .chain(running.filter(of_list))
        .chain(state.scheduled().filter(of_list));
    let ends = last.map(|task| eta(view, task, rehearsal, pace));
    ends.collect::<Option<Vec<i64>>>()?.into_iter().max()
}

/// When the task would end, wall time in ms, by the view's clock.
pub(super) fn eta(view: &View<'_>, task: &Task, rehearsal: bool, pace: &Pace) -> Option<i64> {
    let (settings, scale) = (&view.state.settings, view.time_scale.max(1));
    let account = view.state.account(task.account)?;
    let gap = account.act_gap_ms(settings);
    let own = pace.of(task.kind, rehearsal, task.need, gap, scale)?;
    let ms = match task.phase {
        Phase::Running(attempt) => left_of(view, attempt, own)?,
        Phase::Scheduled { not_before } => {
            let until = u64::try_from(not_before.saturating_sub(view.now.wall)).unwrap_or(0);
            let line = (account.waiting() as u64).saturating_mul(own);
            (until / u64::from(scale)).max(line).saturating_add(own)
        }
        Phase::Waiting => in_line(view, task, own)?,
    };
    // Real milliseconds are more of them on a clock that runs faster.
    let ms = i64::try_from(ms.saturating_mul(u64::from(scale))).unwrap_or(i64::MAX);
    Some(view.now.wall.saturating_add(ms))
}

/// What is left of an attempt, real ms. In doubt, a phone has to answer first, and nobody knows
/// when.
fn left_of(view: &View<'_>, attempt: AttemptNo, takes: u64) -> Option<u64> {
    let attempt = view.state.attempt(attempt)?;
    let ran = view.now.at.saturating_sub(attempt.started_at) / u64::from(view.time_scale.max(1));
    attempt.doubt.is_none().then(|| takes.saturating_sub(ran))
}

/// How long a task in a line still takes, real ms.
fn in_line(view: &View<'_>, task: &Task, own: u64) -> Option<u64> {
    let (state, scale) = (view.state, u64::from(view.time_scale.max(1)));
    let account = state.account(task.account)?;
    let waits = why(view, state.head(task.account)?.id())?;
    if waits.needs_person {
        return None;
    }
    let first = match account.state {
        AccountState::Running(attempt) => left_of(view, attempt, own)?,
        _ => waits.ends_in_ms.unwrap_or(0),
    };
    let up_to = state.position(task.id())? + 1;
    let mut wanted = [0; 3];
    for it in state.line(task.account).take(up_to) {
        for (sum, need) in wanted.iter_mut().zip(it.need.0) {
            *sum += u64::from(need);
        }
    }
    let used = [0, 1, 2].map(|act| account.acts_in_day(act, view.now.at) as u64);
    let ceilings = [0, 1, 2].map(|act| account.ceiling(&state.settings, act));
    let room = wait_for_room(ceilings, used, wanted) / scale;
    // Only as many accounts get on at a time as there are phones.
    let phones = state.phones().filter(|(_, phone)| phone.ready).count() as u64;
    let turns = state
        .counts()
        .accounts_waiting
        .div_ceil(phones.max(1))
        .max(1);
    let line = (up_to as u64).saturating_mul(own).saturating_mul(turns);
    Some(first.max(room).saturating_add(line))
}
