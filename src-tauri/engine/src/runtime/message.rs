//! What comes into the loop's inbox, and what goes back.

use signalbox_automation::{Intent, Outcome, SignedIn, StepLog};
use signalbox_phone::Udid;
use signalbox_scheduler::{ActionNo, AttemptNo, CheckNo, Ending, ListNo, PhoneNo, Scope, TaskId};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::orders::{Operator, Sent};
use super::view::View;
use super::visits::Seen;
use crate::list_file::{self, Key};
use crate::store::StoreError;
use crate::store::phones::PhoneRow;
use crate::store::snapshots::Piece;
use crate::store::tasks::TaskSpec;

/// Why the engine did not do what it was asked. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// Stable code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// The row of a list it is about, by its line in the file.
    pub line: Option<u64>,
}

impl Refused {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            line: None,
        }
    }

    pub(crate) fn at(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    pub(crate) fn stopping() -> Self {
        Self::new(
            "engine_stopping",
            "The engine is ending and takes nothing new. Start it again.",
        )
    }
}

impl From<&StoreError> for Refused {
    fn from(error: &StoreError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

/// A list to accept whole, with the accounts that come with it.
#[derive(Debug, Clone)]
pub struct Import {
    /// Id for the list.
    pub list_id: Uuid,
    /// The name of the file.
    pub name: String,
    /// Hash of the normalised rows.
    pub hash: [u8; 32],
    /// It only looks.
    pub rehearsal: bool,
    /// The template that it was made of.
    pub template: Option<Uuid>,
    /// Accounts, new or known.
    pub accounts: Vec<list_file::AccountRow>,
    /// Tasks with the ids they will have.
    pub tasks: Vec<(TaskId, list_file::TaskRow)>,
}

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The list; none: every row was accepted before, under its idempotency key.
    pub list: Option<ListNo>,
    /// Accounts that were new.
    pub accounts_added: usize,
    /// Tasks accepted.
    pub tasks: usize,
    /// The task of each row, in their order: new, or from before.
    pub all: Vec<TaskId>,
}

/// One task to accept.
#[derive(Debug, Clone)]
pub struct Create {
    /// What it is to do.
    pub spec: TaskSpec,
    /// The account's id; `None`: the one with the shortest line.
    pub account_id: Option<String>,
    /// In a simulated data set an unknown account becomes one.
    pub may_add_account: bool,
    /// The same key again gives the same task again.
    pub key: Option<Key>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The task.
    pub task: TaskId,
    /// Its account's id.
    pub account_id: String,
    /// Its place in the line, if it waits in one.
    pub position: Option<usize>,
    /// The account was made for it.
    pub account_created: bool,
}

/// What a phone told of the app on it; what it did not tell is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppTold {
    /// The version of the app.
    pub version: Option<String>,
    /// The language it speaks, and whether its texts are known.
    pub language: Option<(String, bool)>,
}

/// A control that was not on the screen in its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its name in the screens file.
    pub locator: String,
    /// The action under way.
    pub action: ActionNo,
}

/// What the pool of phones saw.
#[derive(Debug, Clone)]
pub(crate) enum PhoneNews {
    /// The cable is in.
    Seen,
    /// What it told of the app on it.
    Told(AppTold),
    /// It can take a task; its facts.
    Ready(PhoneRow),
    /// It cannot take a task.
    Unready {
        /// Code of the rung that does not hold.
        code: &'static str,
        /// A sentence.
        why: String,
    },
    /// The cable is out.
    Gone,
}

/// The answer to an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IntentAnswer {
    /// Do it.
    Proceed,
    /// Leave it out.
    Skip(signalbox_scheduler::Skip),
    /// Ask again in this many milliseconds of real time.
    Wait(u64),
    /// End here.
    Yield,
    /// The attempt is no longer yours.
    Stop,
}

/// A line of a task's log.
#[derive(Debug, Clone)]
pub(crate) enum LogLine {
    /// A step on the screen.
    Step(StepLog),
    /// A picture of the screen on which the attempt failed was kept.
    Screenshot { id: Uuid, bytes: usize },
    /// So many lines are missing.
    Dropped(u64),
}

pub(crate) type Reply<T> = oneshot::Sender<Result<T, Refused>>;

/// One thing for the loop.
pub(crate) enum Message {
    /// Something an operator orders: see `orders/`.
    Order(Box<dyn Sent>),
    /// Something about a phone.
    Phone { udid: Udid, news: PhoneNews },
    /// A step asks to act.
    Intend {
        attempt: AttemptNo,
        step: u16,
        intent: Intent,
        reply: oneshot::Sender<IntentAnswer>,
    },
    /// A step tells what came of it.
    Outcome {
        attempt: AttemptNo,
        step: u16,
        outcome: Outcome,
        reply: oneshot::Sender<()>,
    },
    /// Which accounts a look at the phone showed.
    SignedIn {
        attempt: AttemptNo,
        seen: SignedIn,
        reply: oneshot::Sender<()>,
    },
    /// A line of the task's log.
    Log { attempt: AttemptNo, line: LogLine },
    /// The attempt ended with nothing in flight.
    Ended {
        attempt: AttemptNo,
        ending: Ending,
        error: Option<(&'static str, String)>,
        /// What was missing, where that is how it ended.
        missing: Option<Missing>,
    },
    /// The attempt ended and nobody knows what the phone still does.
    Lost { attempt: AttemptNo, why: String },
    /// The phone is proven quiet.
    Quiet { phone: PhoneNo, check: CheckNo },
    /// The phone was looked at, and is proven quiet.
    Visited {
        phone: PhoneNo,
        check: CheckNo,
        seen: Seen,
    },
    /// It is not, or could not be looked at.
    NotQuiet {
        phone: PhoneNo,
        check: CheckNo,
        why: String,
    },
    /// A piece of a snapshot is to be stored.
    Snapshot(Piece),
    /// What SQLite's check of the file found; nothing: it is sound.
    Checked(Vec<String>),
    /// A look at memory, between batches.
    Read(Box<dyn FnOnce(&View<'_>) + Send>),
    /// Start nothing more, and let every attempt end at its next safe point.
    Drain,
    /// End the loop.
    Shutdown,
}

impl Message {
    /// Refused while the disk is full, rather than held.
    pub(crate) fn is_submission(&self) -> bool {
        matches!(self, Self::Order(_))
    }

    /// What it orders to be stopped, and who orders it.
    pub(crate) fn silences(&self) -> Option<(Scope, Operator)> {
        match self {
            Self::Order(order) => order.silences(),
            _ => None,
        }
    }

    /// Tells the sender that nothing was done.
    pub(crate) fn refuse(self, refused: Refused) {
        // The senders of results see their reply dropped, and stop.
        if let Self::Order(order) = self {
            order.refuse(refused);
        }
    }
}
