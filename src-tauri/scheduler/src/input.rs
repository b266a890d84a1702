//! Everything that can happen, as the core is told of it.

use serde::{Deserialize, Serialize};

use crate::ids::{
    AccountNo, ActionNo, AttemptNo, CheckNo, ListNo, LocatorNo, PhoneNo, RotaNo, TaskId, VersionNo,
};
use crate::policy::{Act, Actions, Kind, Limits, Need, Priority, Settings};
use crate::record::TaskEnd;

/// A task to accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTask {
    /// Id made by the caller.
    pub task: TaskId,
    /// The account; `None`: the one with the shortest line.
    pub account: Option<AccountNo>,
    /// What it does.
    pub kind: Kind,
    /// Urgency among accounts.
    pub priority: Priority,
    /// The acts it means to do.
    pub need: Need,
    /// The actions it goes through, as far as a pause of one is to hold it.
    #[serde(default)]
    pub actions: Actions,
    /// Wall time before which it is only scheduled, milliseconds.
    pub not_before: Option<i64>,
}

impl NewTask {
    /// A task that only looks: the shortest way to a value in examples and tests.
    pub fn look(task: TaskId, account: AccountNo) -> Self {
        Self {
            task,
            account: Some(account),
            kind: Kind::Instagram,
            priority: Priority::Normal,
            need: Need::default(),
            actions: Actions::default(),
            not_before: None,
        }
    }
}

/// What the history says about an act that is asked for. Looked up by the caller in the same
/// transaction, without the rows of the same task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// The history could not be read: nothing is done.
    CheckFailed,
    /// What was found.
    Found {
        /// The same account did the same act to the same target (and post) in the time that counts.
        done_before: bool,
        /// This account acted on the target in the last seven days.
        account_on_target: bool,
        /// Other own accounts that did.
        others_on_target: u16,
        /// The comment text was used on this target.
        text_on_target: bool,
        /// Uses of the text in the last 24 hours.
        text_uses: u16,
    },
}

impl Prior {
    /// A history without anything that matters.
    pub const NOTHING: Prior = Prior::Found {
        done_before: false,
        account_on_target: false,
        others_on_target: 0,
        text_on_target: false,
        text_uses: 0,
    };
}

/// How an attempt ended, as its driver tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Every step has its outcome.
    Completed,
    /// Ended at a safe point because it was asked to; progress is kept.
    Yielded,
    /// The account is not signed in on this phone.
    NotOnPhone,
    /// The platform limits the account.
    RateLimited,
    /// The platform wants to see the account's owner.
    Challenge,
    /// No network.
    NetworkError,
    /// The app ended by itself.
    AppCrash,
    /// An element is not where the locators say.
    ElementNotFound,
    /// An act that may have happened in an earlier attempt was looked for and not seen.
    Unsettled,
    /// Something else, with nothing in flight.
    Unknown,
}

impl Ending {
    /// Whether the phone failed by it (DESIGN §4, Errors).
    pub fn counts_for_breaker(self) -> bool {
        matches!(self, Self::NetworkError | Self::AppCrash)
    }
}

/// What a look at a phone showed, once the phone was proven quiet after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saw {
    /// Whoever was looked for is active, and nothing stands in the way.
    Clear,
    /// A sign of the platform stands there.
    Sign,
    /// The account is not signed in there.
    NotThere,
    /// The screen could not be read.
    Unread,
}

/// A task that ended and is to be tried again, as the store knows it: the core forgets what ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedTask {
    /// The task, with its account, and as its need what it had not done.
    pub task: NewTask,
    /// The list it belongs to.
    pub list: Option<ListNo>,
    /// How it ended.
    pub end: TaskEnd,
    /// Attempts it had.
    pub attempts: u16,
    /// An act that is not ensured may have happened, and nobody has said whether it did.
    pub unknown: bool,
}

/// What a pause or a stop covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything.
    All,
    /// One account.
    Account(AccountNo),
    /// One phone.
    Phone(PhoneNo),
    /// Tasks of one kind. To be paused only.
    Kind(Kind),
    /// Tasks of one list. To be paused only.
    List(ListNo),
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The engine begins (again): no attempt of an earlier life still answers.
    Restart,
    /// Time may have passed: take one thing that is due, or start one task.
    Tick {
        /// False while nothing may start: the engine is ending, or the disk is full.
        may_start: bool,
    },
    /// New settings.
    Configure(Settings),
    /// A further phone, unseen as yet; it gets the next number.
    AddPhone,
    /// A further account; it gets the next number.
    AddAccount {
        /// The only phone it may use.
        bound: Option<PhoneNo>,
    },
    /// The account may use only this phone from now on, or any.
    BindAccount {
        /// The account.
        account: AccountNo,
        /// The phone.
        bound: Option<PhoneNo>,
    },
    /// The account keeps the hours of this rota from now on.
    SetHours {
        /// The account.
        account: AccountNo,
        /// The rota.
        rota: RotaNo,
    },
    /// The account keeps these limits beside the settings from now on.
    SetLimits {
        /// The account.
        account: AccountNo,
        /// The limits; all `None`: none of its own.
        limits: Limits,
    },
    /// A list is opened; it gets the next number.
    AddList,
    /// All of these tasks are accepted, or none.
    Submit {
        /// The list they belong to.
        list: Option<ListNo>,
        /// In the order they were given.
        tasks: Vec<NewTask>,
    },
    /// A list with what comes with it is accepted whole, or nothing of it: phones and accounts
    /// get the next numbers, the list is opened, and the tasks, which may name the new accounts,
    /// belong to it.
    Import {
        /// Further phones.
        phones: u16,
        /// Further accounts, each with the only phone it may use; that may be a new one.
        accounts: Vec<Option<PhoneNo>>,
        /// In the order they were given.
        tasks: Vec<NewTask>,
    },
    /// Take the task out, or ask its attempt to end at a safe point.
    Cancel {
        /// The task.
        task: TaskId,
    },
    /// Take these tasks out, or ask their attempts to end at a safe point; those that are not live
    /// are passed over.
    CancelMany {
        /// The tasks.
        tasks: Vec<TaskId>,
    },
    /// A failed, cancelled or interrupted task is tried again, at the tail of its account's line.
    Retry(EndedTask),
    /// The operator saw whether the unknown act of an interrupted task happened.
    Resolve {
        /// The task; its need is what is left once that act is settled.
        ended: EndedTask,
        /// It happened.
        happened: bool,
        /// Steps are left behind it.
        left: bool,
    },
    /// The account is gone. Its number is not given again.
    RemoveAccount {
        /// The account.
        account: AccountNo,
    },
    /// The account is, under a new number, one that was removed before: what that one did, and the
    /// rest it has to take, count on.
    SucceedAccount {
        /// The new account, of which nothing is known yet.
        account: AccountNo,
        /// The removed one.
        before: AccountNo,
    },
    /// What accounts did while another program worked for them counts from now on: policy times
    /// (ms, negative before it began) by [`Act::index`]. Those of the last day matter here.
    Recall {
        /// Each account once.
        acts: Vec<(AccountNo, [Vec<i64>; 3])>,
    },
    /// The account has another name on the platform: where it is signed in is not known any more.
    RenameAccount {
        /// The account.
        account: AccountNo,
    },
    /// The operator wants the phone for himself: it leaves the pool once its attempt came to a
    /// safe point, and the account of that attempt stays held.
    TakeInHand {
        /// The phone.
        phone: PhoneNo,
    },
    /// The operator is done with the phone.
    GiveBack {
        /// The phone.
        phone: PhoneNo,
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
    /// The phone is on the cable but cannot take a task.
    PhoneUnready {
        /// The phone.
        phone: PhoneNo,
    },
    /// The cable is out.
    PhoneGone {
        /// The phone.
        phone: PhoneNo,
    },
    /// The phone told which version of the app it has, or which language the app speaks there.
    PhoneTold {
        /// The phone.
        phone: PhoneNo,
        /// The version; unknown: what was known of it stays.
        version: VersionNo,
        /// The texts of that language are not known: nothing is acted on there.
        look_only: bool,
    },
    /// The phone answered a numbered quiet check.
    Quiet {
        /// The phone.
        phone: PhoneNo,
        /// The number the check carried.
        check: CheckNo,
    },
    /// The phone was looked at, and answered the numbered quiet check after it.
    Visited {
        /// The phone.
        phone: PhoneNo,
        /// The number the visit carried.
        check: CheckNo,
        /// What was seen.
        saw: Saw,
    },
    /// What is known of the screen may be over, or will be: the phone is looked at before it takes a
    /// task.
    LookAt {
        /// The phone.
        phone: PhoneNo,
    },
    /// A numbered quiet check, or a visit, came to nothing.
    NotQuiet {
        /// The phone.
        phone: PhoneNo,
        /// The number the check carried.
        check: CheckNo,
    },
    /// The automation saw whether an account is signed in on a phone.
    SignedIn {
        /// The phone.
        phone: PhoneNo,
        /// The account.
        account: AccountNo,
    },
    /// A step asks to do an act.
    Intend {
        /// The attempt.
        attempt: AttemptNo,
        /// The step.
        step: u16,
        /// The act.
        act: Act,
        /// What the history says.
        prior: Prior,
        /// Of an engagement task: what is left of the page at hand, this act counted.
        rest: Option<Need>,
    },
    /// A step tells what came of it.
    Acted {
        /// The attempt.
        attempt: AttemptNo,
        /// The step.
        step: u16,
        /// The act it had intended, if it was one.
        act: Option<Act>,
        /// Whether the act took place now (false: it was skipped, refused, or already so).
        done: bool,
        /// A further attempt goes on behind the step; false: it would do the step again.
        last: bool,
    },
    /// The attempt ended with nothing in flight.
    Ended {
        /// The attempt.
        attempt: AttemptNo,
        /// How.
        ending: Ending,
    },
    /// The attempt ended with nothing in flight, because an element is not where its locator says.
    Missed {
        /// The attempt.
        attempt: AttemptNo,
        /// The locator.
        locator: LocatorNo,
        /// The action under way.
        action: ActionNo,
    },
    /// The attempt ended and nobody knows what the phone still does.
    Lost {
        /// The attempt.
        attempt: AttemptNo,
    },
    /// No new task starts in the scope; running ones finish.
    Pause(Scope),
    /// The pause is over.
    Resume(Scope),
    /// The action is no longer paused for the version of the app.
    ResumeAction {
        /// The version.
        version: VersionNo,
        /// The action.
        action: ActionNo,
    },
    /// No action is paused any more: the locators are others now.
    ResumeActions,
    /// No further call is made in the scope, at once. Holds over restarts.
    Stop(Scope),
    /// The stop is over.
    Unstop(Scope),
    /// The account is suspended, now or when its task ends.
    Suspend {
        /// The account.
        account: AccountNo,
    },
    /// The account's suspension is over; what the platform put on it is over only if a phone shows
    /// so, which is looked at.
    Unsuspend {
        /// The account.
        account: AccountNo,
    },
    /// The account's cooldown is over before its time.
    EndCooldown {
        /// The account.
        account: AccountNo,
    },
    /// The account in doubt is freed although its phone never answered (R6).
    Release {
        /// The account.
        account: AccountNo,
    },
}
