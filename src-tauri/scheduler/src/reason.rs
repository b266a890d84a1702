//! What stands beside a fact: why, by whom, and how a task ended.

use serde::{Deserialize, Serialize};

/// Why an attempt is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A call got no answer, or the stream ended.
    Lost,
    /// The cable was pulled.
    Unplugged,
    /// The engine ended in the middle of it.
    EngineRestarted,
    /// The operator stopped it.
    Stopped,
    /// It came to a safe point, and the operator has the phone in hand.
    InHand,
}

impl Cause {
    /// Whether the phone failed by it: a lost connection is one, however it was noticed.
    pub fn counts_for_breaker(self) -> bool {
        matches!(self, Self::Lost | Self::Unplugged)
    }
}

/// Why a task that was started before may be started again (P5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its attempt was interrupted, and what it did is known or may safely be done again.
    Interrupted,
    /// It ended at a safe point.
    Yielded,
    /// The account is not on the phone it was tried on.
    NotOnPhone,
    /// The platform limited the account.
    RateLimited,
    /// The platform challenged the account.
    Challenge,
    /// No network.
    NetworkError,
    /// The app crashed.
    AppCrash,
    /// An act that is not ensured may have happened: the next attempt looks for it first.
    Unsettled,
    /// An element was missing, or something else went wrong.
    Missing,
    /// An element was missing, and the action is paused for that: no fault of the task.
    ActionPaused,
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskEnd {
    /// Every step has its outcome.
    Completed,
    /// Tried as often as allowed.
    Failed,
    /// By the operator.
    Cancelled,
    /// What it did is not known, and only a person can tell.
    Interrupted,
}

/// Which wait of a cooldown, suspension or limit ended by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Its time came.
    Time,
    /// The operator.
    Operator,
}
