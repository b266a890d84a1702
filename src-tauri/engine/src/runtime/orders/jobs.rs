//! Orders of a job: it begins, changes tasks piece by piece, and ends. The job is one row of the
//! audit, which it gets when it ends or, where its engine ended before, when the next one begins;
//! single tasks get none.

use serde_json::{Map, Value, json};
use signalbox_scheduler::{Input, TaskId};
use uuid::Uuid;

use super::{Carried, Operator, Order, Retry, Taken};
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::store::audit::{self, Entry, Subject};
use crate::store::jobs::{self, JobRow, RUNNING};
use crate::store::{self, tasks};

/// Jobs at work at a time (R9).
const RUNNING_MAX: usize = 4;
/// Jobs that are remembered.
const KEPT: u32 = 1_000;

/// What a job does with each of its tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobWork {
    /// It is taken out of its line, or asked to end at its next safe point.
    Cancel,
    /// It is tried again, at the tail of its account's line.
    Retry,
}

impl JobWork {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Retry => "retry",
        }
    }

    /// Tasks of one piece: what the loop does in a few milliseconds.
    pub(crate) fn at_once(self) -> usize {
        match self {
            Self::Cancel => 64,
            Self::Retry => 16,
        }
    }
}

/// A job begins.
#[derive(Debug, Clone)]
pub(crate) struct BeginJob {
    pub(crate) id: Uuid,
    pub(crate) work: JobWork,
    /// Which tasks are meant.
    pub(crate) selection: Value,
    /// How many they are.
    pub(crate) total: u64,
}

/// A piece of a job.
#[derive(Debug, Clone)]
pub(crate) struct StepJob {
    pub(crate) id: Uuid,
    pub(crate) work: JobWork,
    pub(crate) tasks: Vec<TaskId>,
}

/// A job ends, in this state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EndJob(pub(crate) Uuid, pub(crate) &'static str);

impl Order for BeginJob {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, by: &Operator) -> Taken<()> {
        if jobs::running(&turn.tables)?.len() >= RUNNING_MAX {
            let message = format!(
                "{RUNNING_MAX} jobs are at work already. Wait until one has ended, or cancel it."
            );
            return Ok(Err(Refused::new("too_many_jobs", message)));
        }
        let job = JobRow {
            id: self.id,
            work: self.work.as_str().to_owned(),
            who: by.who.as_str().to_owned(),
            why: by.why.as_ref().map(|why| why.as_str().to_owned()),
            selection: self.selection.clone(),
            state: RUNNING.to_owned(),
            total: self.total,
            changed: 0,
            refused: Vec::new(),
            begun_ts: turn.ts,
            ended_ts: None,
        };
        jobs::put(&turn.tables, &job)?;
        jobs::forget(&turn.tables, KEPT)?;
        Ok(Ok(Carried::unchanged(())))
    }
}

impl Order for StepJob {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, by: &Operator) -> Taken<()> {
        let Some(mut job) = jobs::get(&turn.tables, self.id)? else {
            return Ok(Err(Refused::new("unknown_job", "There is no such job.")));
        };
        match self.work {
            JobWork::Cancel => turn.cancel_piece(&self.tasks, &mut job)?,
            JobWork::Retry => {
                for task in &self.tasks {
                    match Retry(*task).take(turn, by)? {
                        Ok(_) => job.changed += 1,
                        Err(refused) => job.refuse(*task, refused.code),
                    }
                }
            }
        }
        jobs::put(&turn.tables, &job)?;
        Ok(Ok(Carried::unchanged(())))
    }
}

impl Order for EndJob {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let Self(id, state) = *self;
        let Some(mut job) = jobs::get(&turn.tables, id)? else {
            return Ok(Err(Refused::new("unknown_job", "There is no such job.")));
        };
        let entry = turn.end_job(&mut job, state)?;
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Turn<'_> {
    /// Cancels what is live of these tasks in one input, and says what the others are.
    fn cancel_piece(&mut self, piece: &[TaskId], job: &mut JobRow) -> store::Result<()> {
        let state = &self.memory.state;
        let (live, ended): (Vec<TaskId>, Vec<TaskId>) =
            piece.iter().partition(|task| state.task(**task).is_some());
        for task in ended {
            let code = match tasks::get(&self.tables, task)? {
                Some(_) => "ended",
                None => "unknown_task",
            };
            job.refuse(task, code);
        }
        let count = live.len() as u64;
        let order = Input::CancelMany { tasks: live };
        if self.order_core(&order)?.is_ok() {
            job.changed += count;
        }
        Ok(())
    }

    fn end_job(&self, job: &mut JobRow, state: &str) -> store::Result<Entry> {
        state.clone_into(&mut job.state);
        job.ended_ts = Some(self.ts);
        jobs::put(&self.tables, job)?;
        let refused = job.refused.iter();
        let refused: Map<String, Value> = refused
            .map(|it| (it.code.clone(), it.tasks.into()))
            .collect();
        let after = json!({
            "changed": job.changed,
            "refused": refused,
            "selection": job.selection,
            "state": state,
            "total": job.total,
        });
        let action = match job.work.as_str() {
            "retry" => "job.retry_tasks",
            _ => "job.cancel_tasks",
        };
        let subject = Subject::new("job", job.id.to_string());
        Ok(Entry::new(action, subject, Value::Null, after))
    }

    /// Jobs that were at work when the last engine ended have done what they have done.
    pub(in crate::runtime) fn end_orphaned_jobs(&mut self) -> store::Result<()> {
        for mut job in jobs::running(&self.tables)? {
            let entry = self.end_job(&mut job, "interrupted")?;
            let why = job.why.as_deref();
            audit::insert(&self.tables, self.ts, &job.who, why, &entry)?;
            self.audited = true;
        }
        Ok(())
    }
}
