//! What the caller has to do once the records of the same decision are durable.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountNo, AttemptNo, CheckNo, PhoneNo, TaskId};
use crate::input::Scope;

/// An order to the world outside. Never carried out before its records are committed (R1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Run the task on the phone as this attempt.
    Run {
        /// Number of the attempt; every result of it carries this number.
        attempt: AttemptNo,
        /// The task.
        task: TaskId,
        /// Its account.
        account: AccountNo,
        /// The phone leased for it.
        phone: PhoneNo,
    },
    /// The act asked for is recorded as intended: do it.
    Proceed {
        /// The attempt that asked.
        attempt: AttemptNo,
        /// The step that asked.
        step: u16,
    },
    /// The act asked for is not to be done; the task goes on with its next step.
    Skip {
        /// The attempt that asked.
        attempt: AttemptNo,
        /// The step that asked.
        step: u16,
        /// Why not.
        why: Skip,
    },
    /// Too early for the act: ask again at this policy time.
    Wait {
        /// The attempt that asked.
        attempt: AttemptNo,
        /// The step that asked.
        step: u16,
        /// Policy milliseconds.
        until: u64,
    },
    /// End here, at this safe point, and say `Yielded`.
    Yield {
        /// The attempt that asked.
        attempt: AttemptNo,
        /// The step that asked.
        step: u16,
    },
    /// End the attempt at its next safe point.
    StopSafely {
        /// The attempt.
        attempt: AttemptNo,
    },
    /// Issue no further call to the phone for this attempt, close its streams (R4).
    Stop {
        /// The phone.
        phone: PhoneNo,
        /// The attempt that held it.
        attempt: AttemptNo,
    },
    /// Prove the phone quiet and answer with this number.
    Check {
        /// The phone.
        phone: PhoneNo,
        /// The attempt in doubt.
        attempt: AttemptNo,
        /// The number the answer must carry (R5).
        check: CheckNo,
    },
    /// Prove the phone well, as it is proven quiet, and answer with this number.
    Health {
        /// The phone.
        phone: PhoneNo,
        /// The number the answer must carry.
        check: CheckNo,
    },
    /// Look who is active on the phone, end the app again, prove the phone quiet, and answer with
    /// this number.
    Visit {
        /// The phone.
        phone: PhoneNo,
        /// The number the answer must carry.
        check: CheckNo,
        /// The account that is looked for.
        account: Option<AccountNo>,
    },
    /// Give up the health check, or the visit, under way: no further call goes out for it.
    Halt {
        /// The phone.
        phone: PhoneNo,
    },
    /// Say nothing to the phones of the scope any more, also not what nobody ordered: no look how
    /// they are. Holds until [`Effect::Unhush`] of the same scope.
    Hush(Scope),
    /// That is over.
    Unhush(Scope),
    /// The answer to whoever sent the input.
    Answer(Answer),
}

/// What the sender of an input is told, after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Done,
    /// The phone is looked at first; what follows depends on what it shows.
    Visits(PhoneNo),
    /// So many tasks were taken out, or asked to end.
    Cancelled(usize),
    /// The tasks were accepted, each for this account.
    Accepted(Vec<(TaskId, AccountNo)>),
    /// Nothing was done; `at` is the place of the offending task in the input, where there is one.
    Refused {
        /// The reason.
        why: Refusal,
        /// Index into the tasks of a `Submit` or an `Import`.
        at: Option<usize>,
    },
}

/// Why an operator's input was refused, with nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No such account.
    UnknownAccount,
    /// No such phone.
    UnknownPhone,
    /// No such task is live: it was never accepted, or it has ended.
    UnknownTask,
    /// The id is taken by another task.
    DuplicateTask,
    /// No account was named and there is none to choose.
    NoAccounts,
    /// The account's line is full.
    QueueFull,
    /// The task means to do more than the ceilings ever allow.
    NeverFits,
    /// The account is not in the state that this ends.
    WrongState,
    /// The task has not ended.
    NotEnded,
    /// The task completed: nothing of it is left to be tried.
    HasCompleted,
    /// An act of the task may have happened: first somebody has to say whether it did.
    UnknownAct,
    /// No act of the task is of unknown outcome.
    NothingUnknown,
    /// The account has tasks that wait or are scheduled.
    HasTasks,
    /// The account is held by an attempt that runs or is in doubt.
    AccountHeld,
    /// The phone is in the operator's hand already.
    InHand,
    /// The phone is not in the operator's hand.
    NotInHand,
    /// Only everything, or one phone, can be stopped.
    NotToBeStopped,
    /// No such list.
    UnknownList,
    /// No phone on which the account could be signed in is there and may be looked at.
    NoPhone,
}

/// Why an act is not done although the task goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// It was done before, within the time that counts.
    DedupeHit,
    /// What was done before could not be found out, so nothing is done.
    CheckFailed,
    /// Enough of the operator's accounts acted on this target lately.
    TargetLimit,
    /// The comment was used on this target, or too often today.
    TextLimit,
}
