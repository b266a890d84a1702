//! A task in full: what it was given, its steps with what came of each, and its attempts.

use rusqlite::Connection;
use serde_json::Value;
use signalbox_scheduler::TaskId;
use uuid::Uuid;

use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::store::tasks::{self, TaskRow, steps, uuid};
use crate::store::{self, StoreError};

/// Attempts and steps that are told of one task; it has fewer.
const TOLD_MAX: u32 = 1_000;

/// A task in full.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct TaskDetails {
    /// Its id.
    pub task_id: String,
    /// What it was given to do, by its kind: `instagram`, `engagement` or `flow`.
    pub input: Value,
    /// The line of the list's file that it came from.
    pub list_row: Option<u32>,
    /// What it does, step by step; of a flow only what has an outcome.
    pub steps: Vec<TaskStep>,
    /// Its attempts, the first one first.
    pub attempts: Vec<TaskAttempt>,
    /// The act of which nobody knows whether it happened.
    pub unknown_act: Option<UnknownAct>,
}

/// A step of a task.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct TaskStep {
    /// Which, from 0.
    pub step: u16,
    /// What it does.
    pub action: String,
    /// Whom it is about.
    pub target_username: String,
    /// What came of it last; null where nothing did.
    pub status: Option<String>,
    /// A stable word; empty where the status says all.
    pub reason: String,
    /// How long it took.
    pub latency_ms: Option<i64>,
    /// When, RFC 3339.
    pub ts: Option<String>,
}

/// An attempt of a task.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct TaskAttempt {
    /// Its number, which grows over all tasks; the lines of the log name it.
    pub attempt: i64,
    /// Serial of its phone.
    pub device_id: String,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339; null while it is under way.
    pub ended_at: Option<String>,
    /// How it ended; null while it is under way.
    pub ending: Option<String>,
    /// Why it was in doubt; null where it was not.
    pub doubt: Option<String>,
    /// Code of what went wrong.
    pub error_code: Option<String>,
    /// The same as a sentence.
    pub error_message: Option<String>,
}

/// An act of unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct UnknownAct {
    /// Whom it is about.
    pub target_username: String,
    /// What was to be written.
    pub text: String,
    /// When it was about to be sent, RFC 3339.
    pub ts: String,
    /// What is not known, and what to look for, one sentence.
    pub sentence: String,
}

impl Commands {
    /// A task in full; `None` if there is none of that id.
    pub async fn task_details(&self, id: Uuid) -> Result<Option<TaskDetails>, CommandError> {
        let task = TaskId(id.as_u128());
        self.query(move |connection| {
            let row = tasks::get(connection, task)?;
            row.map(|row| details(connection, row)).transpose()
        })
        .await
    }
}

fn details(connection: &Connection, row: TaskRow) -> store::Result<TaskDetails> {
    let (task, list_row) = (row.spec.task, row.spec.row);
    let tries = steps::tries(connection, task, TOLD_MAX)?.into_iter();
    let unknown = match row.status.as_str() {
        "interrupted" => steps::unknown(connection, task)?,
        _ => None,
    };
    let steps = all_steps(connection, &row)?;
    let input = serde_json::to_value(row.spec.into_work())
        .map_err(|error| StoreError::damaged(format!("a task cannot be told: {error}")))?;
    Ok(TaskDetails {
        task_id: uuid(task).to_string(),
        input,
        list_row,
        steps,
        attempts: tries.map(attempt).collect(),
        unknown_act: unknown.map(unknown_act),
    })
}

/// What it means to do, each with the outcome it has; behind that, outcomes of what no step names.
fn all_steps(connection: &Connection, row: &TaskRow) -> store::Result<Vec<TaskStep>> {
    let work = row.spec.clone().into_work();
    let instances = work.instances().into_iter().take(TOLD_MAX as usize);
    let mut all: Vec<TaskStep> = instances
        .map(|one| TaskStep {
            step: one.step,
            action: one.action.as_str().to_owned(),
            target_username: work
                .target(one.page)
                .map(|target| target.reveal().to_owned())
                .unwrap_or_default(),
            status: None,
            reason: String::new(),
            latency_ms: None,
            ts: None,
        })
        .collect();
    for told in steps::told(connection, row.spec.task, TOLD_MAX)? {
        let known = all.iter_mut().find(|it| it.step == told.step);
        let action = known.as_ref().map(|it| it.action.clone());
        let step = TaskStep {
            step: told.step,
            action: action.unwrap_or(told.action),
            target_username: told.target,
            status: Some(told.status),
            reason: told.reason,
            latency_ms: Some(told.latency_ms),
            ts: Some(rfc3339(told.ts)),
        };
        match known {
            Some(known) => *known = step,
            None => all.push(step),
        }
    }
    Ok(all)
}

fn attempt(it: steps::Try) -> TaskAttempt {
    TaskAttempt {
        attempt: it.no,
        device_id: it.udid,
        started_at: rfc3339(it.started_ts),
        ended_at: it.ended_ts.map(rfc3339),
        ending: it.ending,
        doubt: it.doubt,
        error_code: it.error_code,
        error_message: it.error,
    }
}

/// What is to be said of an act of which nobody knows.
pub(super) fn unknown_act(it: steps::Unknown) -> UnknownAct {
    let sentence = format!(
        "Whether the comment “{}” for @{} was sent is not known: the attempt broke off between the \
         tap and its proof. Look under the post, then say whether it is there.",
        it.text, it.target
    );
    UnknownAct {
        target_username: it.target,
        text: it.text,
        ts: rfc3339(it.ts),
        sentence,
    }
}
