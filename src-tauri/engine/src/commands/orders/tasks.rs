//! Orders about tasks: cancelled, tried again, told of.

use schemars::JsonSchema;
use signalbox_scheduler::{ListNo, TaskId};
use uuid::Uuid;

use super::super::{CommandError, Commands};
use crate::runtime::{Cancel, CancelRest, Resolve, Rest, Retry};
use crate::store::tasks::{self, uuid};

/// Where a task stands after an order.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema, ts_rs::TS)]
pub struct TaskOrdered {
    /// The order was carried out.
    pub success: bool,
    /// The task's id.
    pub task_id: String,
    /// Its account.
    pub account_id: String,
    /// `queued`, `running`, `completed`, `cancelled`.
    pub status: String,
    /// Its place in the line, from 0.
    pub queue_position: Option<usize>,
    /// One sentence.
    pub message: String,
}

/// What came of cancelling many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, JsonSchema, ts_rs::TS)]
pub struct TasksCancelled {
    /// The order was carried out.
    pub success: bool,
    /// Tasks that were taken out of their lines.
    pub cancelled: u64,
}

impl Commands {
    /// Takes a waiting or scheduled task out, or asks a running one to end at its next safe point.
    ///
    /// # Errors
    /// `unknown_task`; `ended`: it has ended already.
    pub async fn cancel_task(&self, id: Uuid) -> Result<TaskOrdered, CommandError> {
        let task = TaskId(id.as_u128());
        self.order(Cancel(task), None).await?;
        self.ordered(task).await
    }

    /// Puts a failed, cancelled or interrupted task at the tail of its account's line, as a new
    /// attempt that goes on behind the last recorded outcome.
    ///
    /// # Errors
    /// `unknown_task`, `not_ended`, `completed`, `queue_full`, `never_fits`, `unknown_account` where
    /// the account is gone; `unknown_act` while nobody said whether an act of it happened.
    pub async fn retry_task(&self, id: Uuid) -> Result<TaskOrdered, CommandError> {
        let task = TaskId(id.as_u128());
        self.order(Retry(task), None).await?;
        self.ordered(task).await
    }

    /// Takes the operator's word for whether the unknown act of an interrupted task happened. If it
    /// did, it is recorded as done, and the task goes on behind it or completes; if not, the task
    /// is tried again. Either way at the tail of its line.
    ///
    /// # Errors
    /// As [`Commands::retry_task`]; `nothing_unknown`.
    pub async fn resolve_task(
        &self,
        id: Uuid,
        happened: bool,
    ) -> Result<TaskOrdered, CommandError> {
        let task = TaskId(id.as_u128());
        self.order(Resolve { task, happened }, None).await?;
        self.ordered(task).await
    }

    async fn ordered(&self, task: TaskId) -> Result<TaskOrdered, CommandError> {
        let found = self.read(move |view| {
            let row = tasks::get(view.connection, task)?;
            Ok::<_, crate::store::StoreError>(row.map(|row| {
                let asked = view.state.task(task).is_some_and(|it| it.cancel_asked);
                let account_id = view.directory.account_title(row.account).to_owned();
                let position = view.state.position(task);
                let message = match (row.status.as_str(), position) {
                    ("running", _) if asked => "It ends at its next safe point.".to_owned(),
                    ("running", _) => "It runs.".to_owned(),
                    ("queued", Some(place)) => {
                        format!("It waits in the line of {account_id}, at place {place}.")
                    }
                    (status, _) => format!("The task is {status}."),
                };
                TaskOrdered {
                    success: true,
                    task_id: uuid(task).to_string(),
                    account_id,
                    status: row.status,
                    queue_position: position,
                    message,
                }
            }))
        });
        let found = found.await??;
        found.ok_or_else(|| CommandError::new("unknown_task", "There is no such task."))
    }

    /// Cancels every task of an account that waits or is scheduled. What runs goes on.
    ///
    /// # Errors
    /// `unknown_account`.
    pub async fn cancel_tasks_of_account(
        &self,
        account_id: String,
    ) -> Result<TasksCancelled, CommandError> {
        self.cancel_rest(Rest::Account(account_id)).await
    }

    /// Cancels every task of a list that waits or is scheduled. What runs goes on.
    ///
    /// # Errors
    /// `unknown_list`.
    pub async fn cancel_tasks_of_list(&self, list: ListNo) -> Result<TasksCancelled, CommandError> {
        self.cancel_rest(Rest::List(list, 0)).await
    }

    /// Piece by piece, so that the loop takes what else comes in between.
    async fn cancel_rest(&self, mut rest: Rest) -> Result<TasksCancelled, CommandError> {
        let mut cancelled = 0;
        loop {
            let done = self.order(CancelRest(rest), None).await?;
            cancelled += done.tasks as u64;
            let Some(more) = done.more else {
                return Ok(TasksCancelled {
                    success: true,
                    cancelled,
                });
            };
            rest = more;
        }
    }
}
