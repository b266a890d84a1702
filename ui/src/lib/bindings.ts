// Made by src-tauri/app/src/bindings.rs; do not edit.

/**
 * An account as the window's table shows it.
 */
export type AccountView = { 
/**
 * The operator's id.
 */
account_id: string, 
/**
 * Its name in the app.
 */
handle: string, 
/**
 * A name for people, if it has one.
 */
label: string | null, 
/**
 * A group for people, if it is in one.
 */
group: string | null, 
/**
 * Serial of the only phone it may use; null: any.
 */
device_udid: string | null, 
/**
 * Serials of the phones it was seen signed in on.
 */
signed_in_on: Array<string>, 
/**
 * Whether the operator paused it.
 */
paused: boolean, 
/**
 * `available`, `running`, `cooldown`, `suspended`.
 */
state: string, 
/**
 * `in_doubt` while held, `rate_limit`, `challenge`, `operator`.
 */
state_reason: string | null, 
/**
 * Attempts that went wrong since its last completed task.
 */
consecutive_errors: number, 
/**
 * Length of its line.
 */
waiting_tasks_count: number, 
/**
 * What its phone is called, while a task of it is under way.
 */
current_device: string | null, 
/**
 * The task under way.
 */
current_task_id: string | null, 
/**
 * RFC 3339.
 */
cooldown_until: string | null, 
/**
 * Tasks completed.
 */
total_tasks_completed: number, };

/**
 * The six numbers of concurrency, of one moment.
 */
export type ConcurrencyMetrics = { 
/**
 * Accounts there are.
 */
total_accounts_tracked: number, 
/**
 * Accounts with a task under way or in doubt.
 */
accounts_running: number, 
/**
 * Accounts with at least one waiting task.
 */
accounts_waiting: number, 
/**
 * Accounts that rest.
 */
accounts_cooldown: number, 
/**
 * Tasks that joined their line and could not start because of their account.
 */
total_concurrency_blocks: number, 
/**
 * Tasks that wait in a line.
 */
total_tasks_queued_waiting: number, };

/**
 * How far all lists together are.
 */
export type ProgressView = { 
/**
 * Tasks accepted.
 */
total: number, 
/**
 * Completed.
 */
completed: number, 
/**
 * Failed, or ended with an unknown act.
 */
failed: number, 
/**
 * Cancelled.
 */
cancelled: number, 
/**
 * Waiting in a line.
 */
waiting: number, 
/**
 * Waiting for their time.
 */
scheduled: number, 
/**
 * Under way, in doubt included.
 */
running: number, };

/**
 * Something that stays until somebody does something about it.
 */
export type Notice = { 
/**
 * `action_paused`.
 */
code: string, 
/**
 * What happened, why, and what to do.
 */
sentence: string, 
/**
 * RFC 3339.
 */
since: string, 
/**
 * The action that is paused.
 */
action: string, 
/**
 * The version of the app it is paused for.
 */
app_version: string, };

/**
 * A phone.
 */
export type DeviceView = { 
/**
 * Its serial.
 */
udid: string, 
/**
 * The name its owner gave it.
 */
name: string | null, 
/**
 * For example `iPhone14,5`.
 */
model: string | null, 
/**
 * Version of iOS.
 */
ios_version: string | null, 
/**
 * `disconnected`, `connected`, `ready`, `busy`, `error`.
 */
status: string, 
/**
 * Always `None`: no local port is opened towards a phone.
 */
connection_port: number | null, 
/**
 * Always `None`: a session is an attempt's own.
 */
session_id: string | null, 
/**
 * `answers` where WebDriverAgent does.
 */
wda: string | null, 
/**
 * Code of what keeps it from work.
 */
error_code: string | null, 
/**
 * One sentence: what, why, what to do.
 */
error_message: string | null, 
/**
 * Whether it is a simulated one.
 */
simulated: boolean, 
/**
 * A name for people, before the one its owner gave it.
 */
label: string | null, 
/**
 * Where it lies or hangs.
 */
slot: string | null, 
/**
 * A group for people.
 */
group: string | null, 
/**
 * A note for people.
 */
note: string | null, 
/**
 * Whether the operator paused it.
 */
paused: boolean, 
/**
 * Whether the operator stopped it.
 */
stopped: boolean, 
/**
 * Whether the operator has it in hand.
 */
in_hand: boolean, 
/**
 * Whether it trusts this computer.
 */
trusted: boolean | null, 
/**
 * Percent, 0 to 100.
 */
battery: number | null, 
/**
 * Whether the battery is being charged.
 */
charging: boolean | null, 
/**
 * `nominal`, `fair`, `serious`, `critical`.
 */
thermal: string | null, 
/**
 * Bytes free for data.
 */
disk_free: number | null, 
/**
 * Whether developer mode is on.
 */
developer_mode: boolean | null, 
/**
 * The language it speaks, and the app with it, for example `en` or `pt-BR`.
 */
language: string | null, 
/**
 * Version of the app that the work is done in.
 */
app_version: string | null, 
/**
 * Version of the WebDriverAgent runner.
 */
wda_version: string | null, };

/**
 * Tasks of a list by how they ended.
 */
export type ListCounts = { 
/**
 * All of them.
 */
total: number, 
/**
 * Waiting, scheduled or running.
 */
open: number, 
/**
 * Completed.
 */
completed: number, 
/**
 * Failed.
 */
failed: number, 
/**
 * Cancelled.
 */
cancelled: number, 
/**
 * Ended with an unknown act.
 */
interrupted: number, };

/**
 * A list, and how far it is.
 */
export type ListView = { 
/**
 * Its id.
 */
list_id: string, 
/**
 * What it is called.
 */
name: string, 
/**
 * It only looks.
 */
rehearsal: boolean, 
/**
 * Nothing new of it starts.
 */
paused: boolean, 
/**
 * SHA-256 of its normalised rows, in hex.
 */
sha256: string, 
/**
 * Who imported it: `cli`, `window`, `http`.
 */
imported_by: string, 
/**
 * RFC 3339.
 */
imported_at: string, 
/**
 * How many tasks it has, by how they ended.
 */
counts: ListCounts, };

/**
 * A task that runs, or just ended. Of those that wait, accounts and lists tell how many.
 */
export type LiveTask = { 
/**
 * Its id.
 */
task_id: string, 
/**
 * Its account.
 */
account_id: string, 
/**
 * Its list, if it came with one.
 */
list_id: string | null, 
/**
 * `queued` (its attempt ended and it waits again), `running`, `completed`, `failed`,
 * `cancelled`, `interrupted`.
 */
status: string, 
/**
 * Serial of the phone it runs on.
 */
device_id: string | null, 
/**
 * RFC 3339; null unless it runs.
 */
started_at: string | null, 
/**
 * It runs and is to end at its next safe point.
 */
cancel_asked: boolean, };

/**
 * The engine as a whole.
 */
export type EngineView = { 
/**
 * The six numbers.
 */
metrics: ConcurrencyMetrics, 
/**
 * How far all lists together are.
 */
progress: ProgressView, 
/**
 * Phones that can work.
 */
phones_ready: number, 
/**
 * Phones attached.
 */
phones_attached: number, 
/**
 * What stays until somebody does something about it.
 */
notices: Array<Notice>, 
/**
 * New tasks may start: nothing is paused or stopped as a whole.
 */
started: boolean, 
/**
 * Everything is paused: running tasks finish.
 */
paused: boolean, 
/**
 * Everything was stopped at once, and stays so until the operator resumes.
 */
stopped: boolean, 
/**
 * Nothing can be saved at the moment, so nothing starts.
 */
disk_full: boolean, 
/**
 * What is wrong with the data set and what to do, one sentence; then nothing starts.
 */
damage: string | null, 
/**
 * The phones are simulated.
 */
simulated: boolean, 
/**
 * Tasks that ended with an act of unknown outcome, and wait for a person to say what happened.
 */
interrupted: number, };

/**
 * Everything that is watched, of one moment.
 */
export type Snapshot = { 
/**
 * Number of the last journal row it includes.
 */
rev: number, 
/**
 * The moment it is of, RFC 3339, by the clock that every other time here is told by.
 */
now: string, 
/**
 * How many times faster than the computer's that clock runs; 1 with live phones.
 */
time_scale: number, 
/**
 * The engine.
 */
engine: EngineView, 
/**
 * Every account.
 */
accounts: Array<AccountView>, 
/**
 * Every phone that was ever seen.
 */
devices: Array<DeviceView>, 
/**
 * Every list.
 */
lists: Array<ListView>, 
/**
 * The tasks that run.
 */
tasks: Array<LiveTask>, };

/**
 * What is new or changed, whole.
 */
export type Upserts = { 
/**
 * Accounts.
 */
accounts: Array<AccountView>, 
/**
 * Phones.
 */
devices: Array<DeviceView>, 
/**
 * Lists.
 */
lists: Array<ListView>, 
/**
 * Tasks that run, and those that ended, with their end.
 */
tasks: Array<LiveTask>, };

/**
 * The ids of what is gone.
 */
export type Removes = { 
/**
 * Accounts.
 */
accounts: Array<string>, 
/**
 * Phones.
 */
devices: Array<string>, };

/**
 * What changed since the last snapshot or change.
 */
export type Change = { 
/**
 * The revision this follows: a later one than what is shown means a gap, and that a new
 * snapshot is needed. What is in it may be told twice.
 */
since: number, 
/**
 * Number of the last journal row it includes; the same as `since` where something changed
 * that is not journaled.
 */
rev: number, 
/**
 * The engine.
 */
engine: EngineView, 
/**
 * What is new or changed.
 */
upserts: Upserts, 
/**
 * What is gone.
 */
removes: Removes, };

/**
 * One message of the live channel.
 */
export type Message = { "kind": "snapshot", 
/**
 * The snapshot.
 */
snapshot: Snapshot, } | { "kind": "begun", 
/**
 * The snapshot.
 */
snapshot: Snapshot, } | { "kind": "change", 
/**
 * The changes.
 */
change: Change, } | { "kind": "alive" } | { "kind": "lost", 
/**
 * Which, and what to do.
 */
problem: CommandError, } | { "kind": "menu", 
/**
 * The command.
 */
id: string, } | { "kind": "quit", 
/**
 * Accounts with a task under way.
 */
running: number, };

/**
 * The answer to `subscribe`: what there is now; changes follow over the channel.
 */
export type Opening = { 
/**
 * Signalbox's version.
 */
version: string, 
/**
 * Everything the window shows.
 */
snapshot: Snapshot, };

/**
 * What is told; each can be switched off.
 */
export type Kind = "device_lost" | "device_attention" | "account_suspended" | "failure_rate" | "queue_finished" | "emergency_stop";

/**
 * What is remembered.
 */
export type Preferences = { 
/**
 * The data set of real phones is opened.
 */
live: boolean, 
/**
 * How many iPhones are simulated.
 */
phones: number, 
/**
 * The HTTP API is served on this computer.
 */
api: boolean, 
/**
 * Its port; 0: any free one.
 */
api_port: number, 
/**
 * Notifications that are not wanted.
 */
muted: Array<Kind>, 
/**
 * From this many percent of failed tasks on the operator is told.
 */
failure_percent: number, 
/**
 * It was said once that the window only hides while work goes on.
 */
told_hiding: boolean, };

/**
 * A change of some of them.
 */
export type AppChange = { 
/**
 * How many iPhones are simulated.
 */
phones?: number, 
/**
 * The HTTP API is served on this computer.
 */
api?: boolean, 
/**
 * Its port; 0: any free one.
 */
api_port?: number, 
/**
 * Notifications that are not wanted.
 */
muted?: Array<Kind>, 
/**
 * From this many percent of failed tasks on the operator is told.
 */
failure_percent?: number, 
/**
 * Signalbox opens when the user logs in.
 */
start_at_login?: boolean, };

/**
 * Where the command is.
 */
export type Installed = { 
/**
 * The link.
 */
path: string, 
/**
 * A new terminal finds it by its name.
 */
found: boolean, };

/**
 * The app, as its settings show it.
 */
export type AppView = { 
/**
 * What is remembered.
 */
preferences: Preferences, 
/**
 * There is a data set for each kind of phones; else one directory was named at the start.
 */
has_both: boolean, 
/**
 * The data set that is worked with.
 */
data_dir: string, 
/**
 * Where real phones are reached.
 */
phones_from: string | null, 
/**
 * Where the API is served.
 */
api_url: string | null, 
/**
 * Why it is not, though that is wanted.
 */
api_problem: CommandError | null, 
/**
 * The file of its token.
 */
token_file: string, 
/**
 * Signalbox opens when the user logs in; null where the system does not tell.
 */
start_at_login: boolean | null, 
/**
 * The command of the terminal.
 */
command_line: Installed | null, 
/**
 * `macos` or `linux`.
 */
system: string, };

/**
 * What is in a data set.
 */
export type OtherSet = { 
/**
 * Its accounts, as people call them.
 */
accounts: Array<string>, 
/**
 * The phones it knows, as people call them.
 */
phones: Array<string>, 
/**
 * Its lists.
 */
lists: number, 
/**
 * Tasks that wait in it.
 */
waiting: number, };

/**
 * What going over to the other data set means.
 */
export type SwitchView = { 
/**
 * To real phones.
 */
live: boolean, 
/**
 * What is in the data set; null: there is none yet, and an empty one is made.
 */
there: OtherSet | null, 
/**
 * Real phones that are attached, as they call themselves.
 */
attached: Array<string>, 
/**
 * Why they could not be asked.
 */
attached_problem: string | null, 
/**
 * Tasks under way in the data set that is left; they end at their next safe point.
 */
running: number, };

/**
 * What was copied.
 */
export type CopyReport = { 
/**
 * Accounts that are new here.
 */
accounts: number, 
/**
 * Accounts that were here, or whose name in the app is another account's; they stay as they are.
 */
accounts_kept: number, 
/**
 * Lists that are new here.
 */
lists: number, 
/**
 * Lists of the same content that were here.
 */
lists_kept: number, 
/**
 * Tasks of the new lists.
 */
tasks: number, };

/**
 * One file of the bundle.
 */
export type DiagnosticsPart = { 
/**
 * Its name in the bundle.
 */
name: string, 
/**
 * All that is in it.
 */
text: string, };

/**
 * Why something asked for was not done. Nothing was changed.
 */
export type CommandError = { 
/**
 * Stable code, shared by all faces.
 */
code: string, 
/**
 * One sentence: what happened, why, what to do.
 */
detail: string, 
/**
 * One line per bad row or field.
 */
errors: Array<string>, };
