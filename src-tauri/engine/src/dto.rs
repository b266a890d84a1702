//! The shapes that leave the engine: for HTTP as JSON, for the window as JSON with TypeScript types.

use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::SerializeMap as _;
use ts_rs::TS;

/// The six numbers of concurrency, of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
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

/// STATE of http-api.md with ERROR_STATE.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AccountHealth {
    /// What it does.
    #[serde(flatten)]
    pub state: AccountStateDto,
    /// What went wrong with it; empty if nothing ever did.
    #[serde(serialize_with = "or_empty")]
    #[schemars(with = "ErrorState")]
    pub error_state: Option<ErrorState>,
}

fn or_empty<S: serde::Serializer>(
    state: &Option<ErrorState>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match state {
        Some(state) => state.serialize(serializer),
        None => serializer.serialize_map(Some(0))?.end(),
    }
}

/// ERROR_STATE of http-api.md.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("required" = []))]
pub struct ErrorState {
    /// `suspended`, `cooldown`, `error` (its last attempts went wrong), else `active`.
    pub state: &'static str,
    /// Attempts that went wrong since its last completed task.
    pub consecutive_errors: u16,
    /// When the last one did, RFC 3339.
    pub last_error_time: Option<String>,
    /// When its rest ends, RFC 3339.
    pub cooldown_until: Option<String>,
    /// The last ten, newest first.
    pub recent_errors: Vec<RecentError>,
    /// Seconds of its rest that are left.
    pub cooldown_remaining: f64,
}

/// Something that went wrong with an attempt of an account.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RecentError {
    /// When, RFC 3339.
    pub at: String,
    /// What: a class of the error table.
    pub error: &'static str,
}

/// An account as the window's table shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct AccountView {
    /// The operator's id.
    pub account_id: String,
    /// Its name in the app.
    pub handle: String,
    /// A name for people, if it has one.
    pub label: Option<String>,
    /// `available`, `running`, `cooldown`, `suspended`.
    pub state: String,
    /// `in_doubt` while held, `rate_limit`, `challenge`, `operator`.
    pub state_reason: Option<String>,
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
}

/// Everything the window shows, of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Overview {
    /// Number of the last journal row it includes.
    pub rev: i64,
    /// The six numbers.
    pub metrics: ConcurrencyMetrics,
    /// All accounts.
    pub accounts: Vec<AccountView>,
    /// How far the lists are.
    pub progress: ProgressView,
    /// Phones that can work, and phones that are attached.
    pub phones_ready: u64,
    /// Phones attached.
    pub phones_attached: u64,
    /// New tasks may start.
    pub started: bool,
    /// The phones are simulated.
    pub simulated: bool,
}

/// What changed since the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct OverviewDelta {
    /// The `rev` this follows: another one means a gap, and a new snapshot.
    pub since: i64,
    /// Number of the last journal row it includes.
    pub rev: i64,
    /// The six numbers.
    pub metrics: ConcurrencyMetrics,
    /// Accounts that are new or changed.
    pub upserts: Vec<AccountView>,
    /// Accounts that are gone.
    pub removes: Vec<String>,
    /// How far the lists are.
    pub progress: ProgressView,
    /// Phones that can work.
    pub phones_ready: u64,
    /// Phones attached.
    pub phones_attached: u64,
    /// New tasks may start.
    pub started: bool,
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
    /// Version of the app that the work is done in.
    pub app_version: Option<String>,
    /// Version of the WebDriverAgent runner.
    pub wda_version: Option<String>,
}

/// A phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
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
