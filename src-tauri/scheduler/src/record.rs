//! What is written to the journal. [`crate::apply`] turns records into state, and nothing else does.

use serde::{Deserialize, Serialize};

use crate::effect::Skip;
use crate::ids::{
    AccountNo, ActionNo, AttemptNo, CheckNo, ListNo, LocatorNo, PhoneNo, RotaNo, TaskId, VersionNo,
};
use crate::input::{Ending, NewTask, Scope};
use crate::policy::{Act, Limits, Need, Settings};

pub use crate::reason::{By, Cause, TaskEnd, Why};

fn yes() -> bool {
    true
}

/// One fact. The order of facts is the order of their journal numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The engine began; no phone has been seen yet, no check is under way.
    EngineStarted,
    /// The settings are these.
    Configured(Settings),
    /// A phone got the next number.
    PhoneAdded,
    /// An account got the next number.
    AccountAdded {
        /// The only phone it may use.
        bound: Option<PhoneNo>,
    },
    /// The account may use only this phone, or any.
    AccountBound {
        /// The account.
        account: AccountNo,
        /// The phone.
        bound: Option<PhoneNo>,
    },
    /// The account keeps the hours of this rota.
    HoursSet {
        /// The account.
        account: AccountNo,
        /// The rota.
        rota: RotaNo,
    },
    /// The account keeps these limits beside the settings.
    LimitsSet {
        /// The account.
        account: AccountNo,
        /// The limits.
        limits: Limits,
    },
    /// The account is gone; its number stays its own.
    AccountRemoved {
        /// The account.
        account: AccountNo,
    },
    /// What a removed account did, and the rest it had to take, count for this one.
    AccountSucceeded {
        /// The account.
        account: AccountNo,
        /// The removed one.
        before: AccountNo,
    },
    /// The account did these acts, as a history says that was kept by another program.
    Recalled {
        /// The account.
        account: AccountNo,
        /// Policy times, ms, ascending, by [`Act::index`]; negative before policy time began.
        acts: [Vec<i64>; 3],
    },
    /// Where the account is signed in is not known any more.
    AccountRenamed {
        /// The account.
        account: AccountNo,
    },
    /// A list got the next number.
    ListAdded,
    /// The task joined the tail of its account's line.
    Queued {
        /// The task; its account is filled in.
        task: NewTask,
        /// The list it belongs to.
        list: Option<ListNo>,
        /// Its account.
        account: AccountNo,
        /// The place in the account's order, given once (P3).
        seq: u64,
        /// It could not start at once because of its account.
        blocked: bool,
    },
    /// The task waits for its time, outside the line.
    Scheduled {
        /// The task; its account is filled in.
        task: NewTask,
        /// The list it belongs to.
        list: Option<ListNo>,
        /// Its account.
        account: AccountNo,
    },
    /// A task that had ended is at the tail of its account's line: the durable mark of a retry by
    /// hand (P5).
    Retried {
        /// The task; its account is filled in, its need is what it had not done.
        task: NewTask,
        /// The list it belongs to.
        list: Option<ListNo>,
        /// Its account.
        account: AccountNo,
        /// The place in the account's order.
        seq: u64,
        /// It could not start at once because of its account.
        blocked: bool,
        /// How it had ended, which does not count any more.
        end: TaskEnd,
        /// Attempts it had.
        attempts: u16,
    },
    /// The operator told whether the unknown act of a task happened.
    Resolved {
        /// The task.
        task: TaskId,
        /// It did.
        happened: bool,
    },
    /// A scheduled task joined the tail of its account's line.
    Joined {
        /// The task.
        task: TaskId,
        /// The place in the account's order.
        seq: u64,
        /// It could not start at once because of its account.
        blocked: bool,
    },
    /// The cable is in.
    PhoneSeen {
        /// The phone.
        phone: PhoneNo,
    },
    /// The phone can take a task.
    PhoneReady {
        /// The phone.
        phone: PhoneNo,
    },
    /// The phone cannot take a task.
    PhoneUnready {
        /// The phone.
        phone: PhoneNo,
    },
    /// The cable is out.
    PhoneGone {
        /// The phone.
        phone: PhoneNo,
    },
    /// The operator has the phone in hand, or will when its attempt came to a safe point.
    TakenInHand {
        /// The phone.
        phone: PhoneNo,
    },
    /// The operator gave the phone back.
    GivenBack {
        /// The phone.
        phone: PhoneNo,
    },
    /// What the phone told of the app on it.
    PhoneTold {
        /// The phone.
        phone: PhoneNo,
        /// Version of the app.
        version: VersionNo,
        /// The app speaks a language whose texts are not known.
        look_only: bool,
    },
    /// The phone failed too often: it is out until it passes a health check.
    Tripped {
        /// The phone.
        phone: PhoneNo,
    },
    /// The phone was asked to prove itself well, under this number.
    HealthOrdered {
        /// The phone.
        phone: PhoneNo,
        /// The next check number.
        check: CheckNo,
    },
    /// That came to nothing.
    HealthFailed {
        /// The phone.
        phone: PhoneNo,
        /// Policy time of the next one.
        again_at: u64,
    },
    /// The phone passed: it is in again.
    Recovered {
        /// The phone.
        phone: PhoneNo,
    },
    /// The phone is to be looked at before it takes a task.
    VisitWanted {
        /// The phone.
        phone: PhoneNo,
        /// The account whose suspension ends if nothing stands in its way there.
        account: Option<AccountNo>,
    },
    /// The look was ordered, under this number.
    VisitOrdered {
        /// The phone.
        phone: PhoneNo,
        /// The next check number.
        check: CheckNo,
    },
    /// That came to nothing.
    VisitFailed {
        /// The phone.
        phone: PhoneNo,
        /// Policy time of the next one.
        again_at: u64,
    },
    /// The phone was looked at and is proven quiet.
    Visited {
        /// The phone.
        phone: PhoneNo,
    },
    /// An element was not where its locator says.
    Missed {
        /// The attempt that looked for it; its end follows.
        attempt: AttemptNo,
        /// The locator.
        locator: LocatorNo,
        /// Version of the app on that phone.
        version: VersionNo,
        /// The action under way.
        action: ActionNo,
    },
    /// No task that goes through the action starts on a phone with this version of the app.
    ActionPaused {
        /// The version.
        version: VersionNo,
        /// The action.
        action: ActionNo,
        /// The locator that is to blame.
        locator: LocatorNo,
    },
    /// That pause is over.
    ActionResumed {
        /// The version.
        version: VersionNo,
        /// The action.
        action: ActionNo,
    },
    /// The account's head is not for every phone: from now on it is looked for by phone.
    ByPhone {
        /// The account.
        account: AccountNo,
    },
    /// The account is signed in on the phone.
    SignedIn {
        /// The phone.
        phone: PhoneNo,
        /// The account.
        account: AccountNo,
    },
    /// The account is not signed in on the phone.
    NotOnPhone {
        /// The phone.
        phone: PhoneNo,
        /// The account.
        account: AccountNo,
    },
    /// The task was started: account and phone are leased together.
    Started {
        /// The next attempt number.
        attempt: AttemptNo,
        /// The task.
        task: TaskId,
        /// Its account.
        account: AccountNo,
        /// The phone.
        phone: PhoneNo,
    },
    /// From now on the task means to do this much before it makes room for others.
    Needs {
        /// The task.
        task: TaskId,
        /// What is left of the page at hand.
        need: Need,
    },
    /// The act is about to be done.
    Intended {
        /// The attempt.
        attempt: AttemptNo,
        /// The step.
        step: u16,
        /// The act.
        act: Act,
    },
    /// The history forbids the act, or could not be asked: it is left out.
    Left {
        /// The attempt.
        attempt: AttemptNo,
        /// The step.
        step: u16,
        /// The act.
        act: Act,
        /// Why.
        why: Skip,
    },
    /// The step has its outcome.
    Acted {
        /// The attempt.
        attempt: AttemptNo,
        /// The step.
        step: u16,
        /// The act, if it was one.
        act: Option<Act>,
        /// Whether it took place.
        done: bool,
        /// A further attempt goes on behind it; before there was this, each did.
        #[serde(default = "yes")]
        last: bool,
    },
    /// The attempt ended with nothing in flight: the lease is gone.
    Ended {
        /// The attempt.
        attempt: AttemptNo,
        /// How.
        ending: Ending,
    },
    /// The attempt ended and its phone may still act: phone and account stay leased.
    Doubted {
        /// The attempt.
        attempt: AttemptNo,
        /// Why.
        cause: Cause,
    },
    /// A quiet check was ordered.
    CheckOrdered {
        /// The attempt in doubt.
        attempt: AttemptNo,
        /// The next check number.
        check: CheckNo,
    },
    /// A quiet check came to nothing; another follows at this policy time.
    CheckFailed {
        /// The attempt in doubt.
        attempt: AttemptNo,
        /// Policy milliseconds.
        again_at: u64,
    },
    /// The phone is proven quiet: the lease is gone.
    Quieted {
        /// The attempt that was in doubt.
        attempt: AttemptNo,
    },
    /// The operator freed the account of an attempt in doubt; the phone stays leased.
    Released {
        /// The attempt in doubt.
        attempt: AttemptNo,
    },
    /// The durable retry mark: the task is at its head again.
    Marked {
        /// The task.
        task: TaskId,
        /// Why.
        why: Why,
        /// Policy time before which it is not tried again.
        not_before: Option<u64>,
    },
    /// The time of a delayed head came.
    RetryDue {
        /// The account whose head it is.
        account: AccountNo,
    },
    /// The task ended.
    TaskEnded {
        /// The task.
        task: TaskId,
        /// How.
        end: TaskEnd,
    },
    /// The operator wants a running task to end at a safe point.
    CancelAsked {
        /// The task.
        task: TaskId,
    },
    /// The account rests.
    CooldownBegun {
        /// The account.
        account: AccountNo,
        /// Policy milliseconds.
        until: u64,
        /// Rate limits in a row, this one counted.
        in_a_row: u8,
    },
    /// The rest is over.
    CooldownEnded {
        /// The account.
        account: AccountNo,
        /// By whom.
        by: By,
    },
    /// The account is suspended, or will be when its task ends.
    Suspended {
        /// The account.
        account: AccountNo,
        /// True: by the platform's challenge; false: by the operator.
        challenge: bool,
    },
    /// The suspension is over.
    Unsuspended {
        /// The account.
        account: AccountNo,
    },
    /// The ceilings keep the account's head from starting until this policy time.
    Limited {
        /// The account.
        account: AccountNo,
        /// Policy milliseconds.
        until: u64,
    },
    /// The ceilings leave room again.
    LimitLifted {
        /// The account.
        account: AccountNo,
    },
    /// No new task starts in the scope.
    Paused(Scope),
    /// The pause is over.
    Resumed(Scope),
    /// Nothing is done in the scope.
    Stopped(Scope),
    /// The stop is over.
    Unstopped(Scope),
}
