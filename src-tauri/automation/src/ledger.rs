//! How the automation asks before it acts, and tells what came of it.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use signalbox_phone::Sent;

use crate::engagement::Acts;
use crate::handle::Handle;
use crate::job::{Act, Interaction};

/// An act about to be done. `Debug` does not show the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Intent {
    /// What is to be done.
    pub act: Act,
    /// To whom.
    pub target: Handle,
    /// Which post, for likes and comments: a key made from what its page shows (see
    /// [`crate::reading::post_key`]), the same on every phone.
    pub post: Option<String>,
    /// What is to be written, for comments.
    pub text: Option<String>,
    /// The acts left on the page at hand, this one counted: all of them need room before the first
    /// of them. None where the task was given room for all of its acts.
    pub rest: Option<Acts>,
}

impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {:?}, post {:?}",
            self.act.as_str(),
            self.target,
            self.post
        )
    }
}

/// The answer to an [`Intent`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Do it: the intent is durable.
    Go,
    /// Do not do it; go on with the next action. The automation records the outcome.
    Skip(SkipReason),
    /// Stop here, a ceiling is reached: the task keeps its place and goes on later.
    Yield,
    /// Stop here: cancelled, paused, or the intent could not be made durable.
    Stop,
}

/// Why an act is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SkipReason {
    /// It was done before, within the time in which it is not done again.
    Dedupe,
    /// A ceiling of the account forbids it.
    Limit,
    /// Enough of the operator's own accounts acted on this target.
    TargetLimit,
    /// The text was used on this target before, or too often today.
    TextLimit,
    /// Whether it was done before could not be found out, so it is not done.
    CheckFailed,
}

impl SkipReason {
    /// The word used in records and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dedupe => "dedupe",
            Self::Limit => "limit_reached",
            Self::TargetLimit => "target_limit",
            Self::TextLimit => "text_limit",
            Self::CheckFailed => "check_failed",
        }
    }

    /// What the outcome of the skipped act is.
    pub fn status(self) -> Status {
        match self {
            Self::Dedupe => Status::DedupeHit,
            Self::Limit | Self::TargetLimit | Self::TextLimit | Self::CheckFailed => {
                Status::Skipped
            }
        }
    }
}

/// What came of one interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Done, and seen to be done.
    Success,
    /// It was so before: nothing was tapped. Where an earlier attempt of this task left an intent
    /// without an outcome, it is that intent that came true.
    Already,
    /// Not done, and seen not to be done.
    Failed,
    /// Left out; the reason says why.
    Skipped,
    /// Left out because it was done before.
    DedupeHit,
    /// The app refused it.
    RateLimited,
    /// The target's posts are not public.
    PrivateAccount,
    /// There is no such page, or it cannot be shown.
    TargetUnavailable,
    /// It may have happened: nobody could look.
    Unknown,
    /// Rehearsal only: it would be done.
    Would,
}

impl Status {
    /// The word used in exports. [`Status::Already`] is `skipped` with a reason that starts with
    /// `already`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Already | Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::DedupeHit => "dedupe_hit",
            Self::RateLimited => "rate_limited",
            Self::PrivateAccount => "private_account",
            Self::TargetUnavailable => "target_unavailable",
            Self::Unknown => "unknown",
            Self::Would => "would",
        }
    }

    /// Whether the word of an outcome, as [`Status::as_str`] gives it, is that of a final one.
    pub fn final_word(word: &str) -> bool {
        let not_final = [Self::Failed, Self::RateLimited, Self::Unknown];
        !word.is_empty() && not_final.iter().all(|status| status.as_str() != word)
    }

    /// Whether a retry of the task goes on behind a step with this outcome. After the others the
    /// attempt ends, and a retry looks at the same step again.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Failed | Self::RateLimited | Self::Unknown)
    }
}

/// One row of the interactions table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What it is about.
    pub interaction: Interaction,
    /// Whom it is about.
    pub target: Handle,
    /// Which post, as in [`Intent::post`].
    pub post: Option<String>,
    /// What came of it.
    pub status: Status,
    /// A stable word where the status alone does not say it: `already_following`,
    /// `already_requested`, `already_liked`, `already_commented`, `requested`, `no_posts`,
    /// `max_follows`, `private_account`, `min_posts`, `comments_closed`, `no_change`,
    /// `would_follow`, `would_like`, `would_comment`, a [`SkipReason`], or an error's code.
    pub reason: Option<&'static str>,
    /// From the first look for this step to its end; waiting in [`Ledger::intend`] not counted.
    pub latency: Duration,
}

/// Which accounts a look at the phone showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The account the app acts as.
    pub active: Handle,
    /// The accounts seen in the switcher, the active one included; `None` when it was not opened.
    pub all: Option<Vec<Handle>>,
    /// Whether the switcher was read to its end, so that an account not among them is not signed
    /// in. A long list is read only as far as the job's account.
    pub complete: bool,
}

/// What came of one step on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepEnd {
    /// Done, or found.
    Done,
    /// Not needed, or optional and not there.
    Skipped,
    /// Not there within the time limit.
    NotFound,
    /// Several were there, or what was read is none of the known states.
    Ambiguous,
    /// A stop sign or an unknown alert was in front.
    Stopped,
    /// The phone could not do it.
    Failed,
}

/// One line of a task's log, which names people; `Debug` does not show what was found.
#[derive(Clone)]
pub struct StepLog {
    /// The action instance; `None` before the first (app in front, account proven).
    pub step: Option<u16>,
    /// What was done: `look`, `tap`, `type`, `ensure` …
    pub what: &'static str,
    /// What was looked for (the locator's name); typed text is not in here.
    pub sought: String,
    /// What was found, in the screen's own words where it has any.
    pub found: Option<String>,
    /// What came of it.
    pub end: StepEnd,
    /// What is known of the last request; `None` when it was answered with success.
    pub sent: Option<Sent>,
    /// The W3C WebDriver error that it was answered with.
    pub error: Option<&'static str>,
    /// How long it took.
    pub took: Duration,
}

impl fmt::Debug for StepLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            step,
            what,
            sought,
            end,
            sent,
            took,
            ..
        } = self;
        write!(
            f,
            "{step:?} {what} {sought}: {end:?}, sent {sent:?}, {} ms",
            took.as_millis()
        )
    }
}

/// A fact could not be made durable: nothing more may be tapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halted;

/// How the automation asks and tells; the engine implements it.
///
/// Every call that returns a future returns only after the fact is durable.
pub trait Ledger: Send + Sync {
    /// Asks to do an act. May wait (for the gap between acts); the screen is read again afterwards.
    fn intend(&self, step: u16, intent: &Intent) -> impl Future<Output = Verdict> + Send;

    /// Tells what came of an act, or of a look that has a row of its own (a view).
    fn outcome(
        &self,
        step: u16,
        outcome: &Outcome,
    ) -> impl Future<Output = Result<(), Halted>> + Send;

    /// Tells which accounts are signed in on this phone.
    fn signed_in(&self, seen: &SignedIn) -> impl Future<Output = Result<(), Halted>> + Send;

    /// Adds a line to the task's log. May drop it rather than wait.
    fn log(&self, line: StepLog);

    /// Whether a stop at the next safe point was asked for. Looked at before each step and while
    /// waiting for the screen, never between an act and the look at its result.
    fn stop_asked(&self) -> bool;
}
