//! Tasks in numbers: found by what is asked for, page by page, and what their logs tell.

use std::collections::BTreeMap;

use signalbox_scheduler::{Kind, TaskId};
use uuid::Uuid;

use super::tasks::{TaskStatus, complete, told};
use super::{CommandError, Commands, lists};
use crate::clock::rfc3339;
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
        let found = self.query(move |connection| {
            let rows = tasks::page(connection, &filter, skip, limit)?;
            let told = rows
                .into_iter()
                .map(|row| Ok((told(connection, &row)?, row)));
            let told: Vec<(TaskStatus, TaskRow)> = told.collect::<crate::store::Result<_>>()?;
            Ok((told, tasks::count(connection, &filter)?))
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
