//! Everything that can be asked of a running engine. The window, the command line and HTTP are
//! thin faces of it, so a behaviour exists once.

mod account;
mod accounts;
mod attention;
mod audit;
#[cfg(test)]
mod audited;
mod backups;
mod bulk;
mod dashboard;
mod details;
mod devices;
mod diagnostics;
mod engaged;
mod engagement;
mod errors;
mod eta;
mod flows;
mod health;
mod history;
mod import;
mod interactions;
mod jobs;
mod lists;
mod live;
mod logs;
mod notices;
mod orders;
mod other_set;
mod phone_details;
mod plan;
mod progress;
mod queue;
mod reader;
#[cfg(test)]
mod replaced;
mod report;
mod screenshots;
mod series;
mod settings;
mod shift_note;
mod since;
mod spread;
mod standing;
mod states;
mod status;
mod storage;
mod sums;
mod tasks;
mod templates;
#[cfg(test)]
mod tests;
mod why;

use std::sync::Arc;

use signalbox_scheduler::Scope;
use tokio::sync::{mpsc, oneshot};

pub use crate::dto::{ListCounts, ListView};
pub use crate::export::Format as ExportFormat;
pub use crate::list_file::{FileKind, HistoryForm, OpenedColumn, OpenedFile};
pub use crate::logs::{LogEntry, LogPage, LogPlace};
pub use crate::runtime::{AccountChange, BOUNDS_S, DeviceChange, Durations, Reason, Who};
pub use crate::store::interactions::{Condition, Cursor, Filter, Part as OutcomePart};
pub use account::{AccountDetail, Challenge};
pub use accounts::AccountFilter;
pub use attention::AttentionItem;
pub use audit::{AuditFilter, AuditPage, AuditView};
pub use backups::{BackupView, RestoreReport, backup, list as list_backups, restore};
pub use bulk::{NewRow, NewTasks, NotTaken, TaskSource, TasksPlanned, TasksTaken};
pub use dashboard::Dashboard;
pub use details::{TaskAttempt, TaskDetails, TaskStep, UnknownAct};
pub use diagnostics::DiagnosticsPart;
pub use engaged::{EngagementOverview, EngagementStats};
pub use engagement::NewEngagement;
pub use errors::AccountErrors;
pub use flows::{FlowLine, FlowNote, FlowReport, NewFlow, check_flow};
pub use health::{Health, Numbers};
pub use history::{HistoryAccount, HistoryError, HistoryFile, HistoryReport, RepeatedRow};
pub use import::{ImportFiles, ImportReport, ListStanding, SameList, open_file};
pub use interactions::{Export, InteractionView, Interactions, LatestInteraction};
pub use jobs::{JOB_TASKS_MAX, JobResult, JobView, JobWork, RefusedTasks, Selection};
pub use lists::Again;
pub use live::{Changes, Update};
pub use logs::LogFilter;
pub use orders::{Lift, Part, TaskOrdered, TasksCancelled};
pub use other_set::{CopyReport, OtherSet, look_at as look_at_set};
pub use phone_details::{DeviceAttempt, DeviceAttempts, DeviceLadder};
pub use plan::{
    LeaveOut, Over, PlanCounts, PlanFile, PlanRow, PlanRows, PlanShare, PlanView, Verdict,
};
pub use progress::{Blocker, Progress};
pub use queue::{QueueStatus, TaskFilter, TaskLog, TaskLogLine};
pub use series::{Annotation, Gap, Latency, Series, SeriesPoint, SeriesSums};
pub use settings::{NotSet, SettingsReport};
pub use shift_note::ShiftNoteView;
pub use since::Since;
pub use standing::{AccountEvent, AccountEvents};
pub use status::EngineStatus;
pub use storage::StorageView;
pub use sums::Metrics;
pub use tasks::{NewTask, TaskCreated, TaskStatus};
pub use templates::{
    NewTemplate, TemplateActs, TemplateFile, TemplateRun, TemplateTask, TemplateValidation,
    TemplateVariable, TemplateView,
};
pub use why::Why;

use crate::clock::Clock;
use crate::facts::{Book, Reached};
use crate::list_file::Problem;
use crate::paths::DataDir;
use crate::runtime::{Feed, Message, Operator, Order, Refused, RotateToken, Switch, View};
use crate::simulator::Simulator;
use crate::store::World;
use crate::token::{Token, TokenFile};

/// Why something asked for was not done. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, ts_rs::TS)]
#[error("{detail}")]
pub struct CommandError {
    /// Stable code, shared by all faces.
    pub code: String,
    /// One sentence: what happened, why, what to do.
    pub detail: String,
    /// One line per bad row or field.
    pub errors: Vec<String>,
}

impl CommandError {
    /// An error of this code and sentence.
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    fn gone() -> Self {
        Self::new(
            "engine_stopped",
            "The engine has ended. Start Signalbox again.",
        )
    }
}

macro_rules! coded {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::new(error.code(), error.to_string())
            }
        }
    )+};
}

coded!(
    crate::lock::LockError,
    crate::paths::PathError,
    crate::simulator::SimulatorError,
    crate::store::StoreError,
    crate::token::TokenError,
    crate::store::backups::BackupError,
    crate::store::restore::RestoreError,
);

impl From<Refused> for CommandError {
    fn from(refused: Refused) -> Self {
        let errors = refused
            .line
            .map(|line| format!("line {line}: {}", refused.message));
        Self {
            code: refused.code.to_owned(),
            detail: refused.message,
            errors: errors.into_iter().collect(),
        }
    }
}

impl From<(&str, Vec<Problem>, u64)> for CommandError {
    fn from((file, kept, total): (&str, Vec<Problem>, u64)) -> Self {
        let detail = format!(
            "{file} has {total} bad {}; nothing was accepted. Mend the rows named and try again.",
            if total == 1 { "row" } else { "rows" }
        );
        let errors = kept.iter().map(Problem::to_string).collect();
        Self {
            code: "bad_list".to_owned(),
            detail,
            errors,
        }
    }
}

/// A handle to a running engine, held by one of its faces. Clones share the engine.
#[derive(Clone)]
pub struct Commands {
    /// Through which face orders come.
    who: Who,
    inbox: mpsc::Sender<Message>,
    feed: Arc<Feed>,
    world: World,
    data_dir: DataDir,
    phones: Option<Simulator>,
    clock: Clock,
    started_ms: u64,
    /// What phones say of themselves, and the app of which it is told.
    facts: Book,
    bundle_id: String,
    /// The phones themselves, where this engine has some.
    phones_there: Option<Reached>,
    last_pace: Arc<eta::LastPace>,
    /// Lists that were only planned.
    plans: Arc<plan::Plans>,
    jobs: Arc<jobs::Jobs>,
    token: Arc<TokenFile>,
    readers: Arc<reader::Readers>,
    /// One history is imported at a time.
    histories: Arc<tokio::sync::Mutex<()>>,
    /// Places for those who read the log files.
    log_readers: Arc<tokio::sync::Semaphore>,
}

impl Commands {
    pub(crate) fn new(
        inbox: mpsc::Sender<Message>,
        feed: Arc<Feed>,
        world: World,
        data_dir: DataDir,
        phones: Option<Simulator>,
    ) -> Self {
        let clock = Clock::new();
        Self {
            who: Who::Cli,
            token: Arc::new(TokenFile::new(data_dir.token())),
            readers: Arc::new(reader::Readers::new(data_dir.database())),
            log_readers: Arc::new(tokio::sync::Semaphore::new(logs::READERS_MAX)),
            inbox,
            feed,
            world,
            data_dir,
            phones,
            clock,
            started_ms: clock.read().boot_ms,
            facts: Book::default(),
            bundle_id: String::new(),
            phones_there: None,
            last_pace: Arc::default(),
            plans: Arc::default(),
            histories: Arc::default(),
            jobs: Arc::default(),
        }
    }

    /// The phones, where their facts are written, and which app they are told of.
    pub(crate) fn know_phones(&mut self, there: Reached, facts: Book, bundle_id: String) {
        self.phones_there = Some(there);
        self.facts = facts;
        self.bundle_id = bundle_id;
    }

    /// The same engine, as one of its faces holds it: what is ordered through this handle stands
    /// under that face in the audit.
    pub fn by(&self, who: Who) -> Self {
        let mut commands = self.clone();
        commands.who = who;
        commands
    }

    /// Simulated or live.
    pub fn world(&self) -> World {
        self.world
    }

    /// Where the data set is.
    pub fn data_dir(&self) -> &DataDir {
        &self.data_dir
    }

    /// The token of the HTTP API.
    pub fn token_file(&self) -> Arc<TokenFile> {
        Arc::clone(&self.token)
    }

    /// A new token in place of the one there was, which is worth nothing from then on. That it was
    /// ordered is durable first: where nothing can be saved, the old one stays.
    pub async fn rotate_token(&self) -> Result<Token, CommandError> {
        self.order(RotateToken, None).await?;
        let file = self.token_file();
        let rotated = tokio::task::spawn_blocking(move || file.rotate());
        Ok(rotated.await.map_err(|_| CommandError::gone())??)
    }

    /// Looks at memory between two commits: what is seen is durable, and of one moment.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&View<'_>) -> T + Send + 'static,
    ) -> Result<T, CommandError> {
        let (reply, answer) = oneshot::channel();
        let look = Message::Read(Box::new(move |view: &View<'_>| {
            let _ = reply.send(look(view));
        }));
        self.inbox
            .send(look)
            .await
            .map_err(|_| CommandError::gone())?;
        answer.await.map_err(|_| CommandError::gone())
    }

    /// Sends an order and waits until what came of it is durable.
    async fn order<O: Order>(
        &self,
        order: O,
        why: Option<Reason>,
    ) -> Result<O::Done, CommandError> {
        let (reply, answer) = oneshot::channel();
        let by = Operator { who: self.who, why };
        self.inbox
            .send(Message::order(order, by, reply))
            .await
            .map_err(|_| CommandError::gone())?;
        match answer.await {
            Ok(done) => done.map_err(CommandError::from),
            Err(_) => Err(CommandError::from(Refused::stopping())),
        }
    }

    /// New tasks may start (again).
    pub async fn start(&self) -> Result<(), CommandError> {
        self.order(Switch::Resume(Scope::All), None).await
    }

    /// No new task starts; running ones finish.
    pub async fn pause(&self) -> Result<(), CommandError> {
        self.order(Switch::Pause(Scope::All), None).await
    }
}
