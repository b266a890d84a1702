//! How engagement stands: the tasks of that kind in numbers, what waits and what runs.

use signalbox_scheduler::Kind;

use super::tasks::TaskStatus;
use super::{CommandError, Commands, TaskFilter};
use crate::store::tasks;

/// Tasks that wait or run and are told.
const TOLD_MAX: u32 = 100;

/// How engagement stands.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct EngagementOverview {
    /// The tasks in numbers.
    pub engagement_stats: EngagementStats,
    /// Tasks that wait, in a line or for their time; the newest first, a hundred at most.
    pub engagement_queue: Vec<TaskStatus>,
    /// Tasks under way, a hundred at most.
    pub active_engagement_tasks: Vec<TaskStatus>,
}

/// Engagement tasks by how they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct EngagementStats {
    /// New ones may start.
    pub is_running: bool,
    /// All of them.
    pub total_tasks: u64,
    /// Those that wait, in a line or for their time.
    pub queued: u64,
    /// Those under way or in doubt.
    pub running: u64,
    /// Those that completed.
    pub completed: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
    /// Those that ended with an unknown act.
    pub interrupted: u64,
}

fn of(status: Option<&'static str>) -> TaskFilter {
    TaskFilter {
        status,
        kind: Some(Kind::Engagement),
        ..TaskFilter::default()
    }
}

impl Commands {
    /// How engagement stands.
    pub async fn engagement(&self) -> Result<EngagementOverview, CommandError> {
        let counts = self.query(|connection| {
            let count = |status| {
                let filter = tasks::Filter {
                    status,
                    kind: Some(Kind::Engagement),
                    ..tasks::Filter::default()
                };
                tasks::count(connection, &filter)
            };
            Ok(EngagementStats {
                is_running: false,
                total_tasks: count(None)?,
                queued: count(Some("queued"))?,
                running: count(Some("running"))?,
                completed: count(Some("completed"))?,
                failed: count(Some("failed"))?,
                cancelled: count(Some("cancelled"))?,
                interrupted: count(Some("interrupted"))?,
            })
        });
        let stats = counts.await?;
        let is_running = self.read(|view| {
            let state = view.state;
            !state.is_paused() && !state.is_stopped() && !state.is_kind_paused(Kind::Engagement)
        });
        Ok(EngagementOverview {
            engagement_stats: EngagementStats {
                is_running: is_running.await?,
                ..stats
            },
            engagement_queue: self.tasks(of(Some("queued")), 0, TOLD_MAX).await?.0,
            active_engagement_tasks: self.tasks(of(Some("running")), 0, TOLD_MAX).await?.0,
        })
    }

    /// A page of the engagement tasks that ended, the newest first, and how many there are.
    pub async fn engagement_history(
        &self,
        skip: u32,
        limit: u32,
    ) -> Result<(Vec<TaskStatus>, u64), CommandError> {
        self.tasks(of(Some("ended")), skip, limit).await
    }
}
