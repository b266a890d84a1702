//! Single tasks: accepting one, and telling where one stands.

use rusqlite::Connection;
use signalbox_automation::{Action, Handle, Status};
use signalbox_scheduler::{Kind, Priority, TaskId};
use uuid::Uuid;

use super::eta::eta;
use super::import::new_id;
use super::why::{Why, why};
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::list_file::{self, kind_word, priority_word};
use crate::pace::Pace;
use crate::runtime::{Create, View, spec_of};
use crate::simulator::SignIn;
use crate::store::interactions::{self, Sums};
use crate::store::tasks::{self, TaskRow, uuid};
use crate::store::{self, World};

/// A task to accept, checked by its face.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// The account; `None`: the one with the shortest line.
    pub account_id: Option<String>,
    /// Whom it is about.
    pub target: String,
    /// What to do, in order.
    pub actions: Vec<Action>,
    /// Posts one `like_post` likes.
    pub max_likes: u8,
    /// Follows it may do.
    pub max_follows: u8,
    /// Urgency.
    pub priority: Priority,
    /// Wall time before which it does not start, ms since 1970.
    pub not_before: Option<i64>,
    /// The same key again gives the same task again.
    pub idempotency_key: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct TaskCreated {
    /// Its id.
    pub task_id: String,
    /// `created`.
    pub status: &'static str,
    /// One sentence.
    pub message: String,
    /// The account it belongs to.
    pub account_id: String,
    /// Its place in the line, from 0; null if it runs or is scheduled.
    pub queue_position: Option<usize>,
    /// The account was made for it.
    pub account_created: bool,
}

/// A whole task.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct TaskStatus {
    /// Its id.
    pub task_id: String,
    /// Its account.
    pub account_id: String,
    /// `instagram`, `engagement`, `flow`.
    pub task_type: &'static str,
    /// `queued`, `running`, `completed`, `failed`, `cancelled`, `interrupted`.
    pub status: String,
    /// `low`, `normal`, `high`, `urgent`.
    pub priority: &'static str,
    /// Before this time it does not start, RFC 3339.
    pub not_before: Option<String>,
    /// Whom it is about.
    pub target_username: String,
    /// What it does.
    pub actions: Vec<&'static str>,
    /// Its place in the line, from 0.
    pub queue_position: Option<usize>,
    /// Tasks in that line; null where it stands in none.
    pub line_length: Option<usize>,
    /// Why it is not running.
    pub waiting_on: Option<Why>,
    /// It runs, and is to end at its next safe point.
    pub cancel_asked: bool,
    /// Serial of the phone it runs on, or was tried on last.
    pub device_id: Option<String>,
    /// Its list, if it came with one.
    pub list_id: Option<String>,
    /// What that is called.
    pub list_name: Option<String>,
    /// It only looks.
    pub rehearsal: bool,
    /// A note for people.
    pub note: Option<String>,
    /// About when it will have ended; null where there is no basis to say, or where a person has
    /// to help first.
    pub eta: Option<String>,
    /// Attempts so far.
    pub attempt: u32,
    /// Retry marks so far.
    pub retry_marks: u32,
    /// Steps with an outcome, and steps there are.
    pub progress: StepProgress,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub started_at: Option<String>,
    /// RFC 3339.
    pub ended_at: Option<String>,
    /// Outcomes by action and status, as `{"like": {"success": 3}}`; null until it has ended.
    pub result: Option<Sums>,
    /// Code of what went wrong last.
    pub error_code: Option<String>,
    /// The same as a sentence.
    pub error_message: Option<String>,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct StepProgress {
    /// Steps done.
    pub done: u16,
    /// Steps there are.
    pub total: u16,
}

impl From<NewTask> for list_file::TaskRow {
    fn from(new: NewTask) -> Self {
        let row = Self {
            line: 0,
            account_id: new.account_id,
            kind: Kind::Instagram,
            target: Handle::new(&new.target),
            actions: new.actions,
            max_likes: new.max_likes,
            max_follows: new.max_follows,
            work: None,
            priority: new.priority,
            not_before_ms: new.not_before,
            note: None,
            key: None,
        };
        row.keyed(new.idempotency_key)
    }
}

impl Commands {
    /// Accepts one task.
    pub async fn create_task(&self, new: NewTask) -> Result<TaskCreated, CommandError> {
        self.accept(new.into()).await
    }

    /// Accepts one task, whatever it does.
    pub(super) async fn accept(
        &self,
        row: list_file::TaskRow,
    ) -> Result<TaskCreated, CommandError> {
        let spec = spec_of(new_id(), &row, false);
        let account_id = row.account_id;
        if let (Some(phones), Some(account_id)) = (&self.phones, &account_id) {
            let id = account_id.clone();
            let known = self
                .read(move |view| view.directory.account_by_id(&id).is_some())
                .await?;
            if !known {
                let handle = Handle::new(account_id);
                phones
                    .accounts(&[SignIn {
                        handle,
                        device_udid: None,
                    }])
                    .await?;
            }
        }
        let create = Create {
            key: row.key,
            spec,
            may_add_account: self.world == World::Simulated,
            account_id,
        };
        let done = self.order(create, None).await?;
        Ok(TaskCreated {
            task_id: uuid(done.task).to_string(),
            status: "created",
            message: format!("The task is accepted for account {}.", done.account_id),
            account_id: done.account_id,
            queue_position: done.position,
            account_created: done.account_created,
        })
    }

    /// Where a task stands; `None` if there is none of that id.
    pub async fn task_status(&self, id: Uuid) -> Result<Option<TaskStatus>, CommandError> {
        let task = TaskId(id.as_u128());
        let pace = self.pace().await?;
        let found = self.read(move |view| {
            let row = tasks::get(view.connection, task)?;
            row.map(|row| status(view, &row, &pace)).transpose()
        });
        found.await?.map_err(CommandError::from)
    }
}

fn status(view: &View<'_>, row: &TaskRow, pace: &Pace) -> store::Result<TaskStatus> {
    let mut status = told(view.connection, row)?;
    complete(view, row, &mut status, pace);
    Ok(status)
}

/// What memory tells of a task beside its rows: whose it is, why it is not running, and when it
/// would end.
pub(super) fn complete(view: &View<'_>, row: &TaskRow, status: &mut TaskStatus, pace: &Pace) {
    let task = row.spec.task;
    status.account_id = view.directory.account_title(row.account).to_owned();
    status.queue_position = view.state.position(task);
    let line = status.queue_position.is_some();
    let account = view.state.account(row.account).filter(|_| line);
    status.line_length = account.map(signalbox_scheduler::Account::waiting);
    status.waiting_on = why(view, task);
    let list = row.list.and_then(|no| view.directory.list(no));
    status.list_id = list.map(|list| list.list_id.to_string());
    status.list_name = list.map(|list| list.name.clone());
    let live = view.state.task(task);
    status.cancel_asked = live.is_some_and(|it| it.cancel_asked);
    let eta = live.and_then(|live| eta(view, live, row.spec.rehearsal, pace));
    status.eta = eta.map(rfc3339);
}

/// What the rows of a task tell.
pub(super) fn told(connection: &Connection, row: &TaskRow) -> store::Result<TaskStatus> {
    let task = row.spec.task;
    let total = row.spec.steps();
    let ended = row.ended_ts.is_some();
    let result = ended.then(|| interactions::sums(connection, task));
    let done = match row.status == "completed" {
        true => total,
        false => tasks::next_step(connection, task, Status::final_word)?,
    };
    let (error_code, error_message) = tasks::last_error(connection, task)?.unzip();
    Ok(TaskStatus {
        task_id: uuid(task).to_string(),
        account_id: String::new(),
        task_type: kind_word(row.spec.kind),
        status: row.status.clone(),
        priority: priority_word(row.spec.priority),
        not_before: row.spec.not_before.map(rfc3339),
        target_username: row.spec.target.reveal().to_owned(),
        actions: row
            .spec
            .actions
            .iter()
            .map(|action| action.as_str())
            .collect(),
        queue_position: None,
        line_length: None,
        waiting_on: None,
        cancel_asked: false,
        device_id: tasks::last_phone(connection, task)?,
        list_id: None,
        list_name: None,
        rehearsal: row.spec.rehearsal,
        note: Some(row.spec.note.clone()).filter(|note| !note.is_empty()),
        eta: None,
        attempt: row.attempts,
        retry_marks: row.retry_marks,
        progress: StepProgress { done, total },
        created_at: rfc3339(row.created_ts),
        started_at: row.started_ts.map(rfc3339),
        ended_at: row.ended_ts.map(rfc3339),
        result: result.transpose()?,
        error_code,
        error_message,
    })
}
