//! One account, whole: where it stands and why, what it may still do, and its line.

use schemars::JsonSchema;
use serde::Serialize;
use signalbox_scheduler::{Account, AccountNo, AccountState, PhoneNo};

use super::accounts::{listing, serials};
use super::live::serial;
use super::states::{at_wall, recent_errors};
use super::tasks::{TaskStatus, told};
use super::why::{Why, held, why};
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::dto::{AccountListing, RecentError};
use crate::runtime::View;
use crate::store::tasks::{self, TaskRow, uuid};
use crate::store::{self, attempts};

/// The platform asked for the account's owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Challenge {
    /// The task that met it, where it still waits; its log has the picture of the screen.
    pub task_id: Option<String>,
    /// Serial of the phone that showed it.
    pub device_udid: Option<String>,
    /// When, RFC 3339.
    pub at: Option<String>,
    /// What stood there.
    pub sentence: Option<String>,
    /// A phone is to be looked at, and the suspension lifted if nothing stands there any more.
    pub look_ordered: bool,
}

/// One account, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountDetail {
    /// What it is called, where it stands, what it did today.
    #[serde(flatten)]
    pub listing: AccountListing,
    /// The task under way, also of an account that is held.
    pub current_task_id: Option<String>,
    /// Serial of the phone it is on.
    pub current_device_udid: Option<String>,
    /// When that began, RFC 3339.
    pub started_at: Option<String>,
    /// When its rest ends, RFC 3339; it goes on under a suspension.
    pub rests_until: Option<String>,
    /// Rate limits in a row, since its last completed task.
    pub rate_limits_in_a_row: u8,
    /// It is suspended once its task ends: by a `challenge`, or by the `operator`.
    pub suspended_next: Option<String>,
    /// Tasks that wait for their time, outside the line.
    pub scheduled_tasks_count: u64,
    /// Tasks completed.
    pub total_tasks_completed: u64,
    /// The task completed last.
    pub last_completed_task: Option<String>,
    /// Least seconds between two of its acts: the longer of the settings' and its own.
    pub gap_seconds: u64,
    /// When the gap behind its last act is over, RFC 3339; null: it is over.
    pub gap_until: Option<String>,
    /// Serials of the phones on which it was looked for and is not signed in.
    pub not_signed_in_on: Vec<String>,
    /// It was missed on so many phones that a person has to sign it in.
    pub needs_sign_in: bool,
    /// Why the head of its line is not running.
    pub waiting_on: Option<Why>,
    /// Why it is held, and what frees it.
    pub held: Option<Why>,
    /// What the platform asked, while it is suspended for that.
    pub challenge: Option<Challenge>,
    /// What went wrong with its last attempts, newest first.
    pub recent_errors: Vec<RecentError>,
}

fn unknown() -> CommandError {
    CommandError::new("unknown_account", "There is no such account. Add it first.")
}

impl Commands {
    /// One account, whole.
    ///
    /// # Errors
    /// `unknown_account`.
    pub async fn account_detail(&self, id: String) -> Result<AccountDetail, CommandError> {
        let found = self.read(move |view| {
            let no = view.directory.account_by_id(&id)?;
            detail(view, no)
        });
        found.await?.ok_or_else(unknown)
    }

    /// A page of an account's line, in order, and how many wait in it.
    ///
    /// # Errors
    /// `unknown_account`.
    pub async fn account_line(
        &self,
        id: String,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<TaskStatus>, u64), CommandError> {
        let found = self.read(move |view| {
            let no = view.directory.account_by_id(&id)?;
            let account = view.state.account(no)?;
            let line = view.state.line(no).skip(skip).take(limit);
            let ids = line.map(signalbox_scheduler::Task::id).collect::<Vec<_>>();
            Some((ids, account.waiting() as u64))
        });
        let (ids, total) = found.await?.ok_or_else(unknown)?;
        let told = self.query(move |connection| {
            let rows = ids.into_iter().map(|id| {
                let Some(row) = tasks::get(connection, id)? else {
                    return Ok(None);
                };
                Ok(Some((told(connection, &row)?, row)))
            });
            let told: Vec<Option<(TaskStatus, TaskRow)>> = rows.collect::<store::Result<_>>()?;
            Ok(told.into_iter().flatten().collect::<Vec<_>>())
        });
        Ok((self.completed(told.await?).await?, total))
    }
}

fn detail(view: &View<'_>, no: AccountNo) -> Option<AccountDetail> {
    let (row, account) = (view.directory.account(no)?, view.state.account(no)?);
    let attempt = match account.state {
        AccountState::Running(attempt) => view.state.attempt(attempt),
        _ => None,
    };
    let held_on = attempt.filter(|it| it.doubt.is_some()).map(|it| it.phone);
    let gap = account.act_gap_ms(&view.state.settings);
    let gap_until = account.last_act_at().map(|at| at.saturating_add(gap));
    let gap_until = gap_until.filter(|at| *at > view.now.at);
    let rests = account.rests_until.filter(|at| *at > view.now.at);
    let next = |challenge| if challenge { "challenge" } else { "operator" };
    let running = usize::from(attempt.is_some());
    Some(AccountDetail {
        listing: listing(view, row, account),
        current_task_id: attempt.map(|it| uuid(it.task).to_string()),
        current_device_udid: attempt.and_then(|it| serial(view, it.phone)),
        started_at: attempt.map(|it| at_wall(view, it.started_at)),
        rests_until: rests.map(|at| at_wall(view, at)),
        rate_limits_in_a_row: account.rate_limits_in_a_row,
        suspended_next: account.suspend_next.map(|it| next(it).to_owned()),
        scheduled_tasks_count: account.tasks().saturating_sub(account.waiting() + running) as u64,
        total_tasks_completed: account.completed,
        last_completed_task: account.last_completed().map(|it| uuid(it).to_string()),
        gap_seconds: gap.div_ceil(1_000),
        gap_until: gap_until.map(|at| at_wall(view, at)),
        not_signed_in_on: serials(view, &account.absent),
        needs_sign_in: account.needs_a_look(),
        waiting_on: view.state.head(no).and_then(|task| why(view, task.id())),
        held: held_on.map(|phone| held(view, &row.account_id, phone)),
        challenge: challenge(view, no, account),
        recent_errors: recent_errors(view, account),
    })
}

/// What the platform asked of an account that is suspended for it: the head of its line met that,
/// and keeps its place.
fn challenge(view: &View<'_>, no: AccountNo, account: &Account) -> Option<Challenge> {
    if account.state != (AccountState::Suspended { challenge: true }) {
        return None;
    }
    let ordered = |(_, phone): (PhoneNo, &signalbox_scheduler::state::Phone)| {
        phone.visit.is_some_and(|it| it.account == Some(no))
    };
    let look_ordered = view.state.phones().any(ordered);
    let task = view.state.head(no).map(signalbox_scheduler::Task::id);
    let met = task.and_then(|task| attempts::find(view.connection, task, None).ok().flatten());
    let met = met.filter(|it| it.ending.as_deref() == Some("challenge"));
    Some(Challenge {
        task_id: task
            .filter(|_| met.is_some())
            .map(|it| uuid(it).to_string()),
        device_udid: met.as_ref().and_then(|it| serial(view, it.phone)),
        at: met.as_ref().and_then(|it| it.ended_ts).map(rfc3339),
        sentence: met.and_then(|it| it.error),
        look_ordered,
    })
}

#[cfg(test)]
mod tests;
