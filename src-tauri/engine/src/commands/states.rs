//! Accounts and concurrency: the heart of the API (http-api.md).

use std::collections::BTreeMap;

use signalbox_scheduler::{Account, AccountNo, AccountState, Mishap};

use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::dto::{AccountStateDto, ConcurrencyMetrics, RecentError};
use crate::list_file::kind_word;
use crate::runtime::View;
use crate::store::World;
use crate::store::tasks::{self, uuid};

impl Commands {
    /// The state of every account, and the moment it is of (RFC 3339).
    pub async fn execution_states(
        &self,
    ) -> Result<(BTreeMap<String, AccountStateDto>, String), CommandError> {
        self.read(|view| (states(view), rfc3339(view.now.wall)))
            .await
    }

    /// The state of one account; `None` if nobody knows it.
    pub async fn execution_state(
        &self,
        account_id: String,
    ) -> Result<(Option<AccountStateDto>, String), CommandError> {
        self.read(move |view| {
            let no = view.directory.account_by_id(&account_id);
            let account = no.and_then(|no| Some((no, view.state.account(no)?)));
            let state = account.map(|(no, account)| account_state(view, no, account));
            (state, rfc3339(view.now.wall))
        })
        .await
    }

    /// The lines of all accounts that have one, in order, with the number of all waiting tasks.
    pub async fn waiting_tasks(
        &self,
    ) -> Result<(BTreeMap<String, Vec<String>>, u64, String), CommandError> {
        self.read(|view| {
            let total = view.state.counts().tasks_waiting;
            (lines(view), total, rfc3339(view.now.wall))
        })
        .await
    }

    /// The six numbers.
    pub async fn concurrency_metrics(&self) -> Result<(ConcurrencyMetrics, String), CommandError> {
        self.read(|view| (metrics(view), rfc3339(view.now.wall)))
            .await
    }
}

/// The state of every account, by its id.
pub(super) fn states(view: &View<'_>) -> BTreeMap<String, AccountStateDto> {
    let accounts = view.directory.accounts();
    let accounts = accounts.filter_map(|(no, _)| Some((no, view.state.account(no)?)));
    let states = accounts.map(|(no, account)| {
        let state = account_state(view, no, account);
        (state.account_id.clone(), state)
    });
    states.collect()
}

/// The lines of all accounts that have one: ids of tasks in order, by the account's id.
pub(super) fn lines(view: &View<'_>) -> BTreeMap<String, Vec<String>> {
    let waiting = view.state.accounts();
    let waiting = waiting.filter(|(_, account)| account.waiting() > 0);
    let lines = waiting.map(|(no, _)| {
        let line = view.state.line(no);
        let ids = line.map(|task| uuid(task.id()).to_string());
        (view.directory.account_title(no).to_owned(), ids.collect())
    });
    lines.collect()
}

pub(super) fn metrics(view: &View<'_>) -> ConcurrencyMetrics {
    let counts = view.state.counts();
    ConcurrencyMetrics {
        total_accounts_tracked: counts.accounts,
        accounts_running: counts.accounts_running,
        accounts_waiting: counts.accounts_waiting,
        accounts_cooldown: counts.accounts_cooldown,
        total_concurrency_blocks: counts.blocks,
        total_tasks_queued_waiting: counts.tasks_waiting,
    }
}

pub(super) fn account_state(view: &View<'_>, no: AccountNo, account: &Account) -> AccountStateDto {
    let attempt = match account.state {
        AccountState::Running(attempt) => view.state.attempt(attempt),
        _ => None,
    };
    let task = attempt.map(|attempt| attempt.task);
    let (state, reason) = state_words(view, account);
    let until = match account.state {
        AccountState::Cooldown { until } => Some(at_wall(view, until)),
        _ => None,
    };
    let kind = task
        .and_then(|task| view.state.task(task))
        .map(|task| kind_word(task.kind));
    let last = account.last_completed();
    let last_row = last.and_then(|task| tasks::get(view.connection, task).ok().flatten());
    AccountStateDto {
        account_id: view.directory.account_title(no).to_owned(),
        state: state.to_owned(),
        state_reason: reason.map(str::to_owned),
        current_task_id: task.map(|task| uuid(task).to_string()),
        current_device_id: attempt
            .and_then(|attempt| view.directory.phone(attempt.phone))
            .map(|phone| phone.udid.reveal().to_owned()),
        task_type: kind.map(str::to_owned),
        started_at: attempt.map(|attempt| at_wall(view, attempt.started_at)),
        waiting_tasks_count: account.waiting() as u64,
        waiting_task_ids: view
            .state
            .line(no)
            .map(|task| uuid(task.id()).to_string())
            .collect(),
        last_completed_task: last.map(|task| uuid(task).to_string()),
        last_completed_at: last_row.and_then(|row| row.ended_ts).map(rfc3339),
        total_tasks_completed: account.completed,
        execution_duration: attempt.map(|attempt| {
            std::time::Duration::from_millis(view.now.at.saturating_sub(attempt.started_at))
                .as_secs_f64()
                / f64::from(view.time_scale)
        }),
        cooldown_until: until,
        simulated: view.world == World::Simulated,
    }
}

/// What went wrong with the last attempts of an account, newest first.
pub(super) fn recent_errors(view: &View<'_>, account: &Account) -> Vec<RecentError> {
    let mishaps = account.mishaps.as_deref();
    let recent = mishaps.into_iter().flat_map(|it| it.recent.iter().rev());
    let recent = recent.map(|(at, what)| RecentError {
        at: at_wall(view, *at),
        error: word(*what),
    });
    recent.collect()
}

/// The class of the error table.
fn word(mishap: Mishap) -> &'static str {
    match mishap {
        Mishap::RateLimited => "rate_limited",
        Mishap::Challenge => "challenge",
        Mishap::NetworkError => "network_error",
        Mishap::AppCrash => "app_crash",
        Mishap::ElementNotFound => "element_not_found",
        Mishap::Timeout => "timeout",
        Mishap::Unknown => "unknown",
    }
}

/// A policy time as the wall time it falls on, RFC 3339.
pub(super) fn at_wall(view: &View<'_>, at: u64) -> String {
    let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    rfc3339(
        view.now
            .wall
            .saturating_add(signed(at))
            .saturating_sub(signed(view.now.at)),
    )
}

/// The words for a state and its reason.
pub(super) fn state_words(
    view: &View<'_>,
    account: &Account,
) -> (&'static str, Option<&'static str>) {
    match account.state {
        AccountState::Available => ("available", None),
        AccountState::Running(attempt) => {
            let doubt = view
                .state
                .attempt(attempt)
                .is_some_and(|it| it.doubt.is_some());
            ("running", doubt.then_some("in_doubt"))
        }
        AccountState::Cooldown { .. } => ("cooldown", Some("rate_limit")),
        AccountState::Suspended { challenge: true } => ("suspended", Some("challenge")),
        AccountState::Suspended { challenge: false } => ("suspended", Some("operator")),
    }
}
