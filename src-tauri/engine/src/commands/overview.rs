//! What the window shows, as a snapshot and as changes to it.

use std::time::Duration;

use signalbox_scheduler::{Account, AccountNo, AccountState};

use super::states::{at_wall, metrics, state_words};
use super::{CommandError, Commands};
use crate::dto::{AccountView, Overview, OverviewDelta, ProgressView};
use crate::runtime::{View, Watcher};
use crate::store::World;
use crate::store::tasks::uuid;

/// Least time between two deltas: at most ten a second.
const COALESCE: Duration = Duration::from_millis(100);

/// Changes to an overview, one watcher's.
pub struct Changes {
    commands: Commands,
    watcher: Watcher,
    rev: i64,
}

impl Commands {
    /// Everything the window shows.
    pub async fn overview(&self) -> Result<Overview, CommandError> {
        self.read(overview).await
    }

    /// A snapshot, and what changes after it.
    pub async fn subscribe(&self) -> Result<(Overview, Changes), CommandError> {
        // Watching begins first: a change between the two is told twice rather than never.
        let watcher = self.feed.watch();
        let overview = self.overview().await?;
        let changes = Changes {
            commands: self.clone(),
            watcher,
            rev: overview.rev,
        };
        Ok((overview, changes))
    }
}

impl Changes {
    /// The next changes, at most ten a second; `None` once the engine has ended.
    pub async fn next(&mut self) -> Option<OverviewDelta> {
        loop {
            self.watcher.changed().await?;
            tokio::time::sleep(COALESCE).await;
            let changed = self.watcher.take();
            let accounts: Vec<AccountNo> = changed.accounts.into_iter().collect();
            let since = self.rev;
            let delta = self
                .commands
                .read(move |view| delta(view, since, &accounts))
                .await
                .ok()?;
            if delta.rev > since {
                self.rev = delta.rev;
                return Some(delta);
            }
        }
    }
}

fn phones(view: &View<'_>) -> (u64, u64) {
    view.state
        .phones()
        .fold((0, 0), |(ready, attached), (_, phone)| {
            (
                ready + u64::from(phone.ready),
                attached + u64::from(phone.present),
            )
        })
}

pub(super) fn progress(view: &View<'_>) -> ProgressView {
    let counts = view.state.counts();
    let failed = counts.tasks_failed + counts.tasks_interrupted;
    let ended = counts.tasks_completed + failed + counts.tasks_cancelled;
    let open = counts.tasks_waiting + counts.tasks_scheduled + counts.tasks_running;
    ProgressView {
        total: ended + open,
        completed: counts.tasks_completed,
        failed,
        cancelled: counts.tasks_cancelled,
    }
}

fn overview(view: &View<'_>) -> Overview {
    let accounts = view
        .state
        .accounts()
        .map(|(no, account)| account_view(view, no, account));
    let (phones_ready, phones_attached) = phones(view);
    Overview {
        rev: view.rev,
        metrics: metrics(view),
        accounts: accounts.collect(),
        progress: progress(view),
        phones_ready,
        phones_attached,
        started: !view.state.is_paused() && !view.state.is_stopped(),
        simulated: view.world == World::Simulated,
    }
}

fn delta(view: &View<'_>, since: i64, accounts: &[AccountNo]) -> OverviewDelta {
    let upserts = accounts.iter().filter_map(|no| {
        let account = view.state.account(*no)?;
        Some(account_view(view, *no, account))
    });
    let (phones_ready, phones_attached) = phones(view);
    OverviewDelta {
        since,
        rev: view.rev,
        metrics: metrics(view),
        upserts: upserts.collect(),
        removes: Vec::new(),
        progress: progress(view),
        phones_ready,
        phones_attached,
        started: !view.state.is_paused() && !view.state.is_stopped(),
    }
}

fn account_view(view: &View<'_>, no: AccountNo, account: &Account) -> AccountView {
    let attempt = match account.state {
        AccountState::Running(attempt) => view.state.attempt(attempt),
        _ => None,
    };
    let (state, reason) = state_words(view, account);
    let row = view.directory.account(no);
    AccountView {
        account_id: view.directory.account_title(no).to_owned(),
        handle: row
            .map(|row| row.handle.reveal().to_owned())
            .unwrap_or_default(),
        label: row
            .map(|row| row.label.clone())
            .filter(|label| !label.is_empty()),
        state: state.to_owned(),
        state_reason: reason.map(str::to_owned),
        waiting_tasks_count: account.waiting() as u64,
        current_device: attempt.map(|attempt| view.directory.phone_title(attempt.phone).to_owned()),
        current_task_id: attempt.map(|attempt| uuid(attempt.task).to_string()),
        cooldown_until: match account.state {
            AccountState::Cooldown { until } => Some(at_wall(view, until)),
            _ => None,
        },
        total_tasks_completed: account.completed,
    }
}
