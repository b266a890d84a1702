//! Tasks in numbers: found by what is asked for, page by page, and what their logs tell.

use std::collections::BTreeMap;

use signalbox_scheduler::{Kind, State, TaskId};
use uuid::Uuid;

use super::tasks::{TaskStatus, complete, told};
use super::{CommandError, Commands, lists};
use crate::clock::rfc3339;
use crate::runtime::View;
use crate::store::task_log;
use crate::store::tasks::{self, TaskRow};

/// Which tasks are wanted; what is `None` does not matter.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// `queued`, `running`, `completed`, `failed`, `cancelled`, `interrupted`; `ended`: any of the
    /// last four; `waiting`, `scheduled`: what of `queued` stands in a line or waits for its time;
    /// `unsuccessful`: failed or interrupted.
    pub status: Option<&'static str>,
    /// Of this account.
    pub account_id: Option<String>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Accepted at this time or later, ms since 1970.
    pub from: Option<i64>,
    /// Accepted at this time or before, ms since 1970.
    pub to: Option<i64>,
    /// Of the list of this id.
    pub list_id: Option<Uuid>,
    /// With this in the target or the note, in any case of letters.
    pub q: Option<String>,
}

/// What waits.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct QueueStatus {
    /// Tasks that wait, in a line or for their time.
    pub total_tasks: u64,
    /// The same by priority.
    pub tasks_by_priority: BTreeMap<String, u64>,
    /// A page of them, the newest first.
    pub tasks: Vec<TaskStatus>,
}

/// A line of a task's log.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct TaskLogLine {
    /// RFC 3339.
    pub timestamp: String,
    /// What happened.
    pub event_type: String,
    /// More about it.
    pub data: serde_json::Value,
}

/// A page of a task's log.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskLog {
    /// Its lines in order.
    pub lines: Vec<TaskLogLine>,
    /// After which line the next page begins; `None` where this one is the last.
    pub next: Option<i64>,
}

fn unknown_account(id: &str) -> CommandError {
    CommandError::new("unknown_account", format!("There is no account “{id}”."))
}

/// With fewer tasks than this that wait, those are found by their index.
const FEW_QUEUED: u64 = 5_000;

fn queued(state: &State) -> u64 {
    let counts = state.counts();
    counts.tasks_waiting + counts.tasks_scheduled
}

/// How many tasks a filter lets through, where memory keeps that number: of a state, of all tasks or
/// of one list. Everything else is counted in the tables.
fn known_total(view: &View<'_>, filter: &tasks::Filter) -> Option<u64> {
    let narrowed = filter.account.is_some() || filter.kind.is_some() || filter.q.is_some();
    if narrowed || filter.from.is_some() || filter.to.is_some() {
        return None;
    }
    let Some(list) = filter.list else {
        let counts = view.state.counts();
        let unsuccessful = counts.tasks_failed + counts.tasks_interrupted;
        let ended = counts.tasks_completed + unsuccessful + counts.tasks_cancelled;
        return Some(match filter.status {
            None => ended + queued(view.state) + counts.tasks_running,
            Some("queued") => queued(view.state),
            Some("waiting") => counts.tasks_waiting,
            Some("scheduled") => counts.tasks_scheduled,
            Some("running") => counts.tasks_running,
            Some("completed") => counts.tasks_completed,
            Some("failed") => counts.tasks_failed,
            Some("interrupted") => counts.tasks_interrupted,
            Some("cancelled") => counts.tasks_cancelled,
            Some("unsuccessful") => unsuccessful,
            Some("ended") => ended,
            Some(_) => return None,
        });
    };
    let counts = view.state.lists().get(list.0 as usize)?;
    Some(match filter.status {
        None => counts.tasks,
        Some("completed") => counts.completed,
        Some("failed") => counts.failed,
        Some("interrupted") => counts.interrupted,
        Some("cancelled") => counts.cancelled,
        Some("unsuccessful") => counts.failed + counts.interrupted,
        Some(_) => return None,
    })
}

impl Commands {
    /// A page of the tasks, the newest first, and how many there are in all.
    pub async fn tasks(
        &self,
        filter: TaskFilter,
        skip: u32,
        limit: u32,
    ) -> Result<(Vec<TaskStatus>, u64), CommandError> {
        let filter = match self.numbered(filter).await? {
            Ok(filter) => filter,
            Err(_) => return Ok((Vec::new(), 0)),
        };
        let of = filter.clone();
        let known = self.read(move |view| known_total(view, &of)).await?;
        let found = self.query(move |connection| {
            let rows = tasks::page(connection, &filter, skip, limit)?;
            let told = rows
                .into_iter()
                .map(|row| Ok((told(connection, &row)?, row)));
            let told: Vec<(TaskStatus, TaskRow)> = told.collect::<crate::store::Result<_>>()?;
            let total = known.map_or_else(|| tasks::count(connection, &filter), Ok)?;
            Ok((told, total))
        });
        let (told, total) = found.await?;
        Ok((self.completed(told).await?, total))
    }

    /// The filter with the numbers of what it names, or which of it there is not.
    pub(super) async fn numbered(
        &self,
        filter: TaskFilter,
    ) -> Result<Result<tasks::Filter, CommandError>, CommandError> {
        self.read(move |view| {
            let account = match &filter.account_id {
                None => None,
                Some(id) => match view.directory.account_by_id(id) {
                    None => return Err(unknown_account(id)),
                    known => known,
                },
            };
            let list = match filter.list_id {
                None => None,
                Some(id) => match lists::number(view, id) {
                    None => return Err(lists::unknown_list()),
                    known => known,
                },
            };
            Ok(tasks::Filter {
                status: filter.status,
                account,
                kind: filter.kind,
                from: filter.from,
                to: filter.to,
                q: filter.q,
                list,
                few_queued: queued(view.state) < FEW_QUEUED,
            })
        })
        .await
    }

    /// Adds to what rows tell what memory tells.
    pub(super) async fn completed(
        &self,
        told: Vec<(TaskStatus, TaskRow)>,
    ) -> Result<Vec<TaskStatus>, CommandError> {
        let pace = self.pace().await?;
        self.read(move |view| {
            let told = told.into_iter().map(|(mut status, row)| {
                complete(view, &row, &mut status, &pace);
                status
            });
            told.collect()
        })
        .await
    }

    /// What waits, with a page of it.
    pub async fn queue_status(&self, skip: u32, limit: u32) -> Result<QueueStatus, CommandError> {
        let filter = TaskFilter {
            status: Some("queued"),
            ..TaskFilter::default()
        };
        let (tasks, _) = self.tasks(filter, skip, limit).await?;
        let tasks_by_priority = self.query(tasks::waiting_by_priority).await?;
        Ok(QueueStatus {
            total_tasks: tasks_by_priority.values().sum(),
            tasks_by_priority,
            tasks,
        })
    }

    /// A page of a task's log after a line, in order; `None` if there is no task of that id.
    pub async fn task_log(
        &self,
        id: Uuid,
        after: i64,
        skip: u32,
        limit: u32,
    ) -> Result<Option<TaskLog>, CommandError> {
        let task = TaskId(id.as_u128());
        self.query(move |connection| {
            if tasks::get(connection, task)?.is_none() {
                return Ok(None);
            }
            let mut lines = task_log::page(connection, task, after, skip, limit + 1)?;
            let more = lines.len() > limit as usize;
            lines.truncate(limit as usize);
            let next = lines.last().filter(|_| more).map(|line| line.seq);
            let lines = lines.into_iter().map(|line| TaskLogLine {
                timestamp: rfc3339(line.ts),
                event_type: line.event,
                data: serde_json::from_str(&line.data).unwrap_or(line.data.into()),
            });
            Ok(Some(TaskLog {
                lines: lines.collect(),
                next,
            }))
        })
        .await
    }
}
