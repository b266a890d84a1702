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
 * `available`, `running`, `cooldown`, `suspended`.
 */
state: string, 
/**
 * `in_doubt` while held, `rate_limit`, `challenge`, `operator`.
 */
state_reason: string | null, 
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
cancelled: number, };

/**
 * Everything the window shows, of one moment.
 */
export type Overview = { 
/**
 * Number of the last journal row it includes.
 */
rev: number, 
/**
 * The six numbers.
 */
metrics: ConcurrencyMetrics, 
/**
 * All accounts.
 */
accounts: Array<AccountView>, 
/**
 * How far the lists are.
 */
progress: ProgressView, 
/**
 * Phones that can work, and phones that are attached.
 */
phones_ready: number, 
/**
 * Phones attached.
 */
phones_attached: number, 
/**
 * New tasks may start.
 */
started: boolean, 
/**
 * The phones are simulated.
 */
simulated: boolean, };

/**
 * What changed since the last one.
 */
export type OverviewDelta = { 
/**
 * The `rev` this follows: another one means a gap, and a new snapshot.
 */
since: number, 
/**
 * Number of the last journal row it includes.
 */
rev: number, 
/**
 * The six numbers.
 */
metrics: ConcurrencyMetrics, 
/**
 * Accounts that are new or changed.
 */
upserts: Array<AccountView>, 
/**
 * Accounts that are gone.
 */
removes: Array<string>, 
/**
 * How far the lists are.
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
 * New tasks may start.
 */
started: boolean, };

/**
 * One message of the live channel.
 */
export type Message = { "kind": "delta", 
/**
 * The changes.
 */
delta: OverviewDelta, } | { "kind": "alive" };

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
overview: Overview, };

/**
 * The answer to `import_examples`.
 */
export type ExamplesImported = { 
/**
 * Accounts that were new.
 */
accounts_added: number, 
/**
 * Tasks accepted; none when the lists are there already and not finished.
 */
tasks: number, };

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
