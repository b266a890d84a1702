//! The shapes that leave the engine: for HTTP as JSON, for the window as JSON with TypeScript types.

mod accounts;

pub use accounts::{ActUse, DayUse};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The six numbers of concurrency, of one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ConcurrencyMetrics {
    /// Accounts there are.
    pub total_accounts_tracked: u64,
    /// Accounts with a task under way or in doubt.
    pub accounts_running: u64,
    /// Accounts with at least one waiting task.
    pub accounts_waiting: u64,
    /// Accounts that rest.
    pub accounts_cooldown: u64,
    /// Tasks that joined their line and could not start because of their account.
    pub total_concurrency_blocks: u64,
    /// Tasks that wait in a line.
    pub total_tasks_queued_waiting: u64,
}

/// STATE of http-api.md.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
pub struct AccountStateDto {
    /// The operator's id.
    pub account_id: String,
    /// `available`, `running`, `cooldown`, `suspended`.
    pub state: String,
    /// `in_doubt` while held, `rate_limit`, `challenge`, `operator`.
    pub state_reason: Option<String>,
    /// The task under way.
    pub current_task_id: Option<String>,
    /// Serial of its phone.
    pub current_device_id: Option<String>,
    /// `instagram`, `engagement`, `flow`.
    pub task_type: Option<String>,
    /// RFC 3339.
    pub started_at: Option<String>,
    /// Length of the line.
    pub waiting_tasks_count: u64,
    /// The line, in order.
    pub waiting_task_ids: Vec<String>,
    /// The task completed last.
    pub last_completed_task: Option<String>,
    /// RFC 3339.
    pub last_completed_at: Option<String>,
    /// Tasks completed.
    pub total_tasks_completed: u64,
    /// Seconds the task under way has run.
    pub execution_duration: Option<f64>,
    /// RFC 3339.
    pub cooldown_until: Option<String>,
    /// Whether its phones are simulated.
    pub simulated: bool,
}

/// Something that went wrong with an attempt of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecentError {
    /// When, RFC 3339.
    pub at: String,
    /// What: a class of the error table.
    pub error: &'static str,
}

/// An account as the window's table shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct AccountView {
    /// The operator's id.
    pub account_id: String,
    /// Its name in the app.
    pub handle: String,
    /// A name for people, if it has one.
    pub label: Option<String>,
    /// A group for people, if it is in one.
    pub group: Option<String>,
    /// Serial of the only phone it may use; null: any.
    pub device_udid: Option<String>,
    /// Serials of the phones it was seen signed in on.
    pub signed_in_on: Vec<String>,
    /// Whether the operator paused it.
    pub paused: bool,
    /// `available`, `running`, `cooldown`, `suspended`.
    pub state: String,
    /// `in_doubt` while held, `rate_limit`, `challenge`, `operator`.
    pub state_reason: Option<String>,
    /// Attempts that went wrong since its last completed task.
    pub consecutive_errors: u16,
    /// Length of its line.
    pub waiting_tasks_count: u64,
    /// What its phone is called, while a task of it is under way.
    pub current_device: Option<String>,
    /// The task under way.
    pub current_task_id: Option<String>,
    /// RFC 3339.
    pub cooldown_until: Option<String>,
    /// Tasks completed.
    pub total_tasks_completed: u64,
}

/// An account as the operator named and placed it, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct AccountListing {
    /// The operator's id.
    pub account_id: String,
    /// Its name in the app.
    pub handle: String,
    /// Serial of the only phone it may use; null: any.
    pub device_udid: Option<String>,
    /// A name for people.
    pub label: Option<String>,
    /// A group for people.
    pub group: Option<String>,
    /// A note for people.
    pub note: Option<String>,
    /// `available`, `running`, `cooldown`, `suspended`.
    pub state: String,
    /// `in_doubt` while held, `rate_limit`, `challenge`, `operator`.
    pub state_reason: Option<String>,
    /// Length of its line.
    pub waiting_tasks_count: u64,
    /// Its own limits beside the settings; null: none.
    pub limits: Option<LimitsView>,
    /// When its tasks start, in local time; null: as those of its group.
    pub hours: Option<Vec<WindowView>>,
    /// Whether the operator paused it.
    pub paused: bool,
    /// Serials of the phones it was seen signed in on.
    pub signed_in_on: Vec<String>,
    /// Attempts that went wrong since its last completed task.
    pub consecutive_errors: u16,
    /// When the task it completed last had ended, RFC 3339.
    pub last_success_at: Option<String>,
    /// What it did in the last 24 hours, beside what it may.
    pub today: DayUse,
}

/// A window of time in which tasks start. One that ends before it begins ends on the next day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct WindowView {
    /// The days it begins on, `mon` to `sun`; null: every day.
    #[serde(default)]
    pub days: Option<Vec<String>>,
    /// When it begins, HH:MM.
    pub from: String,
    /// When it ends, HH:MM; 24:00 is the end of the day.
    pub to: String,
}

/// Limits of one account: the smaller ceiling and the longer gap hold, these or those of the
/// settings. What is left out is as the settings say; with none of them, the account has no limits
/// of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct LimitsView {
    /// Follows in 24 hours. At most 80 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows_per_day: Option<u16>,
    /// Likes in 24 hours. At most 200 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes_per_day: Option<u16>,
    /// Comments in 24 hours. At most 30 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments_per_day: Option<u16>,
    /// Least seconds between two acts. At least 10 on live phones.
    #[schemars(range(min = 0, max = 86_400))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_gap_seconds: Option<u64>,
}

/// How far all lists together are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ProgressView {
    /// Tasks accepted.
    pub total: u64,
    /// Completed.
    pub completed: u64,
    /// Failed, or ended with an unknown act.
    pub failed: u64,
    /// Cancelled.
    pub cancelled: u64,
    /// Waiting in a line.
    pub waiting: u64,
    /// Waiting for their time.
    pub scheduled: u64,
    /// Under way, in doubt included.
    pub running: u64,
}

/// Something that stays until somebody does something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Notice {
    /// `action_paused`.
    pub code: String,
    /// What happened, why, and what to do.
    pub sentence: String,
    /// RFC 3339.
    pub since: String,
    /// The action that is paused.
    pub action: String,
    /// The version of the app it is paused for.
    pub app_version: String,
}

/// A list, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ListView {
    /// Its id.
    pub list_id: String,
    /// What it is called.
    pub name: String,
    /// It only looks.
    pub rehearsal: bool,
    /// Nothing new of it starts.
    pub paused: bool,
    /// SHA-256 of its normalised rows, in hex.
    pub sha256: String,
    /// Who imported it: `cli`, `window`, `http`.
    pub imported_by: String,
    /// RFC 3339.
    pub imported_at: String,
    /// How many tasks it has, by how they ended.
    pub counts: ListCounts,
}

/// Tasks of a list by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ListCounts {
    /// All of them.
    pub total: u64,
    /// Waiting, scheduled or running.
    pub open: u64,
    /// Completed.
    pub completed: u64,
    /// Failed.
    pub failed: u64,
    /// Cancelled.
    pub cancelled: u64,
    /// Ended with an unknown act.
    pub interrupted: u64,
}

/// The engine as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct EngineView {
    /// The six numbers.
    pub metrics: ConcurrencyMetrics,
    /// How far all lists together are.
    pub progress: ProgressView,
    /// Phones that can work.
    pub phones_ready: u64,
    /// Phones attached.
    pub phones_attached: u64,
    /// What stays until somebody does something about it.
    pub notices: Vec<Notice>,
    /// New tasks may start: nothing is paused or stopped as a whole.
    pub started: bool,
    /// Everything is paused: running tasks finish.
    pub paused: bool,
    /// Everything was stopped at once, and stays so until the operator resumes.
    pub stopped: bool,
    /// Nothing can be saved at the moment, so nothing starts.
    pub disk_full: bool,
    /// What is wrong with the data set and what to do, one sentence; then nothing starts.
    pub damage: Option<String>,
    /// The phones are simulated.
    pub simulated: bool,
    /// Tasks that ended with an act of unknown outcome, and wait for a person to say what happened.
    pub interrupted: u64,
}

/// A task that runs, or just ended. Of those that wait, accounts and lists tell how many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct LiveTask {
    /// Its id.
    pub task_id: String,
    /// Its account.
    pub account_id: String,
    /// Its list, if it came with one.
    pub list_id: Option<String>,
    /// `queued` (its attempt ended and it waits again), `running`, `completed`, `failed`,
    /// `cancelled`, `interrupted`.
    pub status: String,
    /// Serial of the phone it runs on.
    pub device_id: Option<String>,
    /// RFC 3339; null unless it runs.
    pub started_at: Option<String>,
    /// It runs and is to end at its next safe point.
    pub cancel_asked: bool,
}

/// Everything that is watched, of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Snapshot {
    /// Number of the last journal row it includes.
    pub rev: i64,
    /// The moment it is of, RFC 3339, by the clock that every other time here is told by.
    pub now: String,
    /// How many times faster than the computer's that clock runs; 1 with live phones.
    pub time_scale: u32,
    /// The engine.
    pub engine: EngineView,
    /// Every account.
    pub accounts: Vec<AccountView>,
    /// Every phone that was ever seen.
    pub devices: Vec<DeviceView>,
    /// Every list.
    pub lists: Vec<ListView>,
    /// The tasks that run.
    pub tasks: Vec<LiveTask>,
}

/// What changed since the last snapshot or change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Change {
    /// The revision this follows: a later one than what is shown means a gap, and that a new
    /// snapshot is needed. What is in it may be told twice.
    pub since: i64,
    /// Number of the last journal row it includes; the same as `since` where something changed
    /// that is not journaled.
    pub rev: i64,
    /// The engine.
    pub engine: EngineView,
    /// What is new or changed.
    pub upserts: Upserts,
    /// What is gone.
    pub removes: Removes,
}

/// What is new or changed, whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Upserts {
    /// Accounts.
    pub accounts: Vec<AccountView>,
    /// Phones.
    pub devices: Vec<DeviceView>,
    /// Lists.
    pub lists: Vec<ListView>,
    /// Tasks that run, and those that ended, with their end.
    pub tasks: Vec<LiveTask>,
}

/// The ids of what is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Removes {
    /// Accounts.
    pub accounts: Vec<String>,
    /// Phones.
    pub devices: Vec<String>,
}

/// One thing that must hold before a phone can work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RungView {
    /// `cable`, `trusted`, `unlocked`, `developer_mode`, `battery`, `heat`, `storage`, `runner`,
    /// `app`.
    pub name: &'static str,
    /// The same in words.
    pub title: String,
    /// `ok`, `failed`, `unknown`.
    pub state: &'static str,
    /// A stable code when it does not hold (`E-DEV-TRUST`), `OK`, or `UNKNOWN`.
    pub code: &'static str,
    /// What was seen, one sentence.
    pub cause: String,
    /// What to do, one sentence; empty if there is nothing to do.
    pub fix: String,
}

/// What a phone says of itself; what it did not tell is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct DeviceFacts {
    /// Whether it trusts this computer.
    pub trusted: Option<bool>,
    /// Percent, 0 to 100.
    pub battery: Option<u8>,
    /// Whether the battery is being charged.
    pub charging: Option<bool>,
    /// `nominal`, `fair`, `serious`, `critical`.
    pub thermal: Option<String>,
    /// Bytes free for data.
    pub disk_free: Option<u64>,
    /// Whether developer mode is on.
    pub developer_mode: Option<bool>,
    /// The language it speaks, and the app with it, for example `en` or `pt-BR`.
    pub language: Option<String>,
    /// Version of the app that the work is done in.
    pub app_version: Option<String>,
    /// Version of the WebDriverAgent runner.
    pub wda_version: Option<String>,
}

/// A phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct DeviceView {
    /// Its serial.
    pub udid: String,
    /// The name its owner gave it.
    pub name: Option<String>,
    /// For example `iPhone14,5`.
    pub model: Option<String>,
    /// Version of iOS.
    pub ios_version: Option<String>,
    /// `disconnected`, `connected`, `ready`, `busy`, `error`.
    pub status: String,
    /// Always `None`: no local port is opened towards a phone.
    pub connection_port: Option<u16>,
    /// Always `None`: a session is an attempt's own.
    pub session_id: Option<String>,
    /// `answers` where WebDriverAgent does.
    pub wda: Option<String>,
    /// Code of what keeps it from work.
    pub error_code: Option<String>,
    /// One sentence: what, why, what to do.
    pub error_message: Option<String>,
    /// Whether it is a simulated one.
    pub simulated: bool,
    /// A name for people, before the one its owner gave it.
    pub label: Option<String>,
    /// Where it lies or hangs.
    pub slot: Option<String>,
    /// A group for people.
    pub group: Option<String>,
    /// A note for people.
    pub note: Option<String>,
    /// Whether the operator paused it.
    pub paused: bool,
    /// Whether the operator stopped it.
    pub stopped: bool,
    /// Whether the operator has it in hand.
    pub in_hand: bool,
    /// What it says of itself.
    #[serde(flatten)]
    pub facts: DeviceFacts,
}

/// All phones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Devices {
    /// How many.
    pub total_devices: u64,
    /// That can take a task.
    pub ready_devices: u64,
    /// With a task under way or in doubt.
    pub busy_devices: u64,
    /// That cannot work.
    pub error_devices: u64,
    /// Each.
    pub devices: Vec<DeviceView>,
}
