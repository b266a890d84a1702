//! Jobs: one order over many tasks, which goes through them piece by piece beside everything else.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};
use signalbox_scheduler::TaskId;
use tokio::runtime::Handle;
use tokio::sync::watch;
use uuid::Uuid;

use super::{CommandError, Commands, Reason, TaskFilter};
use crate::clock::rfc3339;
use crate::list_file::kind_word;
use crate::runtime::{BeginJob, EndJob, Order, StepJob};
use crate::store::jobs::{self, JobRow, RUNNING};
use crate::store::tasks;

pub use crate::runtime::JobWork;
pub use crate::store::jobs::RefusedTasks;

/// Tasks of one job (R9).
pub const JOB_TASKS_MAX: usize = 1_000_000;
/// How often a job tries again while the disk is full.
const AGAIN: Duration = Duration::from_secs(1);
/// How long a job may take to end when it is cancelled, before it is told as it stands.
const CANCEL_TIME: Duration = Duration::from_secs(5);

/// Which tasks a job is about.
#[derive(Debug, Clone)]
pub enum Selection {
    /// These, in this order.
    Ids(Vec<Uuid>),
    /// All that a filter lets through now and that are not past it: without a status, a cancel is
    /// about what waits or runs, a retry about what failed, was cancelled or interrupted.
    Filter(TaskFilter),
}

/// A job.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct JobView {
    /// Its id.
    pub job_id: String,
    /// What it does with each task: `cancel`, `retry`.
    pub work: String,
    /// `running`, `done`, `cancelled`; `interrupted`: the engine ended first. What was changed
    /// until then stays changed.
    pub state: String,
    /// Through which face it was ordered: `window`, `http`, `cli`.
    pub ordered_by: String,
    /// Why, where it was said.
    pub reason: Option<String>,
    /// Which tasks were meant: the filter, or how many ids.
    #[ts(type = "Record<string, unknown>")]
    pub selection: Value,
    /// Tasks that were meant when it began.
    pub total: u64,
    /// Tasks that it came to.
    pub done: u64,
    /// What came of them so far.
    pub result: JobResult,
    /// RFC 3339.
    pub begun_at: String,
    /// RFC 3339.
    pub ended_at: Option<String>,
}

/// What came of a job's tasks.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct JobResult {
    /// Tasks that were changed.
    pub changed: u64,
    /// Those that could not be changed, by the reason.
    pub refused: Vec<RefusedTasks>,
}

/// The jobs at work in this engine.
#[derive(Debug, Default)]
pub(super) struct Jobs(Mutex<HashMap<Uuid, Live>>);

#[derive(Debug, Clone)]
struct Live {
    /// Somebody cancelled it.
    stop: Arc<AtomicBool>,
    /// Closed when it is over.
    over: watch::Receiver<()>,
}

impl Jobs {
    fn live(&self) -> MutexGuard<'_, HashMap<Uuid, Live>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: Uuid) -> Option<Live> {
        self.live().get(&id).cloned()
    }
}

/// A job at work.
struct Work {
    commands: Commands,
    id: Uuid,
    work: JobWork,
    why: Option<Reason>,
    stop: Arc<AtomicBool>,
    /// Dropped at its end.
    _over: watch::Sender<()>,
}

impl Work {
    /// Goes through the tasks. Where the engine ends, or the file is broken, it is interrupted.
    async fn go(self, tasks: Vec<TaskId>) {
        let mut state = "done";
        for piece in tasks.chunks(self.work.at_once()) {
            if self.stop.load(Ordering::Relaxed) {
                state = "cancelled";
                break;
            }
            let step = || StepJob {
                id: self.id,
                work: self.work,
                tasks: piece.to_vec(),
            };
            if let Err(error) = self.ordered(step).await {
                tracing::warn!(code = %error.code, job = %self.id, "a job is interrupted");
                state = "interrupted";
                break;
            }
        }
        if self.ordered(|| EndJob(self.id, state)).await.is_err() {
            // The next engine says that it was interrupted.
            tracing::warn!(job = %self.id, "the end of a job could not be saved");
        }
        self.commands.jobs.live().remove(&self.id);
    }

    /// Orders it as often as it takes until the disk has room.
    async fn ordered<O: Order>(&self, order: impl Fn() -> O) -> Result<O::Done, CommandError> {
        loop {
            match self.commands.order(order(), self.why.clone()).await {
                Err(error) if error.code == "disk_full" => tokio::time::sleep(AGAIN).await,
                done => return done,
            }
        }
    }
}

/// Whether a job is about a task that stands so, where its filter does not say.
fn is_meant(work: JobWork, status: &str) -> bool {
    match work {
        JobWork::Cancel => matches!(status, "queued" | "running"),
        JobWork::Retry => matches!(status, "failed" | "cancelled" | "interrupted"),
    }
}

/// A filter as it is told afterwards.
fn told(filter: &TaskFilter) -> Value {
    let mut fields = Map::new();
    let mut tell = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    tell("status", filter.status.map(Value::from));
    tell("account_id", filter.account_id.clone().map(Value::from));
    tell("task_type", filter.kind.map(|it| kind_word(it).into()));
    tell("list_id", filter.list_id.map(|it| it.to_string().into()));
    tell("from_date", filter.from.map(|it| rfc3339(it).into()));
    tell("to_date", filter.to.map(|it| rfc3339(it).into()));
    tell("q", filter.q.clone().map(Value::from));
    json!({ "filter": fields })
}

fn shown(row: JobRow, is_live: bool) -> JobView {
    let state = match row.state.as_str() {
        RUNNING if !is_live => "interrupted".to_owned(),
        _ => row.state.clone(),
    };
    JobView {
        job_id: row.id.to_string(),
        state,
        done: row.done(),
        work: row.work,
        ordered_by: row.who,
        reason: row.why,
        selection: row.selection,
        total: row.total,
        result: JobResult {
            changed: row.changed,
            refused: row.refused,
        },
        begun_at: rfc3339(row.begun_ts),
        ended_at: row.ended_ts.map(rfc3339),
    }
}

fn unknown() -> CommandError {
    CommandError::new("unknown_job", "There is no job of this id.")
}

impl Commands {
    /// Begins a job that does this with all of the tasks, and does not wait for it. What the filter
    /// lets through is found now; what comes later is not meant.
    ///
    /// # Errors
    /// `unknown_account`, `unknown_list` in a filter; `too_many_tasks`, `too_many_jobs`;
    /// `bad_reason`.
    pub async fn begin_job(
        &self,
        work: JobWork,
        selection: Selection,
        why: Option<&str>,
    ) -> Result<JobView, CommandError> {
        let why = why.map(Reason::new).transpose()?;
        let (tasks, selection) = self.selected(work, selection).await?;
        if tasks.len() > JOB_TASKS_MAX {
            let detail = format!(
                "More than {JOB_TASKS_MAX} tasks are meant. Narrow the filter, and do the rest after."
            );
            return Err(CommandError::new("too_many_tasks", detail));
        }
        let id = Uuid::now_v7();
        let begin = BeginJob {
            id,
            work,
            selection,
            total: tasks.len() as u64,
        };
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, over) = watch::channel(());
        let live = Live {
            stop: Arc::clone(&stop),
            over,
        };
        self.jobs.live().insert(id, live);
        if let Err(refused) = self.order(begin, why.clone()).await {
            self.jobs.live().remove(&id);
            return Err(refused);
        }
        let job = Work {
            commands: self.clone(),
            id,
            work,
            why,
            stop,
            _over: sender,
        };
        // Its end is seen in its row, and by whoever waits for it.
        Handle::current().spawn(job.go(tasks));
        self.job(id).await
    }

    /// The tasks, in the order in which they are gone through, and what is told of them.
    async fn selected(
        &self,
        work: JobWork,
        selection: Selection,
    ) -> Result<(Vec<TaskId>, Value), CommandError> {
        let filter = match selection {
            Selection::Ids(ids) => {
                let mut seen = std::collections::HashSet::new();
                let tasks = ids.into_iter().filter(|id| seen.insert(*id));
                let tasks: Vec<TaskId> = tasks.map(|id| TaskId(id.as_u128())).collect();
                let told = json!({ "ids": tasks.len() });
                return Ok((tasks, told));
            }
            Selection::Filter(filter) => filter,
        };
        let (told, all) = (told(&filter), filter.status.is_some());
        let filter = self.numbered(filter).await??;
        let find = move |connection: &rusqlite::Connection| {
            let takes = |status: &str| all || is_meant(work, status);
            tasks::select(connection, &filter, takes, JOB_TASKS_MAX + 1)
        };
        let mut found = self.query(find).await?;
        // What is cancelled goes from the tail, so that nothing moves up that goes as well; what is
        // tried again keeps its order.
        if work == JobWork::Retry {
            found.reverse();
        }
        Ok((found, told))
    }

    /// A page of the jobs, the newest first, and how many are remembered.
    pub async fn jobs(&self, skip: u32, limit: u32) -> Result<(Vec<JobView>, u64), CommandError> {
        let before = self.jobs.live().clone();
        let (rows, count) = self
            .query(move |connection| jobs::page(connection, skip, limit))
            .await?;
        let after = self.jobs.live();
        let is_live = |id: &Uuid| before.contains_key(id) || after.contains_key(id);
        let rows = rows.into_iter().map(|row| {
            let live = is_live(&row.id);
            shown(row, live)
        });
        Ok((rows.collect(), count))
    }

    /// A job, and how far it is.
    ///
    /// # Errors
    /// `unknown_job`.
    pub async fn job(&self, id: Uuid) -> Result<JobView, CommandError> {
        let before = self.jobs.find(id).is_some();
        let found = self.query(move |connection| jobs::get(connection, id));
        let row = found.await?.ok_or_else(unknown)?;
        Ok(shown(row, before || self.jobs.find(id).is_some()))
    }

    /// A job as it stands at its end.
    ///
    /// # Errors
    /// `unknown_job`.
    pub async fn job_ended(&self, id: Uuid) -> Result<JobView, CommandError> {
        if let Some(mut live) = self.jobs.find(id) {
            // Nothing is ever sent: it is closed.
            let _ = live.over.changed().await;
        }
        self.job(id).await
    }

    /// Lets a job end after the piece that is under way. What it changed stays changed.
    ///
    /// # Errors
    /// `unknown_job`; `job_ended`.
    pub async fn cancel_job(&self, id: Uuid) -> Result<JobView, CommandError> {
        let Some(live) = self.jobs.find(id) else {
            let job = self.job(id).await?;
            let detail = format!("The job has ended already: it is {}.", job.state);
            return Err(CommandError::new("job_ended", detail));
        };
        live.stop.store(true, Ordering::Relaxed);
        // While the disk is full it waits for room; it is told as it stands then.
        let ended = tokio::time::timeout(CANCEL_TIME, self.job_ended(id)).await;
        match ended {
            Ok(job) => job,
            Err(_) => self.job(id).await,
        }
    }
}
