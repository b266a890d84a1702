//! How far a list is, and what the rest of it waits for.

use std::time::Duration;

use signalbox_scheduler::{ListNo, Task};
use uuid::Uuid;

use super::lists::{number, unknown_list};
use super::why::{Why, why};
use super::{CommandError, Commands};
use crate::runtime::View;
use crate::store::tasks::uuid;

/// Where a list stands.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[schemars(rename = "ListProgress")]
pub struct Progress {
    /// Tasks it has.
    pub total: u64,
    /// Completed.
    pub completed: u64,
    /// Failed.
    pub failed: u64,
    /// Cancelled.
    pub cancelled: u64,
    /// Ended with an unknown act.
    pub interrupted: u64,
    /// Running now, in doubt included (of all lists).
    pub running: u64,
    /// What keeps the heads of the lines from starting, one per account.
    pub blockers: Vec<Blocker>,
}

/// One account's head that waits.
#[derive(
    Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct Blocker {
    /// The account.
    pub account_id: String,
    /// The task at its head, or its next scheduled one.
    pub task_id: String,
    /// Why it is not running.
    pub why: Why,
    /// Tasks of that account that wait.
    pub waiting: usize,
}

impl Progress {
    /// Tasks that have ended.
    pub fn ended(&self) -> u64 {
        self.completed + self.failed + self.cancelled + self.interrupted
    }

    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.ended() >= self.total
    }

    /// Whether waiting goes on to make sense: something runs, or some wait ends within `most`.
    pub fn goes_on(&self, most: Duration) -> bool {
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        let soon = |blocker: &Blocker| {
            !blocker.why.needs_person && blocker.why.ends_in_ms.is_none_or(|ms| ms <= most)
        };
        self.running > 0 || self.blockers.iter().any(soon)
    }
}

impl Commands {
    /// Where a list stands now.
    pub async fn progress(&self, list_id: Uuid) -> Result<Progress, CommandError> {
        let found = self.read(move |view| Some(progress(view, number(view, list_id)?)));
        found.await?.ok_or_else(unknown_list)
    }

    /// Waits for any change; an error once the engine has ended.
    pub async fn changed(&self, watcher: &mut crate::runtime::Watcher) -> Result<(), CommandError> {
        watcher.changed().await.ok_or_else(CommandError::gone)
    }

    /// Begins to watch for changes.
    pub fn watch(&self) -> crate::runtime::Watcher {
        self.feed.watch()
    }

    /// Waits until nothing works on a phone any more.
    pub async fn idle(&self) -> Result<(), CommandError> {
        let mut watcher = self.watch();
        while self.at_work().await? > 0 {
            self.changed(&mut watcher).await?;
        }
        Ok(())
    }

    /// Attempts under way that are not in doubt: they still work on their phones.
    pub async fn at_work(&self) -> Result<usize, CommandError> {
        self.read(|view| {
            let attempts = view.state.attempts();
            attempts
                .filter(|(_, attempt)| attempt.doubt.is_none())
                .count()
        })
        .await
    }
}

fn progress(view: &View<'_>, list: ListNo) -> Progress {
    let counts = view
        .state
        .lists()
        .get(list.0 as usize)
        .copied()
        .unwrap_or_default();
    let mut progress = Progress {
        total: counts.tasks,
        completed: counts.completed,
        failed: counts.failed,
        cancelled: counts.cancelled,
        interrupted: counts.interrupted,
        running: view.state.counts().tasks_running,
        blockers: Vec::new(),
    };
    // A head whose account runs or is held waits for that; it says so as any other.
    for (no, account) in view.state.accounts() {
        let Some(task) = view.state.head(no).map(Task::id) else {
            continue;
        };
        let Some(why) = why(view, task) else { continue };
        let account_id = view.directory.account_title(no).to_owned();
        let waiting = account.waiting();
        progress.blockers.push(Blocker {
            account_id,
            task_id: uuid(task).to_string(),
            why,
            waiting,
        });
    }
    // Scheduled tasks stand outside the lines.
    for task in view.state.scheduled() {
        if let Some(why) = why(view, task.id()) {
            let account_id = view.directory.account_title(task.account).to_owned();
            progress.blockers.push(Blocker {
                account_id,
                task_id: uuid(task.id()).to_string(),
                why,
                waiting: 1,
            });
        }
    }
    progress
}
