//! Everything at a glance, for those who look at one address.

use std::collections::BTreeMap;

use super::live::progress;
use super::states::{lines, metrics, states};
use super::tasks::{TaskStatus, told};
use super::{CommandError, Commands};
use crate::dto::{AccountStateDto, ConcurrencyMetrics, Devices};
use crate::store::tasks::{self, TaskRow};
use crate::store::{self, attempts};

/// Tasks under way, and results, that are told.
const TOLD_MAX: u32 = 100;
/// Results that are told.
const RESULTS_MAX: u32 = 20;

/// Everything at a glance.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Dashboard {
    /// The engine as a whole.
    pub system_stats: SystemStats,
    /// All phones.
    pub device_status: Devices,
    /// What waits.
    pub queue_status: QueueNumbers,
    /// Tasks under way, a hundred at most.
    pub active_tasks: Vec<TaskStatus>,
    /// The tasks that ended last, the last one first.
    pub recent_results: Vec<TaskStatus>,
    /// The state of every account.
    pub account_execution_states: BTreeMap<String, AccountStateDto>,
    /// The six numbers.
    pub execution_metrics: ConcurrencyMetrics,
    /// The line of every account that has one.
    pub waiting_tasks: WaitingTasks,
}

/// The engine as a whole.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct SystemStats {
    /// Seconds since the engine started.
    pub uptime: f64,
    /// New tasks may start.
    pub is_running: bool,
    /// Tasks under way or in doubt.
    pub active_workers: u64,
    /// Tasks accepted.
    pub total_tasks_created: u64,
    /// Tasks completed.
    pub total_tasks_completed: u64,
    /// Tasks that failed, or ended with an unknown act.
    pub total_tasks_failed: u64,
    /// Seconds an attempt took that completed its task, among the newest ones; null where there
    /// is none.
    pub average_task_duration: Option<f64>,
    /// Tasks that wait in the line of their account.
    pub queued_waiting_on_account: u64,
}

/// What waits, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct QueueNumbers {
    /// Tasks that wait, in a line or for their time.
    pub total_tasks: u64,
    /// The same by priority.
    pub tasks_by_priority: BTreeMap<String, u64>,
}

/// The lines of the accounts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct WaitingTasks {
    /// Ids of tasks in order, by account.
    pub by_account: BTreeMap<String, Vec<String>>,
    /// How many there are.
    pub total_waiting: u64,
}

impl Commands {
    /// Everything at a glance.
    pub async fn dashboard(&self) -> Result<Dashboard, CommandError> {
        let found = self.query(|connection| {
            let rows = |rows: Vec<TaskRow>| {
                let told = rows
                    .into_iter()
                    .map(|row| Ok((told(connection, &row)?, row)));
                told.collect::<store::Result<Vec<(TaskStatus, TaskRow)>>>()
            };
            let running = tasks::Filter {
                status: Some("running"),
                ..tasks::Filter::default()
            };
            let active = rows(tasks::page(connection, &running, 0, TOLD_MAX)?)?;
            let ended = attempts::ended_last(connection, RESULTS_MAX)?.into_iter();
            let ended = ended.map(|task| tasks::get(connection, task));
            let ended: Vec<Option<TaskRow>> = ended.collect::<store::Result<_>>()?;
            let ended = ended
                .into_iter()
                .flatten()
                .filter(|row| row.ended_ts.is_some());
            let waiting = tasks::waiting_by_priority(connection)?;
            let average = attempts::average_ms(connection)?;
            Ok((active, rows(ended.collect())?, waiting, average))
        });
        let (active, ended, tasks_by_priority, average) = found.await?;
        let health = self.health().await?;
        // What the six numbers count and what is told beside them is of one instant.
        let (states, lines, metrics, progress, started) = self
            .read(|view| {
                let started = !view.state.is_paused() && !view.state.is_stopped();
                let (states, lines) = (states(view), lines(view));
                (states, lines, metrics(view), progress(view), started)
            })
            .await?;
        Ok(Dashboard {
            system_stats: SystemStats {
                uptime: health.uptime,
                is_running: started,
                active_workers: health.workers_active,
                total_tasks_created: progress.total,
                total_tasks_completed: progress.completed,
                total_tasks_failed: progress.failed,
                average_task_duration: average.map(|ms| ms / 1_000.0),
                queued_waiting_on_account: metrics.total_tasks_queued_waiting,
            },
            device_status: self.devices().await?,
            queue_status: QueueNumbers {
                total_tasks: tasks_by_priority.values().sum(),
                tasks_by_priority,
            },
            active_tasks: self.completed(active).await?,
            recent_results: self.completed(ended).await?,
            account_execution_states: states,
            execution_metrics: metrics,
            waiting_tasks: WaitingTasks {
                by_account: lines,
                total_waiting: metrics.total_tasks_queued_waiting,
            },
        })
    }
}
