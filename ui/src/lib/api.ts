// Made by src-tauri/app/src/bindings.rs; do not edit.

/** What this is. */
export type About = {
  message: string;
  /** The version of the program. */
  version: string;
};

/** A plan to accept. */
export type AcceptPlan = {
  /** Leave the rows out that say what another says. */
  leave_out_duplicates?: boolean | undefined;
  /** Leave the rows out that cannot be accepted; else a plan with such rows is refused whole. */
  leave_out_refused?: boolean | undefined;
  /** The plan. */
  plan_id: string;
};

/** One account, whole. */
export type AccountDetail = {
  /** The operator's id. */
  account_id: string;
  /** What the platform asked, while it is suspended for that. */
  challenge: (Challenge | null);
  /** Attempts that went wrong since its last completed task. */
  consecutive_errors: number;
  /** Serial of the phone it is on. */
  current_device_udid: (string | null);
  /** The task under way, also of an account that is held. */
  current_task_id: (string | null);
  /** Serial of the only phone it may use; null: any. */
  device_udid: (string | null);
  /** Least seconds between two of its acts: the longer of the settings' and its own. */
  gap_seconds: number;
  /** When the gap behind its last act is over, RFC 3339; null: it is over. */
  gap_until: (string | null);
  /** A group for people. */
  group: (string | null);
  /** Its name in the app. */
  handle: string;
  /** Why it is held, and what frees it. */
  held: (Why | null);
  /** When its tasks start, in local time; null: as those of its group. */
  hours: (readonly (WindowView)[] | null);
  /** A name for people. */
  label: (string | null);
  /** The task completed last. */
  last_completed_task: (string | null);
  /** When the task it completed last had ended, RFC 3339. */
  last_success_at: (string | null);
  /** Its own limits beside the settings; null: none. */
  limits: (LimitsView | null);
  /** It was missed on so many phones that a person has to sign it in. */
  needs_sign_in: boolean;
  /** Serials of the phones on which it was looked for and is not signed in. */
  not_signed_in_on: readonly (string)[];
  /** A note for people. */
  note: (string | null);
  /** Whether the operator paused it. */
  paused: boolean;
  /** Rate limits in a row, since its last completed task. */
  rate_limits_in_a_row: number;
  /** What went wrong with its last attempts, newest first. */
  recent_errors: readonly (RecentError2)[];
  /** When its rest ends, RFC 3339; it goes on under a suspension. */
  rests_until: (string | null);
  /** Tasks that wait for their time, outside the line. */
  scheduled_tasks_count: number;
  /** Serials of the phones it was seen signed in on. */
  signed_in_on: readonly (string)[];
  /** When that began, RFC 3339. */
  started_at: (string | null);
  /** `available`, `running`, `cooldown`, `suspended`. */
  state: string;
  /** `in_doubt` while held, `rate_limit`, `challenge`, `operator`. */
  state_reason: (string | null);
  /** It is suspended once its task ends: by a `challenge`, or by the `operator`. */
  suspended_next: (string | null);
  /** What it did in the last 24 hours, beside what it may. */
  today: DayUse;
  /** Tasks completed. */
  total_tasks_completed: number;
  /** Why the head of its line is not running. */
  waiting_on: (Why | null);
  /** Length of its line. */
  waiting_tasks_count: number;
};

/** An account's state, with its errors. */
export type AccountErrors = {
  /** The operator's id. */
  account_id: string;
  /** RFC 3339. */
  cooldown_until: (string | null);
  /** Serial of its phone. */
  current_device_id: (string | null);
  /** The task under way. */
  current_task_id: (string | null);
  /** What went wrong lately; empty where nothing did. */
  error_state: ErrorState;
  /** Seconds the task under way has run. */
  execution_duration: (number | null);
  /** RFC 3339. */
  last_completed_at: (string | null);
  /** The task completed last. */
  last_completed_task: (string | null);
  /** Whether its phones are simulated. */
  simulated: boolean;
  /** RFC 3339. */
  started_at: (string | null);
  /** `available`, `running`, `cooldown`, `suspended`. */
  state: string;
  /** `in_doubt` while held, `rate_limit`, `challenge`, `operator`. */
  state_reason: (string | null);
  /** `instagram`, `engagement`, `flow`. */
  task_type: (string | null);
  /** Tasks completed. */
  total_tasks_completed: number;
  /** The line, in order. */
  waiting_task_ids: readonly (string)[];
  /** Length of the line. */
  waiting_tasks_count: number;
};

/** Something that changed how an account stands. */
export type AccountEvent = {
  /** When, RFC 3339. */
  at: string;
  /** Serial of its phone. */
  device_udid: (string | null);
  /** How the attempt ended: `completed`, `rate_limited`, `challenge`, `interrupted` and others; null while it is under way. */
  ending: (string | null);
  /** Code of what went wrong. */
  error_code: (string | null);
  /** What a change of the account changed, as the fields of `PATCH /api/accounts/{id}`. */
  fields: readonly (string)[];
  /** Why phone and account were held behind it: `lost`, `unplugged`, `engine_restarted`, `stopped`, `in_hand`. */
  held_by: (string | null);
  /** Rate limits in a row, that of this cooldown counted. */
  in_a_row: (number | null);
  /** What was ordered, as `account.pause`. */
  order: (string | null);
  /** When the phone had proven quiet; null while it has not. */
  quiet_at: (string | null);
  /** The same as a sentence. */
  sentence: (string | null);
  /** The task of the attempt. */
  task_id: (string | null);
  /** When the attempt ended; of a cooldown, until when it was to last. */
  until: (string | null);
  /** `task` (an attempt of one of its tasks), `cooldown`, `cooldown_over` (its time came), `challenge`, `order` (of an operator). */
  what: string;
  /** Through which face: `window`, `http`, `cli`. */
  who: (string | null);
  /** Why, in the operator's words. */
  why: (string | null);
};

/** A page of how an account stood. */
export type AccountHistory = {
  /** The newest first. It may be short, or empty, where older ones are still to be looked for. */
  events: readonly (AccountEvent)[];
  /** Where the next page begins; null where nothing is left. */
  next_cursor: (string | null);
  success: boolean;
};

/** An account as the operator named and placed it, and where it stands. */
export type AccountListing = {
  /** The operator's id. */
  account_id: string;
  /** Attempts that went wrong since its last completed task. */
  consecutive_errors: number;
  /** Serial of the only phone it may use; null: any. */
  device_udid: (string | null);
  /** A group for people. */
  group: (string | null);
  /** Its name in the app. */
  handle: string;
  /** When its tasks start, in local time; null: as those of its group. */
  hours: (readonly (WindowView)[] | null);
  /** A name for people. */
  label: (string | null);
  /** When the task it completed last had ended, RFC 3339. */
  last_success_at: (string | null);
  /** Its own limits beside the settings; null: none. */
  limits: (LimitsView | null);
  /** A note for people. */
  note: (string | null);
  /** Whether the operator paused it. */
  paused: boolean;
  /** Serials of the phones it was seen signed in on. */
  signed_in_on: readonly (string)[];
  /** `available`, `running`, `cooldown`, `suspended`. */
  state: string;
  /** `in_doubt` while held, `rate_limit`, `challenge`, `operator`. */
  state_reason: (string | null);
  /** What it did in the last 24 hours, beside what it may. */
  today: DayUse;
  /** Length of its line. */
  waiting_tasks_count: number;
};

/** A page of the accounts. */
export type AccountPage = {
  accounts: readonly (AccountListing)[];
  limit: number;
  skip: number;
  success: boolean;
  /** How many there are in all. */
  total: number;
};

/** A page of an account's line. */
export type AccountQueue = {
  limit: number;
  skip: number;
  success: boolean;
  /** In the order in which they start. */
  tasks: readonly (TaskStatus)[];
  /** How many wait in all. */
  total: number;
};

/** STATE of http-api.md. */
export type AccountStateDto = {
  /** The operator's id. */
  account_id: string;
  /** RFC 3339. */
  cooldown_until: (string | null);
  /** Serial of its phone. */
  current_device_id: (string | null);
  /** The task under way. */
  current_task_id: (string | null);
  /** Seconds the task under way has run. */
  execution_duration: (number | null);
  /** RFC 3339. */
  last_completed_at: (string | null);
  /** The task completed last. */
  last_completed_task: (string | null);
  /** Whether its phones are simulated. */
  simulated: boolean;
  /** RFC 3339. */
  started_at: (string | null);
  /** `available`, `running`, `cooldown`, `suspended`. */
  state: string;
  /** `in_doubt` while held, `rate_limit`, `challenge`, `operator`. */
  state_reason: (string | null);
  /** `instagram`, `engagement`, `flow`. */
  task_type: (string | null);
  /** Tasks completed. */
  total_tasks_completed: number;
  /** The line, in order. */
  waiting_task_ids: readonly (string)[];
  /** Length of the line. */
  waiting_tasks_count: number;
};

/** The states of all accounts with their errors, of one moment. */
export type AccountStates = {
  account_states: Readonly<Record<string, AccountErrors>>;
  success: boolean;
  /** RFC 3339. */
  updated_at: string;
};

/** An account as the window's table shows it. */
export type AccountView = {
  /** The operator's id. */
  account_id: string;
  /** Attempts that went wrong since its last completed task. */
  consecutive_errors: number;
  /** RFC 3339. */
  cooldown_until: (string | null);
  /** What its phone is called, while a task of it is under way. */
  current_device: (string | null);
  /** The task under way. */
  current_task_id: (string | null);
  /** Serial of the only phone it may use; null: any. */
  device_udid: (string | null);
  /** A group for people, if it is in one. */
  group: (string | null);
  /** Its name in the app. */
  handle: string;
  /** A name for people, if it has one. */
  label: (string | null);
  /** Whether the operator paused it. */
  paused: boolean;
  /** Serials of the phones it was seen signed in on. */
  signed_in_on: readonly (string)[];
  /** `available`, `running`, `cooldown`, `suspended`. */
  state: string;
  /** `in_doubt` while held, `rate_limit`, `challenge`, `operator`. */
  state_reason: (string | null);
  /** Tasks completed. */
  total_tasks_completed: number;
  /** Length of its line. */
  waiting_tasks_count: number;
};

/** What an account did of one sort of act in the last 24 hours, beside what it may. */
export type ActUse = {
  /** Acts it may do in 24 hours: the smaller of the settings' and its own; null: no ceiling. */
  ceiling: (number | null);
  /** When there is room for one more, RFC 3339; null: there is room now, or there never is any. */
  room_at: (string | null);
  /** Acts in the last 24 hours. */
  used: number;
};

/** A pause, a stop or the end of one. */
export type Annotation = {
  /** The order: `system.pause`, `system.resume` and the like. */
  action: string;
  /** RFC 3339. */
  ts: string;
  /** Through which face. */
  who: string;
  /** Why, where it was said. */
  why: (string | null);
};

/** What is set. */
export type Answer = {
  /** The brakes that hold. On simulated phones the ceilings and the gap are off until somebody sets them, or the engine is started with `--limits`. */
  in_force: readonly (string)[];
  /** The hard limits that live phones add to the bounds of a field, by its name. */
  live_bounds: Readonly<Record<string, Bound>>;
  /** Every field. */
  settings: SettingsView;
  success: boolean;
};

/** A page of what needs a person. */
export type Attention = {
  /** The most urgent first. */
  items: readonly (AttentionItem)[];
  limit: number;
  skip: number;
  /** How much there is in all. */
  total: number;
};

/** Something that needs a person. */
export type AttentionItem = {
  /** The account it is about. */
  account_id: (string | null);
  /** The action that is paused. */
  action: (string | null);
  /** The version of the app it is paused for. */
  app_version: (string | null);
  /** A stable code. */
  code: string;
  /** Serial of the phone it is about. */
  device_id: (string | null);
  /** The same as long as it is the same matter. */
  id: string;
  /** `notice`, `device`, `account`, `line`, `task`. */
  kind: string;
  /** What happened, why, and what to do. */
  sentence: string;
  /** Since when, RFC 3339, where that is known. */
  since: (string | null);
  /** The task it is about. */
  task_id: (string | null);
};

/** One order of an operator. */
export type AuditView = {
  /** What, as `noun.verb`: `task.create`, `system.pause`. */
  action: string;
  /** The same facts after it; null where there was nothing any more. */
  after: unknown;
  /** The facts it changed, as they were; null where there was nothing. */
  before: unknown;
  /** Its place in the audit; later ones are greater. */
  seq: number;
  /** Its id; empty for the system. */
  subject: string;
  /** Kind of what it was about: `system`, `account`, `device`, `list`, `task` and others. */
  subject_kind: string;
  /** What people call it; empty where that is its id. */
  subject_name: string;
  /** When, RFC 3339 in UTC. */
  ts: string;
  /** Through which face: `window`, `http`, `cli`. */
  who: string;
  /** Why, in the operator's words; null where no reason was asked for or given. */
  why: (string | null);
};

/** A backup, as it is told. */
export type BackupView = {
  /** How large it is. */
  bytes: number;
  /** Made by itself: seven of these are kept. */
  daily: boolean;
  /** The name of its file, by which it can be restored. */
  name: string;
  /** The file. */
  path: string;
  /** Of simulated phones. */
  simulated: boolean;
  /** The moment it is of, RFC 3339 in UTC. */
  taken_at: string;
};

/** The backups there are. */
export type Backups = {
  backups: readonly (BackupView)[];
  success: boolean;
};

/** One bad field or parameter. */
export type BadField = {
  /** What is wrong with it and what would do. */
  detail: string;
  /** Which column of it. */
  field?: (string | null) | undefined;
  /** Which line of a list file, from 1. */
  line?: (number | null) | undefined;
  /** Which parameter of the address. */
  parameter?: (string | null) | undefined;
  /** Where in the body, as a JSON pointer (RFC 6901). */
  pointer?: (string | null) | undefined;
};

/** A job has begun. */
export type Begun = {
  /** Where it is told of: `GET /api/jobs/{job_id}`. */
  job_id: string;
  success: boolean;
  /** Tasks that are meant. */
  total: number;
};

/** One account's head that waits. */
export type Blocker = {
  /** The account. */
  account_id: string;
  /** The task at its head, or its next scheduled one. */
  task_id: string;
  /** Tasks of that account that wait. */
  waiting: number;
  /** Why it is not running. */
  why: Why;
};

/** Between what a field has to stay. */
export type Bound = {
  /** No less than this. */
  least: (number | null);
  /** No more than this. */
  most: (number | null);
};

/** The platform asked for the account's owner. */
export type Challenge = {
  /** When, RFC 3339. */
  at: (string | null);
  /** Serial of the phone that showed it. */
  device_udid: (string | null);
  /** A phone is to be looked at, and the suspension lifted if nothing stands there any more. */
  look_ordered: boolean;
  /** What stood there. */
  sentence: (string | null);
  /** The task that met it, where it still waits; its log has the picture of the screen. */
  task_id: (string | null);
};

/** What changed since the last snapshot or change. */
export type Change = {
  /** The engine. */
  engine: EngineView;
  /** What is gone. */
  removes: Removes;
  /** Number of the last journal row it includes; the same as `since` where something changed that is not journaled. */
  rev: number;
  /** The revision this follows: a later one than what is shown means a gap, and that a new snapshot is needed. What is in it may be told twice. */
  since: number;
  /** What is new or changed. */
  upserts: Upserts;
};

/** What is to change of an account; what is left out stays. */
export type ChangedAccount = {
  /** The only phone it may use. */
  device_udid?: string | undefined;
  /** A group for people. */
  group?: string | undefined;
  /** Its name in the app. */
  handle?: string | undefined;
  /** All windows of its own hours, in place of those it has; `[]`: its hours are its group's. */
  hours?: readonly ({
  /** The days it begins on; left out: every day. */
  days?: readonly (("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"))[] | undefined;
  /** When it begins. */
  from: string;
  /** When it ends. */
  to: string;
})[] | undefined;
  /** A name for people. */
  label?: string | undefined;
  /** All of its own limits beside the settings, in place of those it has; `{}`: it has none. */
  limits?: {
  /** Least seconds between two acts. At least 10 on live phones. */
  action_gap_seconds?: number | undefined;
  /** Comments in 24 hours. At most 30 on live phones. */
  comments_per_day?: number | undefined;
  /** Follows in 24 hours. At most 80 on live phones. */
  follows_per_day?: number | undefined;
  /** Likes in 24 hours. At most 200 on live phones. */
  likes_per_day?: number | undefined;
} | undefined;
  /** A note for people. */
  note?: string | undefined;
};

/** What is to change of what is said of a phone; what is left out stays. */
export type ChangedDevice = {
  /** A group for people. */
  group?: string | undefined;
  /** A name for people. */
  label?: string | undefined;
  /** A note for people. */
  note?: string | undefined;
  /** Where it lies or hangs. */
  slot?: string | undefined;
};

/** The fields that somebody set; also a change of some of them. */
export type Chosen = {
  /** Own accounts that act on one target in seven days. At most 3 on live phones. */
  accounts_per_target?: number | undefined;
  /** Least seconds between two acts of an account. At least 10 on live phones. */
  action_gap_seconds?: number | undefined;
  /** Comments of an account in 24 hours. At most 30 on live phones. */
  comments_per_day?: number | undefined;
  /** From this many rate limits in a row on, the long cooldown. At most 3 on live phones. */
  cooldown_after_consecutive?: number | undefined;
  /** How long the long cooldown is. At least 30 on live phones. */
  cooldown_minutes?: number | undefined;
  /** How sure a commit is: `full` survives a power cut, `normal` a kill. */
  durability?: ("full" | "normal") | undefined;
  /** Follows of an account in 24 hours. At most 80 on live phones. */
  follows_per_day?: number | undefined;
  /** Days that outcomes, attempts and logs are kept; never fewer than `reengagement_days`. */
  history_days?: number | undefined;
  /** When tasks start, in local time, by group of accounts. The windows under the empty name hold for every account whose group has none here; without them it is always open. Running tasks finish. */
  hours?: Readonly<Record<string, readonly ({
  /** The days it begins on; left out: every day. */
  days?: readonly (("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"))[] | undefined;
  /** When it begins. */
  from: string;
  /** When it ends. */
  to: string;
})[]>> | undefined;
  /** Likes of an account in 24 hours. At most 200 on live phones. */
  likes_per_day?: number | undefined;
  /** Seconds an account rests after the first, second, third and every later rate limit in a row; spread by a quarter. At least 60 on live phones. */
  rate_limit_steps?: readonly (number)[] | undefined;
  /** Days in which the same act on the same target is not done again. */
  reengagement_days?: number | undefined;
};

/** What was dropped. */
export type CleanedUp = {
  message: string;
  success: boolean;
};

/** The six numbers. */
export type Concurrency = {
  concurrency_metrics: ConcurrencyMetrics;
  success: boolean;
  /** RFC 3339. */
  updated_at: string;
};

/** The six numbers of concurrency, of one moment. */
export type ConcurrencyMetrics = {
  /** Accounts that rest. */
  accounts_cooldown: number;
  /** Accounts with a task under way or in doubt. */
  accounts_running: number;
  /** Accounts with at least one waiting task. */
  accounts_waiting: number;
  /** Accounts there are. */
  total_accounts_tracked: number;
  /** Tasks that joined their line and could not start because of their account. */
  total_concurrency_blocks: number;
  /** Tasks that wait in a line. */
  total_tasks_queued_waiting: number;
};

/** Everything at a glance. */
export type Dashboard = {
  /** The state of every account. */
  account_execution_states: Readonly<Record<string, AccountStateDto>>;
  /** Tasks under way, a hundred at most. */
  active_tasks: readonly (TaskStatus)[];
  /** All phones. */
  device_status: Devices;
  /** The six numbers. */
  execution_metrics: ConcurrencyMetrics;
  /** What waits. */
  queue_status: QueueNumbers;
  /** The tasks that ended last, the last one first. */
  recent_results: readonly (TaskStatus)[];
  /** The engine as a whole. */
  system_stats: SystemStats;
  /** The line of every account that has one. */
  waiting_tasks: WaitingTasks2;
};

/** A day of the week. */
export type Day = ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun");

/** What an account did in the last 24 hours, by act. */
export type DayUse = {
  /** Comments. */
  comments: ActUse;
  /** Follows. */
  follows: ActUse;
  /** Likes. */
  likes: ActUse;
};

/** How often the history was asked. */
export type DeduplicationSums = {
  /** Those that were done before. */
  dedupe_hits: number;
  /** Acts that were looked up before they were done or left out. */
  total_checks: number;
};

/** A try of a task on a phone. */
export type DeviceAttempt = {
  /** Its account. */
  account_id: string;
  /** RFC 3339; null while it is under way. */
  ended_at: (string | null);
  /** `running`; `in_doubt`: it has ended, and the phone has not proven itself quiet yet; or how it ended: `completed`, `failed`, `interrupted` ... */
  ending: string;
  /** Code of what went wrong. */
  error_code: (string | null);
  /** The same as a sentence. */
  error_message: (string | null);
  /** RFC 3339. */
  started_at: string;
  /** Its task. */
  task_id: string;
};

/** What was tried on a phone, the last one first. */
export type DeviceAttempts = {
  /** The attempts. */
  attempts: readonly (DeviceAttempt)[];
};

/** What must hold before a phone can work, lowest first. */
export type DeviceLadder = {
  /** The rungs. */
  rungs: readonly (RungView)[];
  /** Its serial. */
  udid: string;
};

/** A phone. */
export type DeviceView = {
  /** Version of the app that the work is done in. */
  app_version: (string | null);
  /** Percent, 0 to 100. */
  battery: (number | null);
  /** Whether the battery is being charged. */
  charging: (boolean | null);
  /** Always `None`: no local port is opened towards a phone. */
  connection_port: (number | null);
  /** Whether developer mode is on. */
  developer_mode: (boolean | null);
  /** Bytes free for data. */
  disk_free: (number | null);
  /** Code of what keeps it from work. */
  error_code: (string | null);
  /** One sentence: what, why, what to do. */
  error_message: (string | null);
  /** A group for people. */
  group: (string | null);
  /** Whether the operator has it in hand. */
  in_hand: boolean;
  /** Version of iOS. */
  ios_version: (string | null);
  /** A name for people, before the one its owner gave it. */
  label: (string | null);
  /** The language it speaks, and the app with it, for example `en` or `pt-BR`. */
  language: (string | null);
  /** For example `iPhone14,5`. */
  model: (string | null);
  /** The name its owner gave it. */
  name: (string | null);
  /** A note for people. */
  note: (string | null);
  /** Whether the operator paused it. */
  paused: boolean;
  /** Always `None`: a session is an attempt's own. */
  session_id: (string | null);
  /** Whether it is a simulated one. */
  simulated: boolean;
  /** Where it lies or hangs. */
  slot: (string | null);
  /** `disconnected`, `connected`, `ready`, `busy`, `error`. */
  status: string;
  /** Whether the operator stopped it. */
  stopped: boolean;
  /** `nominal`, `fair`, `serious`, `critical`. */
  thermal: (string | null);
  /** Whether it trusts this computer. */
  trusted: (boolean | null);
  /** Its serial. */
  udid: string;
  /** `answers` where WebDriverAgent does. */
  wda: (string | null);
  /** Version of the WebDriverAgent runner. */
  wda_version: (string | null);
};

/** All phones. */
export type Devices = {
  /** With a task under way or in doubt. */
  busy_devices: number;
  /** Each. */
  devices: readonly (DeviceView)[];
  /** That cannot work. */
  error_devices: number;
  /** That can take a task. */
  ready_devices: number;
  /** How many. */
  total_devices: number;
};

/** Which tasks of a list are to be done again. */
export type DoAgain = {
  /** All, those that failed, or those that ended without being completed. */
  which: "all" | "failed" | "not_done";
};

/** An OpenAPI document. */
export type Document = Readonly<Record<string, unknown>>;

/** An order was carried out. */
export type Done = {
  /** One sentence. */
  message: string;
  success: boolean;
};

/** What was done. */
export type Done2 = {
  success: boolean;
};

/** How sure a commit is. */
export type Durability = ("full" | "normal");

/** A page of the engagement tasks that ended. */
export type Ended = {
  limit: number;
  skip: number;
  success: boolean;
  /** The newest first. */
  tasks: readonly (TaskStatus)[];
  /** How many there are in all. */
  total: number;
};

/** How engagement stands. */
export type EngagementOverview = {
  /** Tasks under way, a hundred at most. */
  active_engagement_tasks: readonly (TaskStatus)[];
  /** Tasks that wait, in a line or for their time; the newest first, a hundred at most. */
  engagement_queue: readonly (TaskStatus)[];
  /** The tasks in numbers. */
  engagement_stats: EngagementStats;
};

/** An engagement task to accept: each named page is itself engaged with. */
export type EngagementRow = {
  /** The account; left out, it is the one with the shortest wait. */
  account_id?: string | undefined;
  /** What is done with each page. */
  actions: {
  /** Comment on its posts. */
  comment?: boolean | undefined;
  /** Follow it. */
  follow?: boolean | undefined;
  /** Like its posts. */
  like?: boolean | undefined;
};
  /** Your texts. Each is sent as it stands, once on a page and five times a day at most. */
  comment_list?: readonly (string)[] | undefined;
  /** The same key again gives the same task again. */
  idempotency_key?: string | undefined;
  /** Posts of a page that are liked and commented on. */
  max_posts_per_page?: number | undefined;
  /** Before this time it does not start. */
  not_before?: string | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** Which pages are left out. */
  profile_validation?: {
  /** Those with fewer posts. */
  min_posts?: number | undefined;
  /** Those whose posts are not open to all. */
  public_only?: boolean | undefined;
} | undefined;
  /** The pages, in order. */
  target_pages: readonly (string)[];
  task_type: "engagement";
};

/** Engagement tasks by how they stand. */
export type EngagementStats = {
  /** Those that were cancelled. */
  cancelled: number;
  /** Those that completed. */
  completed: number;
  /** Those that failed. */
  failed: number;
  /** Those that ended with an unknown act. */
  interrupted: number;
  /** New ones may start. */
  is_running: boolean;
  /** Those that wait, in a line or for their time. */
  queued: number;
  /** Those under way or in doubt. */
  running: number;
  /** All of them. */
  total_tasks: number;
};

/** A task to save under a name. */
export type EngagementTemplate = {
  /** What people call it. */
  name: string;
  /** What a task of it does. */
  task: {
  /** What is done with each page. */
  actions: {
  /** Comment on its posts. */
  comment?: boolean | undefined;
  /** Follow it. */
  follow?: boolean | undefined;
  /** Like its posts. */
  like?: boolean | undefined;
};
  /** Your texts. Each is sent as it stands, once on a page and five times a day at most. */
  comment_list?: readonly (string)[] | undefined;
  /** Posts of a page that are liked and commented on. */
  max_posts_per_page?: number | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** Which pages are left out. */
  profile_validation?: {
  /** Those with fewer posts. */
  min_posts?: number | undefined;
  /** Those whose posts are not open to all. */
  public_only?: boolean | undefined;
} | undefined;
};
  task_type: "engagement";
};

/** How an engine stands. */
export type EngineStatus = {
  /** Accounts there are. */
  accounts: number;
  /** Accounts that rest. */
  accounts_cooldown: number;
  /** Accounts with a task under way or in doubt. */
  accounts_running: number;
  /** Accounts that are suspended. */
  accounts_suspended: number;
  /** Where its data set is. */
  data_dir: string;
  /** Phones that are attached. */
  devices_attached: number;
  /** Those that can work. */
  devices_ready: number;
  /** What is worth a look, one sentence each. */
  issues: readonly (string)[];
  /** Whether its phones are simulated. */
  simulated: boolean;
  /** `started`, `paused`, or `stopped` (by an emergency stop). */
  state: string;
  /** Tasks under way or in doubt. */
  tasks_running: number;
  /** Tasks that wait for their time. */
  tasks_scheduled: number;
  /** Tasks that wait in a line. */
  tasks_waiting: number;
  /** Seconds since it started. */
  uptime: number;
  /** The version of the program. */
  version: string;
};

/** The engine as a whole. */
export type EngineView = {
  /** What is wrong with the data set and what to do, one sentence; then nothing starts. */
  damage: (string | null);
  /** Nothing can be saved at the moment, so nothing starts. */
  disk_full: boolean;
  /** Tasks that ended with an act of unknown outcome, and wait for a person to say what happened. */
  interrupted: number;
  /** The six numbers. */
  metrics: ConcurrencyMetrics;
  /** What stays until somebody does something about it. */
  notices: readonly (Notice)[];
  /** Everything is paused: running tasks finish. */
  paused: boolean;
  /** Phones attached. */
  phones_attached: number;
  /** Phones that can work. */
  phones_ready: number;
  /** How far all lists together are. */
  progress: ProgressView;
  /** The phones are simulated. */
  simulated: boolean;
  /** New tasks may start: nothing is paused or stopped as a whole. */
  started: boolean;
  /** Everything was stopped at once, and stays so until the operator resumes. */
  stopped: boolean;
};

/** A page of the audit. */
export type Entries = {
  /** The newest first. */
  entries: readonly (AuditView)[];
  limit: number;
  /** Where the next page begins; null on the last one. */
  next_cursor: (string | null);
  success: boolean;
};

/** What went wrong lately with an account, or nothing. */
export type ErrorState = (Errors | Readonly<Record<string, unknown>>);

/** What went wrong, by what it was. */
export type ErrorSums = {
  /** Accounts that rest now. */
  accounts_in_cooldown: number;
  /** Times that a phone was taken out because it failed too often. */
  circuit_breaker_trips: number;
  /** Attempts without a network. */
  network_errors: number;
  /** Acts on private accounts. */
  private_account_errors: number;
  /** Those that the platform limited. */
  rate_limit_errors: number;
  /** Acts on targets that were not there. */
  target_unavailable_errors: number;
  /** Attempts that did not complete their task. */
  total_errors: number;
};

/** What went wrong lately with an account. */
export type Errors = {
  /** Attempts that failed since its last completed task. */
  consecutive_errors: number;
  /** Seconds of real time until its rest ends; null where it does not rest. */
  cooldown_remaining: (number | null);
  /** RFC 3339. */
  cooldown_until: (string | null);
  /** RFC 3339. */
  last_error_time: (string | null);
  /** The last ones, the newest first. */
  recent_errors: readonly (RecentError)[];
  /** `active`, `cooldown`, `suspended`, or `error`: its last attempt failed. */
  state: string;
};

/** A page of outcomes. */
export type Events = {
  /** How many there are on this page. */
  count: number;
  /** The newest first. */
  events: readonly (InteractionView)[];
  limit: number;
  /** Where the next page begins; null on the last one. */
  next_cursor: (string | null);
  skip: number;
  success: boolean;
  /** How many there are in all; null where that was not asked for. */
  total: (number | null);
};

/** The state of an account, or that nobody knows it. */
export type ExecutionState = ({
  account_state: AccountStateDto;
  success: boolean;
  /** RFC 3339. */
  updated_at: string;
} | {
  message: string;
  success: boolean;
});

/** The states of all accounts, of one moment. */
export type ExecutionStates = {
  account_states: Readonly<Record<string, AccountStateDto>>;
  success: boolean;
  /** RFC 3339. */
  updated_at: string;
};

/** Which of the two files of a list a file is. */
export type FileKind = ("accounts" | "tasks");

/** A file to open. */
export type FileToOpen = {
  /** Its bytes in base64: CSV in UTF-8, UTF-16 or Windows-1252, or an .xlsx workbook. */
  base64: string;
  /** What it is called. */
  name: string;
};

/** A command of a flow. */
export type FlowLine = {
  /** How many commands it stands inside of. */
  depth: number;
  /** What is missing is passed over. */
  optional: boolean;
  /** Where it stands, as `login.yaml:12`. */
  place: string;
  /** What is done: a word of the task log. */
  what: string;
  /** With what; empty where nothing is named. */
  with: string;
};

/** Something about a line of a flow. */
export type FlowNote = {
  /** A stable word. */
  code: string;
  /** The file. */
  file: string;
  /** The line, from 1. */
  line: number;
  /** One sentence. */
  message: string;
};

/** What is to be said of a flow before it is saved or run. */
export type FlowReport = {
  /** It can be run, once all its names have a value. */
  good: boolean;
  /** What it calls itself. */
  name: (string | null);
  /** Names that have no value yet. */
  needs: readonly (string)[];
  /** What is worth knowing before a run. */
  notes: readonly (FlowNote)[];
  /** Everything that is wrong with it. */
  problems: readonly (FlowNote)[];
  /** What it would do, in order. */
  steps: readonly (FlowLine)[];
};

/** A flow to accept. Files are sent with it; none is ever read from a disk. */
export type FlowRow = {
  /** The account; left out, it is the one with the shortest wait. */
  account_id?: string | undefined;
  /** The files that it runs with `runFlow`. */
  files?: readonly ({
  /** Its name, as the flow writes it. */
  name: string;
  /** What stands in it. */
  text: string;
})[] | undefined;
  /** The flow, as text. */
  flow: string;
  /** The same key again gives the same task again. */
  idempotency_key?: string | undefined;
  /** What the task is called. */
  name?: string | undefined;
  /** Before this time it does not start. */
  not_before?: string | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** Whom it is about: what `${target}` stands for. */
  target_username?: string | undefined;
  task_type: "flow";
  /** What stands for the names in it. */
  variables?: readonly ({
  /** The name. */
  name: string;
  /** The value. */
  value: string;
})[] | undefined;
};

/** A task to save under a name. */
export type FlowTemplate = {
  /** What people call it. */
  name: string;
  /** What a task of it does. */
  task: {
  /** The files that it runs with `runFlow`. */
  files?: readonly ({
  /** Its name, as the flow writes it. */
  name: string;
  /** What stands in it. */
  text: string;
})[] | undefined;
  /** The flow, as text. */
  flow: string;
  /** What the task is called. */
  name?: string | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** What stands for the names in it. */
  variables?: readonly ({
  /** The name. */
  name: string;
  /** The value. */
  value: string;
})[] | undefined;
};
  task_type: "flow";
};

/** A flow to look at. */
export type FlowToCheck = {
  /** The files that it runs with `runFlow`. */
  files?: readonly ({
  /** Its name, as the flow writes it. */
  name: string;
  /** What stands in it. */
  text: string;
})[] | undefined;
  /** The flow, as text. */
  flow: string;
  /** What stands for the names in it. */
  variables?: readonly ({
  /** The name. */
  name: string;
  /** The value. */
  value: string;
})[] | undefined;
};

/** A time in which there was no engine. */
export type Gap = {
  /** RFC 3339. */
  from: string;
  /** RFC 3339. */
  to: string;
};

/** What happened since a moment. */
export type Happened = {
  since: Since;
  success: boolean;
};

/** How the engine is. */
export type Health = {
  /** Phones that can work. */
  devices_ready: number;
  /** One sentence each, without names. */
  issues: readonly (string)[];
  /** Tasks that wait in a line. */
  queue_size: number;
  /** `healthy`, or `warning` when there are issues. */
  status: string;
  /** Seconds since the engine started. */
  uptime: number;
  /** Tasks under way or in doubt. */
  workers_active: number;
};

/** Rows of one account of the file. */
export type HistoryAccount = {
  /** The account whose history they are; null where there is none of that name. */
  account_id: (string | null);
  /** The first of them: its line, or its place among the events. */
  first: number;
  /** What the file calls it. */
  name: string;
  /** Rows of the file. */
  rows: number;
};

/** What an import of a history did, or would do. */
export type HistoryReport = {
  /** The accounts of the file, in the order of their names. */
  accounts: readonly (HistoryAccount)[];
  /** Rows that are new, and count from now on. */
  added: number;
  /** Of the new ones, those that count under the ceilings of a day. */
  counts_for_ceilings: number;
  /** Of the new ones, those for which an act is not done again. */
  counts_for_deduplication: number;
  /** Rows that were imported before, or that this data set recorded itself. */
  known: number;
  /** Rows of accounts that were left out. */
  left_out: number;
  /** Rows that say what one before them says. */
  repeated: number;
  /** The first hundred of these. */
  repeated_rows: readonly (RepeatedRow)[];
  /** Rows of the file. */
  rows: number;
  /** Rows older than history is kept. */
  too_old: number;
};

/** What an import did. */
export type ImportReport = {
  /** Accounts that the files name. */
  accounts: number;
  /** Accounts that were new. */
  accounts_added: number;
  /** Id of the list. */
  list_id: string;
  /** Its name. */
  list_name: string;
  /** Tasks accepted. */
  tasks: number;
};

/** A task to accept. */
export type InstagramRow = {
  actions?: unknown | undefined;
} & unknown & {
  /** The account; left out, it is the one with the shortest wait. */
  account_id?: string | undefined;
  /** What to do, in order. */
  actions?: readonly ("open_app" | "search_user" | "view_profile" | "like_post" | "follow_user" | "scroll_feed" | "explore_posts" | "navigate_home")[] | undefined;
  /** The same key again gives the same task again. */
  idempotency_key?: string | undefined;
  /** Follows it may do. */
  max_follows?: number | undefined;
  /** Posts one `like_post` likes. A task likes ten posts at most, however they are asked for. */
  max_likes?: number | undefined;
  /** Before this time it does not start. */
  not_before?: string | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** Whom it is about. */
  target_username: string;
  task_type?: "instagram" | undefined;
};

/** A task to save under a name. */
export type InstagramTemplate = {
  /** What people call it. */
  name: string;
  /** What a task of it does. */
  task: {
  actions?: unknown | undefined;
} & unknown & {
  /** What to do, in order. */
  actions?: readonly ("open_app" | "search_user" | "view_profile" | "like_post" | "follow_user" | "scroll_feed" | "explore_posts" | "navigate_home")[] | undefined;
  /** Follows it may do. */
  max_follows?: number | undefined;
  /** Posts one `like_post` likes. A task likes ten posts at most, however they are asked for. */
  max_likes?: number | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
};
  task_type?: "instagram" | undefined;
};

/** Outcomes, by what they were. */
export type InteractionSums = {
  /** Acts left out because they were done before. */
  dedupe_hits: number;
  /** Acts that failed. */
  failed_interactions: number;
  /** Acts on private accounts. */
  private_accounts: number;
  /** Acts the platform limited. */
  rate_limit_events: number;
  /** Comments that were sent. */
  successful_comments: number;
  /** Follows that were done. */
  successful_follows: number;
  /** Likes that were done. */
  successful_likes: number;
  /** Acts on targets that were not there. */
  target_unavailable: number;
  /** All of them. */
  total_interactions: number;
};

/** A recorded outcome. */
export type InteractionView = {
  /** The operator's id of the account. */
  account_id: string;
  /** `follow`, `like`, `comment` or `view`. */
  action: string;
  /** Serial of the phone; of what was imported, what the other program called it. */
  device_id: string;
  /** How long it took. */
  latency_ms: number;
  /** `instagram`. */
  platform: string;
  /** A stable word; empty where the status says all. Of what was imported it begins with `imported`. */
  reason: string;
  /** What came of it. */
  status: string;
  /** Whom it is about. */
  target_username: string;
  /** The task; null where it was imported. */
  task_id: (string | null);
  /** When, RFC 3339 in UTC. */
  ts: string;
};

/** What came of a job's tasks. */
export type JobResult = {
  /** Tasks that were changed. */
  changed: number;
  /** Those that could not be changed, by the reason. */
  refused: readonly (RefusedTasks)[];
};

/** A job. */
export type JobView = {
  /** RFC 3339. */
  begun_at: string;
  /** Tasks that it came to. */
  done: number;
  /** RFC 3339. */
  ended_at: (string | null);
  /** Its id. */
  job_id: string;
  /** Through which face it was ordered: `window`, `http`, `cli`. */
  ordered_by: string;
  /** Why, where it was said. */
  reason: (string | null);
  /** What came of them so far. */
  result: JobResult;
  /** Which tasks were meant: the filter, or how many ids. */
  selection: unknown;
  /** `running`, `done`, `cancelled`; `interrupted`: the engine ended first. What was changed until then stays changed. */
  state: string;
  /** Tasks that were meant when it began. */
  total: number;
  /** What it does with each task: `cancel`, `retry`. */
  work: string;
};

/** A page of jobs. */
export type Jobs = {
  /** How many are remembered. */
  count: number;
  /** The newest first. */
  jobs: readonly (JobView)[];
  limit: number;
  skip: number;
  success: boolean;
};

/** How long acts took that were done, without those of rehearsals. */
export type Latency = {
  /** How many were done. */
  count: number;
  /** Milliseconds that half of them did not exceed, within a sixteenth. */
  p50_ms: number;
  /** Milliseconds that 95 of 100 did not exceed, within a sixteenth. */
  p95_ms: number;
};

/** What came of it last. */
export type Latest = {
  /** Null if nothing is known. */
  interaction: (LatestInteraction | null);
  success: boolean;
};

/** What is known of an account, a person and an action. */
export type LatestInteraction = {
  /** The operator's id of the account. */
  account_id: string;
  /** `follow`, `like`, `comment` or `view`. */
  action: string;
  /** Until when it is not done again; null where nothing keeps it from being done. */
  expires_at: (string | null);
  /** What came of it last. */
  last_status: string;
  /** When, RFC 3339 in UTC. */
  last_ts: string;
  /** Whom it is about. */
  target_username: string;
};

/** Limits of one account: the smaller ceiling and the longer gap hold, these or those of the settings. What is left out is as the settings say; with none of them, the account has no limits of its own. */
export type LimitsView = {
  /** Least seconds between two acts. At least 10 on live phones. */
  action_gap_seconds?: (number | null) | undefined;
  /** Comments in 24 hours. At most 30 on live phones. */
  comments_per_day?: (number | null) | undefined;
  /** Follows in 24 hours. At most 80 on live phones. */
  follows_per_day?: (number | null) | undefined;
  /** Likes in 24 hours. At most 200 on live phones. */
  likes_per_day?: (number | null) | undefined;
};

/** Tasks of a list by how they ended. */
export type ListCounts = {
  /** Cancelled. */
  cancelled: number;
  /** Completed. */
  completed: number;
  /** Failed. */
  failed: number;
  /** Ended with an unknown act. */
  interrupted: number;
  /** Waiting, scheduled or running. */
  open: number;
  /** All of them. */
  total: number;
};

/** When a list will have ended. */
export type ListEta = {
  /** About when the last of it ends, RFC 3339; null where there is no basis to say, where a person has to help first, or where nothing is left to do. */
  ends_at: (string | null);
};

/** The files of a list. */
export type ListFiles = {
  /** `accounts.csv`, as text: accounts that come with the list. */
  accounts?: string | undefined;
  /** The flows that its rows name. */
  flows?: readonly ({
  /** Its files. */
  files: readonly ({
  /** Its name, as the flow writes it. */
  name: string;
  /** What stands in it. */
  text: string;
})[];
  /** Which of its files is the flow itself. */
  main: string;
  /** What the rows call it. */
  name: string;
  /** What stands for the names in it. */
  variables?: readonly ({
  /** The name. */
  name: string;
  /** The value. */
  value: string;
})[] | undefined;
})[] | undefined;
  /** What to call the list. */
  name: string;
  /** It only looks. */
  rehearsal?: boolean | undefined;
  /** `tasks.csv`, as text. */
  tasks: string;
};

/** Where a list stands. */
export type ListProgress = {
  /** What keeps the heads of the lines from starting, one per account. */
  blockers: readonly (Blocker)[];
  /** Cancelled. */
  cancelled: number;
  /** Completed. */
  completed: number;
  /** Failed. */
  failed: number;
  /** Ended with an unknown act. */
  interrupted: number;
  /** Running now, in doubt included (of all lists). */
  running: number;
  /** Tasks it has. */
  total: number;
};

/** Whether a list of the same content is there. */
export type ListStanding = {
  /** The name of another list with open tasks, if there is one. */
  other_open: (string | null);
  /** The newest list of the same content. */
  same: (SameList | null);
};

/** A list, and how far it is. */
export type ListView = {
  /** How many tasks it has, by how they ended. */
  counts: ListCounts;
  /** RFC 3339. */
  imported_at: string;
  /** Who imported it: `cli`, `window`, `http`. */
  imported_by: string;
  /** Its id. */
  list_id: string;
  /** What it is called. */
  name: string;
  /** Nothing new of it starts. */
  paused: boolean;
  /** It only looks. */
  rehearsal: boolean;
  /** SHA-256 of its normalised rows, in hex. */
  sha256: string;
};

/** A page of lists. */
export type Lists = {
  /** How many there are. */
  count: number;
  /** The most that were asked for. */
  limit: number;
  /** The lists, newest first. */
  lists: readonly (ListView)[];
  /** How many were passed over. */
  skip: number;
};

/** A task that runs, or just ended. Of those that wait, accounts and lists tell how many. */
export type LiveTask = {
  /** Its account. */
  account_id: string;
  /** It runs and is to end at its next safe point. */
  cancel_asked: boolean;
  /** Serial of the phone it runs on. */
  device_id: (string | null);
  /** Its list, if it came with one. */
  list_id: (string | null);
  /** RFC 3339; null unless it runs. */
  started_at: (string | null);
  /** `queued` (its attempt ended and it waits again), `running`, `completed`, `failed`, `cancelled`, `interrupted`. */
  status: string;
  /** Its id. */
  task_id: string;
};

/** The log of a task. */
export type Log = {
  /** In the order in which it happened. */
  logs: readonly (TaskLogLine)[];
  /** Where the next page begins; null on the last one. */
  next_cursor: (string | null);
  task_id: string;
};

/** One line of a log. */
export type LogEntry = {
  /** It is no line as we write them: the file was changed, or a write broke off. */
  damaged: boolean;
  /** What was said with it. */
  fields: Readonly<Record<string, unknown>>;
  /** `error`, `warn`, `info`, `debug`, `trace`; null of a damaged line. */
  level: (string | null);
  /** What was said; of a damaged line, all of it, with control characters escaped. */
  message: string;
  /** By which part of the program; null of a damaged line. */
  target: (string | null);
  /** When it was said, RFC 3339; null of a damaged line. */
  ts: (string | null);
};

/** A page of the logs. */
export type LogLines = {
  /** The newest first. */
  entries: readonly (LogEntry)[];
  limit: number;
  /** Where the next page begins; null on the last one. */
  next_cursor: (string | null);
  success: boolean;
};

/** A backup that was made. */
export type Made = {
  backup: BackupView;
  success: boolean;
};

/** Many tasks: named, or found by a filter when the job begins. */
export type ManyTasks = (unknown) & {
  /** All that it lets through. Where it says no status, a cancel is about tasks that wait or run, a retry about those that failed, were cancelled or interrupted. */
  filter?: {
  account_id?: string | undefined;
  /** Accepted at this time or later. */
  from_date?: string | undefined;
  list_id?: string | undefined;
  /** With this in the target or the note, in any case of letters. */
  q?: string | undefined;
  status?: "queued" | "running" | "completed" | "failed" | "cancelled" | "interrupted" | "waiting" | "scheduled" | "unsuccessful" | undefined;
  task_type?: "instagram" | "engagement" | "flow" | undefined;
  /** Accepted at this time or before. */
  to_date?: string | undefined;
} | undefined;
  /** These, in this order. */
  ids?: readonly (string)[] | undefined;
  /** Why. It stands in the audit. */
  reason?: string | undefined;
};

/** What came of everything so far. */
export type Metrics = {
  /** How many accounts are in each state. */
  account_states: Readonly<Record<string, number>>;
  /** Acts that were done before. */
  deduplication: DeduplicationSums;
  /** What went wrong. */
  error_handling: ErrorSums;
  /** Outcomes. */
  interactions: InteractionSums;
  /** RFC 3339. */
  updated_at: string;
};

/** An account to add. */
export type NewAccount = {
  /** Its id. */
  account_id: string;
  /** The only phone it may use. */
  device_udid?: string | undefined;
  /** A group for people. */
  group?: string | undefined;
  /** Its name in the app; its id, where nothing is said. */
  handle?: string | undefined;
  /** When its tasks start, in local time; left out: as those of its group. */
  hours?: readonly ({
  /** The days it begins on; left out: every day. */
  days?: readonly (("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"))[] | undefined;
  /** When it begins. */
  from: string;
  /** When it ends. */
  to: string;
})[] | undefined;
  /** A name for people. */
  label?: string | undefined;
  /** Its own limits beside the settings. */
  limits?: {
  /** Least seconds between two acts. At least 10 on live phones. */
  action_gap_seconds?: number | undefined;
  /** Comments in 24 hours. At most 30 on live phones. */
  comments_per_day?: number | undefined;
  /** Follows in 24 hours. At most 80 on live phones. */
  follows_per_day?: number | undefined;
  /** Likes in 24 hours. At most 200 on live phones. */
  likes_per_day?: number | undefined;
} | undefined;
  /** A note for people. */
  note?: string | undefined;
};

/** An engagement task to accept: each named page is itself engaged with. */
export type NewEngagement = {
  /** The account; left out, it is the one with the shortest wait. */
  account_id?: string | undefined;
  /** What is done with each page. */
  actions: {
  /** Comment on its posts. */
  comment?: boolean | undefined;
  /** Follow it. */
  follow?: boolean | undefined;
  /** Like its posts. */
  like?: boolean | undefined;
};
  /** Your texts. Each is sent as it stands, once on a page and five times a day at most. */
  comment_list?: readonly (string)[] | undefined;
  /** The same key again gives the same task again. */
  idempotency_key?: string | undefined;
  /** Posts of a page that are liked and commented on. */
  max_posts_per_page?: number | undefined;
  /** Before this time it does not start. */
  not_before?: string | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** Which pages are left out. */
  profile_validation?: {
  /** Those with fewer posts. */
  min_posts?: number | undefined;
  /** Those whose posts are not open to all. */
  public_only?: boolean | undefined;
} | undefined;
  /** The pages, in order. */
  target_pages: readonly (string)[];
};

/** A flow to accept. Files are sent with it; none is ever read from a disk. */
export type NewFlow = {
  /** The account; left out, it is the one with the shortest wait. */
  account_id?: string | undefined;
  /** The files that it runs with `runFlow`. */
  files?: readonly ({
  /** Its name, as the flow writes it. */
  name: string;
  /** What stands in it. */
  text: string;
})[] | undefined;
  /** The flow, as text. */
  flow: string;
  /** The same key again gives the same task again. */
  idempotency_key?: string | undefined;
  /** What the task is called. */
  name?: string | undefined;
  /** Before this time it does not start. */
  not_before?: string | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** Whom it is about: what `${target}` stands for. */
  target_username?: string | undefined;
  /** What stands for the names in it. */
  variables?: readonly ({
  /** The name. */
  name: string;
  /** The value. */
  value: string;
})[] | undefined;
};

/** A file to plan with. */
export type NewPlan = (unknown) & {
  /** As `columns`, of the accounts. */
  account_columns?: Readonly<Record<string, string>> | undefined;
  /** As `values`, of the accounts. */
  account_values?: Readonly<Record<string, string>> | undefined;
  /** `accounts.csv`, as text: accounts that come with the list. */
  accounts?: string | undefined;
  /** What the file calls its columns, where it calls them otherwise: from its name to ours, or to nothing for a column to pass over. */
  columns?: Readonly<Record<string, string>> | undefined;
  /** What to call the list. */
  name: string;
  /** It would only look. */
  rehearsal?: boolean | undefined;
  /** Over which accounts rows are spread that name none; all, where nothing is said. */
  spread?: (unknown) & {
  /** These. */
  accounts?: readonly (string)[] | undefined;
  /** Those that may use no other phone than one of these. */
  devices?: readonly (string)[] | undefined;
  /** Those of a group. */
  group?: string | undefined;
} | undefined;
  /** `tasks.csv`, as text; left out, the list only brings accounts. */
  tasks?: string | undefined;
  /** What stands in every row under a column of ours that the file does not have, by our name. */
  values?: Readonly<Record<string, string>> | undefined;
};

/** What it is to say. */
export type NewShiftNote = {
  /** At most 2000 characters, without control characters but tabs and line breaks; empty: nothing. */
  text: string;
};

/** A task to accept. */
export type NewTask = {
  actions?: unknown | undefined;
} & unknown & {
  /** The account; left out, it is the one with the shortest wait. */
  account_id?: string | undefined;
  /** What to do, in order. */
  actions?: readonly ("open_app" | "search_user" | "view_profile" | "like_post" | "follow_user" | "scroll_feed" | "explore_posts" | "navigate_home")[] | undefined;
  /** The same key again gives the same task again. */
  idempotency_key?: string | undefined;
  /** Follows it may do. */
  max_follows?: number | undefined;
  /** Posts one `like_post` likes. A task likes ten posts at most, however they are asked for. */
  max_likes?: number | undefined;
  /** Before this time it does not start. */
  not_before?: string | undefined;
  /** How urgent it is; `normal` where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** Whom it is about. */
  target_username: string;
};

export type NewTasks = readonly ((InstagramRow | EngagementRow | FlowRow))[];

export type NewTemplate = (InstagramTemplate | EngagementTemplate | FlowTemplate);

/** What a link is wanted for. */
export type NewTicket = {
  /** The address, with its parameters: a download, or a live preview. */
  path: string;
};

/** The shift note. */
export type Noted = {
  note: ShiftNoteView;
  success: boolean;
};

/** Something that stays until somebody does something about it. */
export type Notice = {
  /** The action that is paused. */
  action: string;
  /** The version of the app it is paused for. */
  app_version: string;
  /** `action_paused`. */
  code: string;
  /** What happened, why, and what to do. */
  sentence: string;
  /** RFC 3339. */
  since: string;
};

/** All there is. */
export type Notices = {
  /** In the order of versions and actions. */
  notices: readonly (Notice)[];
};

/** A column of a file. */
export type OpenedColumn = {
  /** Our name of it, if the file is one of accounts. */
  as_account: (string | null);
  /** Our name of it, if the file is one of tasks. */
  as_task: (string | null);
  /** What the file calls it. */
  name: string;
  /** The first values that are not empty, cut to what can be shown. */
  samples: readonly (string)[];
};

/** A file that was opened. */
export type OpenedFile = {
  /** Its columns, in order. */
  columns: readonly (OpenedColumn)[];
  /** What separates its fields: `comma`, `semicolon`, `tab`; null in a workbook. */
  delimiter: (string | null);
  /** `UTF-8`, `UTF-16`, `Windows-1252` or `Excel`. */
  encoding: string;
  /** What it is likely to be. */
  kind: FileKind;
  /** Rows below its header. */
  rows: number;
  /** The sheet of the workbook that was read. */
  sheet: (string | null);
  /** All of it, as UTF-8, to plan with. */
  text: string;
};

/** How many rows there are of each sort. */
export type PlanCounts = {
  /** That would be accepted. */
  accepted: number;
  /** Accounts that would be new. */
  accounts_added: number;
  /** That say what another says. */
  duplicate: number;
  /** That cannot be accepted. */
  refused: number;
  /** Rows of the file. */
  rows: number;
};

/** One row of a plan. */
export type PlanRow = {
  /** The account it names or was given. */
  account_id: (string | null);
  /** Why it is a duplicate or refused: a stable code. */
  code: (string | null);
  /** Acts of it that the account did on this target lately, and that would be left out. */
  done_before: readonly (string)[];
  /** The column that is wrong. */
  field: (string | null);
  /** The line of the file on which it begins, from 1. */
  line: (number | null);
  /** The same as a sentence. */
  reason: (string | null);
  /** Whom it is about. */
  target_username: (string | null);
  /** What becomes of it. */
  verdict: Verdict;
};

/** A page of a plan's rows. */
export type PlanRows = {
  /** How many rows of these verdicts there are. */
  count: number;
  /** The rows, in the order of the file; findings of the whole file first. */
  rows: readonly (PlanRow)[];
};

/** What an account would get. */
export type PlanShare = {
  /** The account. */
  account_id: string;
  /** Tasks of this list. */
  tasks: number;
  /** Tasks it has already. */
  tasks_before: number;
};

/** A plan. */
export type PlanView = {
  /** How many rows there are of each sort. */
  counts: PlanCounts;
  /** About when the last of it would end, RFC 3339; null where there is no basis to say. */
  ends_at: (string | null);
  /** Until when the plan is kept, RFC 3339. */
  expires_at: string;
  /** What the list would be called. */
  name: string;
  /** What to name to accept it. */
  plan_id: string;
  /** It would only look. */
  rehearsal: boolean;
  /** What each account would get, most first. */
  spread: readonly (PlanShare)[];
  /** Of the rows that would be accepted, those that would start at once, as things are now. */
  starts_now: number;
  /** The others. */
  waits: number;
};

/** A refusal as it is sent: RFC 9457 with a stable `code` and what is wrong where. */
export type Problem = {
  /** Stable, for programs. */
  code: string;
  /** What happened, why, and what to do. */
  detail: string;
  /** Each bad field or parameter. */
  errors: readonly (BadField)[];
  /** The status of HTTP. */
  status: number;
  /** The status in words. */
  title: string;
  /** `about:blank`: `code` says which problem it is. */
  type: string;
};

/** How far all lists together are. */
export type ProgressView = {
  /** Cancelled. */
  cancelled: number;
  /** Completed. */
  completed: number;
  /** Failed, or ended with an unknown act. */
  failed: number;
  /** Under way, in doubt included. */
  running: number;
  /** Waiting for their time. */
  scheduled: number;
  /** Tasks accepted. */
  total: number;
  /** Waiting in a line. */
  waiting: number;
};

/** What waits, in numbers. */
export type QueueNumbers = {
  /** The same by priority. */
  tasks_by_priority: Readonly<Record<string, number>>;
  /** Tasks that wait, in a line or for their time. */
  total_tasks: number;
};

/** What waits. */
export type QueueStatus = {
  /** A page of them, the newest first. */
  tasks: readonly (TaskStatus)[];
  /** The same by priority. */
  tasks_by_priority: Readonly<Record<string, number>>;
  /** Tasks that wait, in a line or for their time. */
  total_tasks: number;
};

/** Why something is ordered. */
export type Reasoned = {
  /** Why. It stands in the audit. */
  reason: string;
};

/** One error. */
export type RecentError = {
  /** A stable code. */
  code: string;
  /** One sentence. */
  message: string;
  /** RFC 3339. */
  timestamp: string;
};

/** Something that went wrong with an attempt of an account. */
export type RecentError2 = {
  /** When, RFC 3339. */
  at: string;
  /** What: a class of the error table. */
  error: string;
};

/** Tasks that a job could not change for one reason. */
export type RefusedTasks = {
  /** The reason: a stable code. */
  code: string;
  /** The ids of the first hundred. */
  task_ids: readonly (string)[];
  /** How many there are. */
  tasks: number;
};

/** A template is gone. */
export type Removed = {
  /** One sentence. */
  message: string;
  success: boolean;
};

/** The ids of what is gone. */
export type Removes = {
  /** Accounts. */
  accounts: readonly (string)[];
  /** Phones. */
  devices: readonly (string)[];
};

/** A row that says what one before it says. */
export type RepeatedRow = {
  /** Where the same stood first. */
  first: number;
  /** Its line, or its place among the events. */
  row: number;
};

/** Which pause is to end: the words of its notice. */
export type ResumeAction = {
  /** The action. */
  action: string;
  /** The version of the app. */
  app_version: string;
};

/** The new token. */
export type Rotated = {
  success: boolean;
  /** 64 hex digits: for the next request, and for every one after it. */
  token: string;
};

/** How tasks are made of a template. */
export type RunTemplate = unknown & {
  /** What to call the list; as the template, where nothing is said. */
  name?: string | undefined;
  /** Before this time they do not start. */
  not_before?: string | undefined;
  /** How urgent they are; as the template says, where nothing is said. */
  priority?: "low" | "normal" | "high" | "urgent" | undefined;
  /** They only look. */
  rehearsal?: boolean | undefined;
  /** Over which accounts they are spread; all, where nothing is said. */
  spread?: (unknown) & {
  /** These. */
  accounts?: readonly (string)[] | undefined;
  /** Those that may use no other phone than one of these. */
  devices?: readonly (string)[] | undefined;
  /** Those of a group. */
  group?: string | undefined;
} | undefined;
  /** The same under the name that engagement tasks have for it. */
  target_pages?: readonly (string)[] | undefined;
  /** Whom they are about: a task for each. Only a flow may go without. */
  targets?: readonly (string)[] | undefined;
  /** What stands for names in a flow, before what the template says of them. */
  variables?: readonly ({
  /** The name. */
  name: string;
  /** The value. */
  value: string;
})[] | undefined;
};

/** One thing that must hold before a phone can work. */
export type RungView = {
  /** What was seen, one sentence. */
  cause: string;
  /** A stable code when it does not hold (`E-DEV-TRUST`), `OK`, or `UNKNOWN`. */
  code: string;
  /** What to do, one sentence; empty if there is nothing to do. */
  fix: string;
  /** `cable`, `trusted`, `unlocked`, `developer_mode`, `battery`, `heat`, `storage`, `runner`, `app`. */
  name: string;
  /** `ok`, `failed`, `unknown`. */
  state: string;
  /** The same in words. */
  title: string;
};

/** A list of the same content. */
export type SameList = {
  /** Its id. */
  list_id: string;
  /** Not all of its tasks have ended. */
  open: boolean;
};

/** What the operator saw of an act of unknown outcome. */
export type Saw = {
  /** It happened. */
  happened: boolean;
};

/** The numbers over a span of time. */
export type Series = {
  /** Pauses, stops and their ends, in their order. */
  annotations: readonly (Annotation)[];
  /** RFC 3339. */
  from: string;
  /** When there was no engine. */
  gaps: readonly (Gap)[];
  /** In their order. Where nothing happened, the numbers before are told again; there is no point before the first record and in a step without an engine. */
  points: readonly (SeriesPoint)[];
  /** Seconds between two points. */
  step_seconds: number;
  /** RFC 3339. */
  to: string;
  /** What came of all of it. */
  whole: SeriesSums;
};

/** The numbers at one time. */
export type SeriesPoint = {
  /** Outcomes in the step by status, without those of rehearsals. */
  interactions: Readonly<Record<string, number>>;
  /** How long acts took that were done in the step; null where none was. */
  latency: (Latency | null);
  /** The six numbers. */
  metrics: ConcurrencyMetrics;
  /** Tasks completed in the step. */
  tasks_completed: number;
  /** Tasks failed, or ended with an unknown act, in the step. */
  tasks_failed: number;
  /** Where its step begins, RFC 3339; what follows is of the step's end, or of now. */
  ts: string;
};

/** What came of a span of time. */
export type SeriesSums = {
  /** Outcomes in it by status, without those of rehearsals. */
  interactions: Readonly<Record<string, number>>;
  /** How long acts took that were done in it; null where none was. */
  latency: (Latency | null);
  /** Tasks completed in it. */
  tasks_completed: number;
  /** Tasks failed, or ended with an unknown act, in it. */
  tasks_failed: number;
};

/** Every field as it holds, or as it would once somebody sets it. */
export type SettingsView = {
  /** Own accounts that act on one target in seven days. */
  accounts_per_target: number;
  /** Least seconds between two acts of an account. */
  action_gap_seconds: number;
  /** Comments of an account in 24 hours. */
  comments_per_day: number;
  /** From this many rate limits in a row on, the long cooldown. */
  cooldown_after_consecutive: number;
  /** How long the long cooldown is. */
  cooldown_minutes: number;
  /** How sure a commit is. */
  durability: Durability;
  /** Follows of an account in 24 hours. */
  follows_per_day: number;
  /** Days that outcomes, attempts and logs are kept. */
  history_days: number;
  /** When tasks start, in local time, by group of accounts. */
  hours: Readonly<Record<string, readonly (Window)[]>>;
  /** Likes of an account in 24 hours. */
  likes_per_day: number;
  /** Seconds an account rests after the first, second, third and every later rate limit in a row. */
  rate_limit_steps: readonly (number)[];
  /** Days in which the same act on the same target is not done again. */
  reengagement_days: number;
};

/** The shift note. */
export type ShiftNoteView = {
  /** When it was written, RFC 3339; null where none ever was. */
  changed_at: (string | null);
  /** Through which face it was written: `window`, `http`, `cli`; null where none ever was. */
  changed_by: (string | null);
  /** What it says; empty where there is none. */
  text: string;
};

/** What happened since a moment. */
export type Since = {
  /** The moment, RFC 3339: that which was asked for, or 30 days ago. */
  from: string;
  /** Orders of operators, by the face: `window`, `http`, `cli`. */
  orders: Readonly<Record<string, number>>;
  /** What came of tasks and acts, from the minute of the moment on; of what is older than two days, from the quarter of an hour or the hour. */
  sums: SeriesSums;
  /** RFC 3339. */
  to: string;
};

/** Everything that is watched, of one moment. */
export type Snapshot = {
  /** Every account. */
  accounts: readonly (AccountView)[];
  /** Every phone that was ever seen. */
  devices: readonly (DeviceView)[];
  /** The engine. */
  engine: EngineView;
  /** Every list. */
  lists: readonly (ListView)[];
  /** The moment it is of, RFC 3339, by the clock that every other time here is told by. */
  now: string;
  /** Number of the last journal row it includes. */
  rev: number;
  /** The tasks that run. */
  tasks: readonly (LiveTask)[];
  /** How many times faster than the computer's that clock runs; 1 with live phones. */
  time_scale: number;
};

/** How far a task is. */
export type StepProgress = {
  /** Steps done. */
  done: number;
  /** Steps there are. */
  total: number;
};

/** The room that the files of a data set take, in bytes. */
export type StorageView = {
  /** Backups. */
  backups_bytes: number;
  /** The data directory. */
  data_dir: string;
  /** The database, with its log of changes. */
  database_bytes: number;
  /** What is free on the disk; null where the system does not tell. */
  free_bytes: (number | null);
  /** Log files. */
  logs_bytes: number;
  /** Pictures of screens on which tasks failed. */
  screenshots_bytes: number;
  /** Data sets that were set aside when a backup was restored. */
  set_aside_bytes: number;
  /** The simulated phones and their world. */
  simulation_bytes: number;
};

/** What came of everything so far. */
export type Sums = {
  metrics: Metrics;
  success: boolean;
};

/** The engine as a whole. */
export type SystemStats = {
  /** Tasks under way or in doubt. */
  active_workers: number;
  /** Seconds an attempt took that completed its task, among the newest ones; null where there is none. */
  average_task_duration: (number | null);
  /** New tasks may start. */
  is_running: boolean;
  /** Tasks that wait in the line of their account. */
  queued_waiting_on_account: number;
  /** Tasks completed. */
  total_tasks_completed: number;
  /** Tasks accepted. */
  total_tasks_created: number;
  /** Tasks that failed, or ended with an unknown act. */
  total_tasks_failed: number;
  /** Seconds since the engine started. */
  uptime: number;
};

/** How much room is taken. */
export type Taken = {
  storage: StorageView;
  success: boolean;
};

/** An attempt of a task. */
export type TaskAttempt = {
  /** Its number, which grows over all tasks; the lines of the log name it. */
  attempt: number;
  /** Serial of its phone. */
  device_id: string;
  /** Why it was in doubt; null where it was not. */
  doubt: (string | null);
  /** RFC 3339; null while it is under way. */
  ended_at: (string | null);
  /** How it ended; null while it is under way. */
  ending: (string | null);
  /** Code of what went wrong. */
  error_code: (string | null);
  /** The same as a sentence. */
  error_message: (string | null);
  /** RFC 3339. */
  started_at: string;
};

/** What came of it. */
export type TaskCreated = {
  /** The account was made for it. */
  account_created: boolean;
  /** The account it belongs to. */
  account_id: string;
  /** One sentence. */
  message: string;
  /** Its place in the line, from 0; null if it runs or is scheduled. */
  queue_position: (number | null);
  /** `created`. */
  status: string;
  /** Its id. */
  task_id: string;
};

/** A task in full. */
export type TaskDetails = {
  /** Its attempts, the first one first. */
  attempts: readonly (TaskAttempt)[];
  /** What it was given to do, by its kind: `instagram`, `engagement` or `flow`. */
  input: unknown;
  /** The line of the list's file that it came from. */
  list_row: (number | null);
  /** What it does, step by step; of a flow only what has an outcome. */
  steps: readonly (TaskStep)[];
  /** Its id. */
  task_id: string;
  /** The act of which nobody knows whether it happened. */
  unknown_act: (UnknownAct | null);
};

/** A line of a task's log. */
export type TaskLogLine = {
  /** More about it. */
  data: unknown;
  /** What happened. */
  event_type: string;
  /** RFC 3339. */
  timestamp: string;
};

/** Where a task stands after an order. */
export type TaskOrdered = {
  /** Its account. */
  account_id: string;
  /** One sentence. */
  message: string;
  /** Its place in the line, from 0. */
  queue_position: (number | null);
  /** `queued`, `running`, `completed`, `cancelled`. */
  status: string;
  /** The order was carried out. */
  success: boolean;
  /** The task's id. */
  task_id: string;
};

/** A page of the tasks. */
export type TaskPage = {
  limit: number;
  skip: number;
  success: boolean;
  /** The newest first. */
  tasks: readonly (TaskStatus)[];
  /** How many there are in all. */
  total: number;
};

/** A whole task. */
export type TaskStatus = {
  /** Its account. */
  account_id: string;
  /** What it does. */
  actions: readonly (string)[];
  /** Attempts so far. */
  attempt: number;
  /** It runs, and is to end at its next safe point. */
  cancel_asked: boolean;
  /** RFC 3339. */
  created_at: string;
  /** Serial of the phone it runs on, or was tried on last. */
  device_id: (string | null);
  /** RFC 3339. */
  ended_at: (string | null);
  /** Code of what went wrong last. */
  error_code: (string | null);
  /** The same as a sentence. */
  error_message: (string | null);
  /** About when it will have ended; null where there is no basis to say, or where a person has to help first. */
  eta: (string | null);
  /** Tasks in that line; null where it stands in none. */
  line_length: (number | null);
  /** Its list, if it came with one. */
  list_id: (string | null);
  /** What that is called. */
  list_name: (string | null);
  /** Before this time it does not start, RFC 3339. */
  not_before: (string | null);
  /** A note for people. */
  note: (string | null);
  /** `low`, `normal`, `high`, `urgent`. */
  priority: string;
  /** Steps with an outcome, and steps there are. */
  progress: StepProgress;
  /** Its place in the line, from 0. */
  queue_position: (number | null);
  /** It only looks. */
  rehearsal: boolean;
  /** Outcomes by action and status, as `{"like": {"success": 3}}`; null until it has ended. */
  result: (Readonly<Record<string, Readonly<Record<string, number>>>> | null);
  /** Retry marks so far. */
  retry_marks: number;
  /** RFC 3339. */
  started_at: (string | null);
  /** `queued`, `running`, `completed`, `failed`, `cancelled`, `interrupted`. */
  status: string;
  /** Whom it is about. */
  target_username: string;
  /** Its id. */
  task_id: string;
  /** `instagram`, `engagement`, `flow`. */
  task_type: string;
  /** Why it is not running. */
  waiting_on: (Why | null);
};

/** A step of a task. */
export type TaskStep = {
  /** What it does. */
  action: string;
  /** How long it took. */
  latency_ms: (number | null);
  /** A stable word; empty where the status says all. */
  reason: string;
  /** What came of it last; null where nothing did. */
  status: (string | null);
  /** Which, from 0. */
  step: number;
  /** Whom it is about. */
  target_username: string;
  /** When, RFC 3339. */
  ts: (string | null);
};

/** What came of cancelling many. */
export type TasksCancelled = {
  /** Tasks that were taken out of their lines. */
  cancelled: number;
  /** The order was carried out. */
  success: boolean;
};

/** What many tasks would come to. Nothing was changed. */
export type TasksPlanned = {
  /** The plan. Where it was not to be kept, its id names nothing. */
  plan: PlanView;
  /** The first hundred that would not simply be accepted; their lines are their places, from 1. */
  rows: readonly (PlanRow)[];
};

/** What came of many tasks. */
export type TasksTaken = {
  /** The list that they are. Where all were accepted before, under their idempotency keys, the list of the first of them; null if that one is in none. */
  list_id: (string | null);
  /** All were taken. */
  success: boolean;
  /** The task of each row, in their order. */
  task_ids: readonly (string)[];
  /** Tasks accepted now. */
  tasks: number;
  /** Tasks that were accepted before, under their idempotency keys. */
  tasks_before: number;
};

/** How the list would be made. */
export type TasksToPlan = {
  /** Keep the plan, so that it can be accepted; else it is only told. */
  keep?: boolean | undefined;
  /** What to call the list; `tasks` where nothing is said. */
  name?: string | undefined;
  /** It would only look. */
  rehearsal?: boolean | undefined;
  /** Over which accounts tasks are spread that name none; all, where nothing is said. */
  spread?: (unknown) & {
  /** These. */
  accounts?: readonly (string)[] | undefined;
  /** Those that may use no other phone than one of these. */
  devices?: readonly (string)[] | undefined;
  /** Those of a group. */
  group?: string | undefined;
} | undefined;
  /** The tasks, each as in a bulk. */
  tasks: readonly ((InstagramRow | EngagementRow | FlowRow))[];
};

/** What is done with a page. */
export type TemplateActs = {
  /** Comment on its posts. */
  comment: boolean;
  /** Follow it. */
  follow: boolean;
  /** Like its posts. */
  like: boolean;
};

/** A file that a flow runs. */
export type TemplateFile = {
  /** Its name. */
  name: string;
  /** What stands in it. */
  text: string;
};

/** What a task of a template does. */
export type TemplateTask = ({
  /** In order. */
  actions: readonly (string)[];
  /** Follows it may do. */
  max_follows: number;
  /** Posts one `like_post` likes. */
  max_likes: number;
  /** `low`, `normal`, `high`, `urgent`. */
  priority: string;
} | {
  /** What is done. */
  actions: TemplateActs;
  /** Texts, each sent as it stands. */
  comment_list: readonly (string)[];
  /** Posts that are liked and commented on. */
  max_posts_per_page: number;
  /** `low`, `normal`, `high`, `urgent`. */
  priority: string;
  /** Which pages are left out. */
  profile_validation: TemplateValidation;
} | {
  /** The files that it runs. */
  files: readonly (TemplateFile)[];
  /** The script. */
  flow: string;
  /** What a task of it is called. */
  name?: (string | null) | undefined;
  /** `low`, `normal`, `high`, `urgent`. */
  priority: string;
  /** What stands for the names in it. */
  variables: readonly (TemplateVariable)[];
});

/** Which pages are left out. */
export type TemplateValidation = {
  /** Those with fewer posts. */
  min_posts: number;
  /** Those whose posts are not open to all. */
  public_only: boolean;
};

/** A name in a flow, and what stands for it. */
export type TemplateVariable = {
  /** The name. */
  name: string;
  /** The value. */
  value: string;
};

/** A saved task. */
export type TemplateView = {
  /** RFC 3339. */
  changed_at: string;
  /** RFC 3339. */
  created_at: string;
  /** When a list was made of it last, RFC 3339; null: never. */
  last_used_at: (string | null);
  /** What people call it. */
  name: string;
  /** What a task of it does, in the form in which it is saved. */
  task: TemplateTask;
  /** `instagram`, `engagement`, `flow`. */
  task_type: string;
  /** Its id. */
  template_id: string;
  /** How often it was saved. */
  version: number;
};

/** A page of templates. */
export type Templates = {
  /** How many there are. */
  count: number;
  limit: number;
  skip: number;
  success: boolean;
  /** By name. */
  templates: readonly (TemplateView)[];
};

/** A link for one use. */
export type Ticket = {
  /** Seconds in which it has to be used. */
  expires_in: number;
  success: boolean;
  /** The ticket alone. */
  ticket: string;
  /** The address with the ticket in it. */
  url: string;
};

/** A time of the day in local time, HH:MM; 24:00 is the end of it. */
export type TimeOfDay = string;

/** The numbers over time. */
export type Told = {
  series: Series;
  success: boolean;
};

/** How many there are. */
export type Totals = {
  success: boolean;
  /** All of them. */
  total: number;
  /** By action and status, as `{"like": {"success": 3}}`; what there is none of is left out. */
  totals: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

/** An act of unknown outcome. */
export type UnknownAct = {
  /** What is not known, and what to look for, one sentence. */
  sentence: string;
  /** Whom it is about. */
  target_username: string;
  /** What was to be written. */
  text: string;
  /** When it was about to be sent, RFC 3339. */
  ts: string;
};

/** What is new or changed, whole. */
export type Upserts = {
  /** Accounts. */
  accounts: readonly (AccountView)[];
  /** Phones. */
  devices: readonly (DeviceView)[];
  /** Lists. */
  lists: readonly (ListView)[];
  /** Tasks that run, and those that ended, with their end. */
  tasks: readonly (LiveTask)[];
};

/** What becomes of a row. */
export type Verdict = ("accepted" | "duplicate" | "refused");

/** The lines of all accounts that have one. */
export type WaitingTasks = {
  success: boolean;
  total_waiting_tasks: number;
  /** RFC 3339. */
  updated_at: string;
  /** Ids of tasks; their index is their position. */
  waiting_tasks_by_account: Readonly<Record<string, readonly (string)[]>>;
};

/** The lines of the accounts. */
export type WaitingTasks2 = {
  /** Ids of tasks in order, by account. */
  by_account: Readonly<Record<string, readonly (string)[]>>;
  /** How many there are. */
  total_waiting: number;
};

/** The answer for one task. */
export type Why = {
  /** Stable code (DESIGN §4). */
  code: string;
  /** Milliseconds of real time until it ends by itself, where that is known. */
  ends_in_ms: (number | null);
  /** Only a person can end it. */
  needs_person: boolean;
  /** One sentence. */
  sentence: string;
};

/** A window of time in which tasks start. One that ends before it begins ends on the next day; one that ends when it begins lasts 24 hours. */
export type Window = {
  /** The days it begins on; left out: every day. */
  days?: (readonly (Day)[] | null) | undefined;
  /** When it begins. */
  from: TimeOfDay;
  /** When it ends. */
  to: TimeOfDay;
};

/** A window of time in which tasks start. One that ends before it begins ends on the next day. */
export type WindowView = {
  /** The days it begins on, `mon` to `sun`; null: every day. */
  days: (readonly (string)[] | null);
  /** When it begins, HH:MM. */
  from: string;
  /** When it ends, HH:MM; 24:00 is the end of the day. */
  to: string;
};

/** What each operation takes and answers. */
export interface Operations {
  /** What this is. */
  about: { takes: {  }; answer: About };
  /** The accounts, page by page. */
  accounts: { takes: { query?: { group?: string | undefined; ids?: readonly (string)[] | undefined; limit?: number | undefined; q?: string | undefined; skip?: number | undefined } }; answer: AccountPage };
  /** Add an account. */
  add_account: { takes: { body: NewAccount }; answer: AccountListing };
  /** The state of every account. */
  execution_states: { takes: {  }; answer: ExecutionStates };
  /** The state of one account. */
  execution_state: { takes: { id: string }; answer: ExecutionState };
  /** The state of every account, with what went wrong lately. */
  account_states: { takes: {  }; answer: AccountStates };
  /** The line of every account that has one, in order. */
  waiting_tasks: { takes: {  }; answer: WaitingTasks };
  /** Remove an account; its history stays. */
  remove_account: { takes: { id: string }; answer: Done };
  /** One account: where it stands and why, and what it may still do today. */
  account: { takes: { id: string }; answer: AccountDetail };
  /** Change an account. */
  change_account: { takes: { id: string; body: ChangedAccount }; answer: AccountListing };
  /** Cancel everything of an account that waits. */
  cancel_account_tasks: { takes: { id: string }; answer: TasksCancelled };
  /** End a rest before its time. */
  end_cooldown: { takes: { id: string; body: Reasoned }; answer: Done };
  /** How one account stood, the newest first, page by page. */
  account_history: { takes: { id: string; query?: { cursor?: string | undefined; limit?: number | undefined } }; answer: AccountHistory };
  /** Start nothing new of an account. */
  pause_account: { takes: { id: string }; answer: Done };
  /** The line of one account, in order, page by page, and why each task waits. */
  account_queue: { takes: { id: string; query?: { limit?: number | undefined; skip?: number | undefined } }; answer: AccountQueue };
  /** Free an account whose phone does not prove itself quiet. */
  release_account: { takes: { id: string; body: Reasoned }; answer: Done };
  /** Go on with an account. */
  resume_account: { takes: { id: string }; answer: Done };
  /** Suspend an account. */
  suspend_account: { takes: { id: string; body: Reasoned }; answer: Done };
  /** Lift a suspension. */
  unsuspend_account: { takes: { id: string; body: Reasoned }; answer: Done };
  /** What needs a person, the most urgent first, page by page. */
  attention: { takes: { query?: { limit?: number | undefined; skip?: number | undefined } }; answer: Attention };
  /** What operators ordered, the newest first, page by page. */
  audit: { takes: { query?: { action?: string | undefined; cursor?: string | undefined; from_date?: string | undefined; limit?: number | undefined; subject?: string | undefined; to_date?: string | undefined; who?: "window" | "http" | "cli" | undefined } }; answer: Entries };
  /** All that operators ordered, the newest first. */
  export_audit: { takes: { query?: { action?: string | undefined; format?: "csv" | "json" | undefined; from_date?: string | undefined; guard?: "on" | "off" | undefined; subject?: string | undefined; to_date?: string | undefined; who?: "window" | "http" | "cli" | undefined } }; answer: Readonly<Record<string, unknown>> };
  /** The backups there are, the oldest first. */
  backups: { takes: {  }; answer: Backups };
  /** Copy the data set, beside the work. */
  create_backup: { takes: {  }; answer: Made };
  /** Restore a backup; refused while an engine runs, with what to do instead. */
  restore_backup: { takes: { id: string }; answer: Done2 };
  /** Everything at a glance. */
  dashboard: { takes: {  }; answer: Dashboard };
  /** Every phone that was ever seen, and its condition. */
  discover_devices: { takes: {  }; answer: Devices };
  /** One more simulated phone. */
  add_simulated_device: { takes: {  }; answer: DeviceView };
  /** Every phone that was ever seen, and its condition. */
  devices: { takes: {  }; answer: Devices };
  /** Change what is said of a phone. */
  change_device: { takes: { id: string; body: ChangedDevice }; answer: DeviceView };
  /** What was tried on a phone among the newest attempts of all. */
  device_attempts: { takes: { id: string; query?: { limit?: number | undefined } }; answer: DeviceAttempts };
  /** Let a phone go: nothing is said to it until it is brought up again. */
  let_device_go: { takes: { id: string }; answer: Done };
  /** Have a phone show which one it is. */
  find_device: { takes: { id: string }; answer: Done };
  /** Take a phone that is gone off the list. */
  forget_device: { takes: { id: string }; answer: Done };
  /** Give a phone back. */
  give_back: { takes: { id: string }; answer: DeviceView };
  /** Take a phone in hand. */
  take_in_hand: { takes: { id: string }; answer: DeviceView };
  /** Bring a phone up, and wait until it can work. */
  initialize_device: { takes: { id: string }; answer: DeviceView };
  /** What must hold before a phone can work, as far as it is known. */
  device_ladder: { takes: { id: string }; answer: DeviceLadder };
  /** Give a phone no new task. */
  pause_device: { takes: { id: string }; answer: Done };
  /** Start WebDriverAgent on a phone anew. */
  restart_runner: { takes: { id: string }; answer: DeviceView };
  /** Go on with a phone after a pause or a stop. */
  resume_device: { takes: { id: string }; answer: Done };
  /** A picture of a phone's screen now. */
  device_screen: { takes: { id: string }; answer: unknown };
  /** No further call to a phone, at once and over restarts. */
  stop_device: { takes: { id: string }; answer: Done };
  /** The engagement tasks that ended, page by page. */
  engagement_history: { takes: { query?: { limit?: number | undefined; skip?: number | undefined } }; answer: Ended };
  /** How engagement stands: numbers, what waits, what runs. */
  engagement: { takes: {  }; answer: EngagementOverview };
  /** The whole engagement task, and why it is not running. */
  engagement_status: { takes: { id: string }; answer: TaskStatus };
  /** Accept an engagement task. */
  create_engagement: { takes: { body: NewEngagement }; answer: TaskCreated };
  /** Take an engagement task out, or let it end at its next safe point. */
  cancel_engagement: { takes: { id: string }; answer: TaskOrdered };
  /** What happened to an engagement task, step by step. */
  engagement_logs: { takes: { id: string; query?: { cursor?: string | undefined; limit?: number | undefined; skip?: number | undefined } }; answer: Log };
  /** Start engagement tasks again. */
  engagement_start: { takes: {  }; answer: Done };
  /** Start no new engagement task; what runs finishes. */
  engagement_stop: { takes: {  }; answer: Done };
  /** A snapshot, then every change, at most ten a second. */
  events: { takes: {  }; answer: unknown };
  /** Accept a flow as a task. */
  create_flow: { takes: { body: NewFlow }; answer: TaskCreated };
  /** Say what is wrong with a flow, and what it would do. */
  check_flow: { takes: { body: FlowToCheck }; answer: FlowReport };
  /** Drop the records of acts that deduplication no longer looks at. */
  clean_up_interactions: { takes: {  }; answer: CleanedUp };
  /** Recorded outcomes, the newest first, page by page. */
  interactions: { takes: { query?: { account_id?: string | undefined; action?: "follow" | "like" | "comment" | "view" | undefined; cursor?: string | undefined; device?: string | undefined; from_date?: string | undefined; limit?: number | undefined; list?: string | undefined; rehearsal?: boolean | undefined; skip?: number | undefined; status?: "success" | "failed" | "skipped" | "retry" | "dedupe_hit" | "rate_limited" | "private_account" | "target_unavailable" | "unknown" | "would" | undefined; target_username?: string | undefined; task_id?: string | undefined; to_date?: string | undefined; total?: boolean | undefined } }; answer: Events };
  /** All recorded outcomes that are asked for, in the order they were recorded. */
  export_interactions: { takes: { query?: { account_id?: string | undefined; action?: "follow" | "like" | "comment" | "view" | undefined; device?: string | undefined; format?: "csv" | "json" | undefined; from_date?: string | undefined; guard?: "on" | "off" | undefined; list?: string | undefined; rehearsal?: boolean | undefined; status?: "success" | "failed" | "skipped" | "retry" | "dedupe_hit" | "rate_limited" | "private_account" | "target_unavailable" | "unknown" | "would" | undefined; target_username?: string | undefined; task_id?: string | undefined; to_date?: string | undefined } }; answer: Readonly<Record<string, unknown>> };
  /** Take the history of another program, whole, so that it counts. */
  import_history: { takes: { query?: { accounts?: readonly (string)[] | undefined; check?: boolean | undefined; name?: string | undefined }; body: {
  events: readonly ({
  account_id: string;
  action: "follow" | "like" | "comment" | "view";
  device_id?: (string | null) | undefined;
  latency_ms?: (number | string | null) | undefined;
  platform?: (string | null) | undefined;
  reason?: (string | null) | undefined;
  status: "success" | "failed" | "skipped" | "retry" | "dedupe_hit" | "rate_limited" | "private_account" | "target_unavailable" | "unknown";
  target_username: string;
  task_id?: (string | null) | undefined;
  ts: string;
})[];
  exported_at?: unknown | undefined;
  filters?: unknown | undefined;
  total_events?: unknown | undefined;
} }; answer: HistoryReport };
  /** What came last of an action of an account about somebody. */
  latest_interaction: { takes: { query: { account_id: string; action: "follow" | "like" | "comment" | "view"; username: string } }; answer: Latest };
  /** How often each outcome is recorded, by action and by status. */
  interaction_totals: { takes: { query?: { account_id?: string | undefined; action?: "follow" | "like" | "comment" | "view" | undefined; device?: string | undefined; from_date?: string | undefined; list?: string | undefined; rehearsal?: boolean | undefined; status?: "success" | "failed" | "skipped" | "retry" | "dedupe_hit" | "rate_limited" | "private_account" | "target_unavailable" | "unknown" | "would" | undefined; target_username?: string | undefined; task_id?: string | undefined; to_date?: string | undefined } }; answer: Totals };
  /** Jobs, the newest first. */
  jobs: { takes: { query?: { limit?: number | undefined; skip?: number | undefined } }; answer: Jobs };
  /** A job, how far it is, and what it could not do. */
  job: { takes: { id: string }; answer: JobView };
  /** Let a job end where it is; what it changed stays changed. */
  cancel_job: { takes: { id: string }; answer: JobView };
  /** Lists, newest first. */
  lists: { takes: { query?: { limit?: number | undefined; skip?: number | undefined } }; answer: Lists };
  /** Accept a plan as it was shown. */
  accept_plan: { takes: { body: AcceptPlan }; answer: ImportReport };
  /** Accept the files of a list whole, or nothing of them. */
  import_list: { takes: { body: ListFiles }; answer: ImportReport };
  /** Read a file of any kind as a list file, and say what its columns may be. */
  open_file: { takes: { body: FileToOpen }; answer: OpenedFile };
  /** Check a file and say what it would do. */
  plan_list: { takes: { body: NewPlan }; answer: PlanView };
  /** The rows of a plan. */
  plan_rows: { takes: { id: string; query?: { limit?: number | undefined; skip?: number | undefined; verdict?: "accepted" | "duplicate" | "refused" | undefined } }; answer: PlanRows };
  /** The rows that a plan refuses as they stand in its file, each with why. */
  export_rejected: { takes: { id: string; query?: { format?: "csv" | "json" | undefined; guard?: "on" | "off" | undefined } }; answer: Readonly<Record<string, unknown>> };
  /** Whether the same list is there already, and whether another is unfinished. */
  list_standing: { takes: { body: ListFiles }; answer: ListStanding };
  /** A list, and how far it is. */
  list: { takes: { id: string }; answer: ListView };
  /** Do a list again. */
  list_again: { takes: { id: string; body: DoAgain }; answer: ImportReport };
  /** Take out what waits of a list; what runs goes on. */
  cancel_list: { takes: { id: string }; answer: TasksCancelled };
  /** About when a list will have ended. */
  list_eta: { takes: { id: string }; answer: ListEta };
  /** A list with what came of each row; a list file that can be read back. */
  export_list: { takes: { id: string; query?: { format?: "csv" | "json" | undefined; guard?: "on" | "off" | undefined } }; answer: Readonly<Record<string, unknown>> };
  /** Start nothing new of a list. */
  pause_list: { takes: { id: string }; answer: Done };
  /** How far a list is, and what keeps each account's next task from starting. */
  list_progress: { takes: { id: string }; answer: ListProgress };
  /** Go through a list and only look. */
  rehearse_list: { takes: { id: string }; answer: ImportReport };
  /** Go on with a list. */
  resume_list: { takes: { id: string }; answer: Done };
  /** Lines of the log files, the newest first, page by page. */
  logs: { takes: { query?: { cursor?: string | undefined; from_date?: string | undefined; level?: "error" | "warn" | "info" | "debug" | "trace" | undefined; limit?: number | undefined; pattern?: string | undefined; q?: string | undefined; source?: string | undefined; to_date?: string | undefined } }; answer: LogLines };
  /** All lines of the log files that are asked for, the newest first, as JSON Lines. */
  export_logs: { takes: { query?: { from_date?: string | undefined; level?: "error" | "warn" | "info" | "debug" | "trace" | undefined; pattern?: string | undefined; q?: string | undefined; source?: string | undefined; to_date?: string | undefined } }; answer: unknown };
  /** Outcomes, deduplication and errors so far. */
  metrics: { takes: {  }; answer: Sums };
  /** The six numbers of concurrency, of one moment. */
  concurrency_metrics: { takes: {  }; answer: Concurrency };
  /** The numbers over time as a file, a row to each step. */
  export_metrics: { takes: { query?: { format?: "csv" | "json" | undefined; guard?: "on" | "off" | undefined; range?: "15m" | "1h" | "6h" | "24h" | "48h" | "7d" | "30d" | undefined; step?: "1m" | "15m" | "1h" | undefined } }; answer: Readonly<Record<string, unknown>> };
  /** The numbers over time, with gaps, pauses and stops. */
  metrics_series: { takes: { query?: { range?: "15m" | "1h" | "6h" | "24h" | "48h" | "7d" | "30d" | undefined; step?: "1m" | "15m" | "1h" | undefined } }; answer: Told };
  /** What came of everything since a moment, and who ordered how much. */
  metrics_since: { takes: { query: { from_date: string } }; answer: Happened };
  /** What there is to see to. */
  notices: { takes: {  }; answer: Notices };
  /** End the pause of an action for a version of the app. */
  resume_action: { takes: { body: ResumeAction }; answer: Notices };
  /** The OpenAPI 3.1 document of this API. */
  openapi: { takes: {  }; answer: Document };
  /** What each account and each list did on a local day. */
  day_report: { takes: { query?: { date?: string | undefined; format?: "csv" | "json" | undefined; guard?: "on" | "off" | undefined } }; answer: Readonly<Record<string, unknown>> };
  /** The screen on which an attempt failed, as its task's log names it. */
  screenshot: { takes: { id: string }; answer: unknown };
  /** What is set. */
  settings: { takes: {  }; answer: Answer };
  /** Set the named fields and leave the others. */
  set_settings: { takes: { body: Chosen }; answer: Answer };
  /** What it says. */
  shift_note: { takes: {  }; answer: Noted };
  /** Write it, in place of the one there was. */
  write_shift_note: { takes: { body: NewShiftNote }; answer: Noted };
  /** Everything that is watched, of one moment; the events go on from its revision. */
  snapshot: { takes: {  }; answer: Snapshot };
  /** Go on after an emergency stop. */
  emergency_resume: { takes: {  }; answer: Done };
  /** No further call to any phone, at once and over restarts. */
  emergency_stop: { takes: {  }; answer: Done };
  /** How the engine is, in numbers that name nobody. */
  health: { takes: {  }; answer: Health };
  /** Start nothing new; what runs finishes. */
  pause: { takes: {  }; answer: Done };
  /** Go on after a pause. */
  resume: { takes: {  }; answer: Done };
  /** As resume, under its old name. */
  system_start: { takes: {  }; answer: Done };
  /** What the engine is, and how it stands. */
  status: { takes: {  }; answer: EngineStatus };
  /** As pause, under its old name. */
  system_stop: { takes: {  }; answer: Done };
  /** How much room the data set takes, and how much is left. */
  storage: { takes: {  }; answer: Taken };
  /** The tasks, page by page. */
  tasks: { takes: { query?: { account_id?: string | undefined; from_date?: string | undefined; limit?: number | undefined; list_id?: string | undefined; q?: string | undefined; skip?: number | undefined; status?: "queued" | "running" | "completed" | "failed" | "cancelled" | "interrupted" | "waiting" | "scheduled" | "unsuccessful" | undefined; task_type?: "instagram" | "engagement" | "flow" | undefined; to_date?: string | undefined } }; answer: TaskPage };
  /** Accept many tasks as a list, all of them or none. */
  create_tasks: { takes: { query?: { name?: string | undefined; rehearsal?: boolean | undefined }; body: NewTasks }; answer: TasksTaken };
  /** Take many tasks out, or let them end at their next safe point. */
  cancel_tasks: { takes: { body: ManyTasks }; answer: Begun };
  /** Accept a task. */
  create_task: { takes: { body: NewTask }; answer: TaskCreated };
  /** Say what many tasks would do, and keep the plan to be accepted. */
  plan_tasks: { takes: { body: TasksToPlan }; answer: TasksPlanned };
  /** What waits, by priority. */
  queue_status: { takes: { query?: { limit?: number | undefined; skip?: number | undefined } }; answer: QueueStatus };
  /** Try many ended tasks again, each at the tail of its line. */
  retry_tasks: { takes: { body: ManyTasks }; answer: Begun };
  /** Take a task out, or let it end at its next safe point. */
  cancel_task: { takes: { id: string }; answer: TaskOrdered };
  /** What a task was given, its steps with what came of each, and its attempts. */
  task_details: { takes: { id: string }; answer: TaskDetails };
  /** What happened to a task, step by step. */
  task_logs: { takes: { id: string; query?: { cursor?: string | undefined; limit?: number | undefined; skip?: number | undefined } }; answer: Log };
  /** Say whether an act of unknown outcome happened. */
  resolve_task: { takes: { id: string; body: Saw }; answer: TaskOrdered };
  /** Try an ended task again, at the tail of its line. */
  retry_task: { takes: { id: string }; answer: TaskOrdered };
  /** The whole task, and why it is not running. */
  task_status: { takes: { id: string }; answer: TaskStatus };
  /** Templates, by name. */
  templates: { takes: { query?: { limit?: number | undefined; skip?: number | undefined } }; answer: Templates };
  /** Save a task as a template. */
  add_template: { takes: { body: NewTemplate }; answer: TemplateView };
  /** Delete a template; tasks made of it stay as they are. */
  remove_template: { takes: { id: string }; answer: Removed };
  /** A template. */
  template: { takes: { id: string }; answer: TemplateView };
  /** Save another task in its place. */
  change_template: { takes: { id: string; body: NewTemplate }; answer: TemplateView };
  /** Make a list of tasks of a template, all of them or none. */
  run_template: { takes: { id: string; body: RunTemplate }; answer: TasksTaken };
  /** A link for one use within a minute, for what a browser loads by itself. */
  create_ticket: { takes: { body: NewTicket }; answer: Ticket };
  /** A new token in place of the one there is, which is worth nothing from then on. */
  rotate_token: { takes: {  }; answer: Rotated };
  /** The same for Prometheus: its text format 0.0.4, or OpenMetrics by Accept. */
  prometheus: { takes: {  }; answer: unknown };
}

/** Where each operation is; `{…}` stands for its id. */
export const ROUTES: Readonly<Record<keyof Operations, readonly [method: string, path: string]>> = {
  about: ["GET", "/api/"],
  accounts: ["GET", "/api/accounts"],
  add_account: ["POST", "/api/accounts"],
  execution_states: ["GET", "/api/accounts/execution-states"],
  execution_state: ["GET", "/api/accounts/execution-states/{account_id}"],
  account_states: ["GET", "/api/accounts/states"],
  waiting_tasks: ["GET", "/api/accounts/waiting-tasks"],
  remove_account: ["DELETE", "/api/accounts/{id}"],
  account: ["GET", "/api/accounts/{id}"],
  change_account: ["PATCH", "/api/accounts/{id}"],
  cancel_account_tasks: ["POST", "/api/accounts/{id}/cancel-tasks"],
  end_cooldown: ["POST", "/api/accounts/{id}/end-cooldown"],
  account_history: ["GET", "/api/accounts/{id}/history"],
  pause_account: ["POST", "/api/accounts/{id}/pause"],
  account_queue: ["GET", "/api/accounts/{id}/queue"],
  release_account: ["POST", "/api/accounts/{id}/release"],
  resume_account: ["POST", "/api/accounts/{id}/resume"],
  suspend_account: ["POST", "/api/accounts/{id}/suspend"],
  unsuspend_account: ["POST", "/api/accounts/{id}/unsuspend"],
  attention: ["GET", "/api/attention"],
  audit: ["GET", "/api/audit"],
  export_audit: ["GET", "/api/audit/export"],
  backups: ["GET", "/api/backups"],
  create_backup: ["POST", "/api/backups"],
  restore_backup: ["POST", "/api/backups/{id}/restore"],
  dashboard: ["GET", "/api/dashboard/stats"],
  discover_devices: ["GET", "/api/devices/discover"],
  add_simulated_device: ["POST", "/api/devices/simulated"],
  devices: ["GET", "/api/devices/status"],
  change_device: ["PATCH", "/api/devices/{udid}"],
  device_attempts: ["GET", "/api/devices/{udid}/attempts"],
  let_device_go: ["DELETE", "/api/devices/{udid}/cleanup"],
  find_device: ["POST", "/api/devices/{udid}/find"],
  forget_device: ["POST", "/api/devices/{udid}/forget"],
  give_back: ["POST", "/api/devices/{udid}/give-back"],
  take_in_hand: ["POST", "/api/devices/{udid}/in-hand"],
  initialize_device: ["POST", "/api/devices/{udid}/initialize"],
  device_ladder: ["GET", "/api/devices/{udid}/ladder"],
  pause_device: ["POST", "/api/devices/{udid}/pause"],
  restart_runner: ["POST", "/api/devices/{udid}/restart-wda"],
  resume_device: ["POST", "/api/devices/{udid}/resume"],
  device_screen: ["GET", "/api/devices/{udid}/screen"],
  stop_device: ["POST", "/api/devices/{udid}/stop"],
  engagement_history: ["GET", "/api/engagement-history"],
  engagement: ["GET", "/api/engagement-status"],
  engagement_status: ["GET", "/api/engagement-status/{id}"],
  create_engagement: ["POST", "/api/engagement-task"],
  cancel_engagement: ["DELETE", "/api/engagement-task/{id}/cancel"],
  engagement_logs: ["GET", "/api/engagement-task/{id}/logs"],
  engagement_start: ["POST", "/api/engagement/start"],
  engagement_stop: ["POST", "/api/engagement/stop"],
  events: ["GET", "/api/events"],
  create_flow: ["POST", "/api/flow-task"],
  check_flow: ["POST", "/api/flows/check"],
  clean_up_interactions: ["POST", "/api/interactions/cleanup"],
  interactions: ["GET", "/api/interactions/events"],
  export_interactions: ["GET", "/api/interactions/export"],
  import_history: ["POST", "/api/interactions/import"],
  latest_interaction: ["GET", "/api/interactions/latest"],
  interaction_totals: ["GET", "/api/interactions/totals"],
  jobs: ["GET", "/api/jobs"],
  job: ["GET", "/api/jobs/{id}"],
  cancel_job: ["POST", "/api/jobs/{id}/cancel"],
  lists: ["GET", "/api/lists"],
  accept_plan: ["POST", "/api/lists"],
  import_list: ["POST", "/api/lists/import"],
  open_file: ["POST", "/api/lists/open"],
  plan_list: ["POST", "/api/lists/plan"],
  plan_rows: ["GET", "/api/lists/plan/{id}"],
  export_rejected: ["GET", "/api/lists/plan/{id}/rejected"],
  list_standing: ["POST", "/api/lists/standing"],
  list: ["GET", "/api/lists/{id}"],
  list_again: ["POST", "/api/lists/{id}/again"],
  cancel_list: ["POST", "/api/lists/{id}/cancel"],
  list_eta: ["GET", "/api/lists/{id}/eta"],
  export_list: ["GET", "/api/lists/{id}/export"],
  pause_list: ["POST", "/api/lists/{id}/pause"],
  list_progress: ["GET", "/api/lists/{id}/progress"],
  rehearse_list: ["POST", "/api/lists/{id}/rehearse"],
  resume_list: ["POST", "/api/lists/{id}/resume"],
  logs: ["GET", "/api/logs"],
  export_logs: ["GET", "/api/logs/export"],
  metrics: ["GET", "/api/metrics"],
  concurrency_metrics: ["GET", "/api/metrics/concurrency"],
  export_metrics: ["GET", "/api/metrics/export"],
  metrics_series: ["GET", "/api/metrics/series"],
  metrics_since: ["GET", "/api/metrics/since"],
  notices: ["GET", "/api/notices"],
  resume_action: ["POST", "/api/notices/resume-action"],
  openapi: ["GET", "/api/openapi.json"],
  day_report: ["GET", "/api/reports/day"],
  screenshot: ["GET", "/api/screenshots/{id}"],
  settings: ["GET", "/api/settings"],
  set_settings: ["PUT", "/api/settings"],
  shift_note: ["GET", "/api/shift-note"],
  write_shift_note: ["PUT", "/api/shift-note"],
  snapshot: ["GET", "/api/snapshot"],
  emergency_resume: ["POST", "/api/system/emergency-resume"],
  emergency_stop: ["POST", "/api/system/emergency-stop"],
  health: ["GET", "/api/system/health"],
  pause: ["POST", "/api/system/pause"],
  resume: ["POST", "/api/system/resume"],
  system_start: ["POST", "/api/system/start"],
  status: ["GET", "/api/system/status"],
  system_stop: ["POST", "/api/system/stop"],
  storage: ["GET", "/api/system/storage"],
  tasks: ["GET", "/api/tasks"],
  create_tasks: ["POST", "/api/tasks/bulk"],
  cancel_tasks: ["POST", "/api/tasks/cancel"],
  create_task: ["POST", "/api/tasks/create"],
  plan_tasks: ["POST", "/api/tasks/plan"],
  queue_status: ["GET", "/api/tasks/queue/status"],
  retry_tasks: ["POST", "/api/tasks/retry"],
  cancel_task: ["DELETE", "/api/tasks/{id}/cancel"],
  task_details: ["GET", "/api/tasks/{id}/details"],
  task_logs: ["GET", "/api/tasks/{id}/logs"],
  resolve_task: ["POST", "/api/tasks/{id}/resolve"],
  retry_task: ["POST", "/api/tasks/{id}/retry"],
  task_status: ["GET", "/api/tasks/{id}/status"],
  templates: ["GET", "/api/templates"],
  add_template: ["POST", "/api/templates"],
  remove_template: ["DELETE", "/api/templates/{id}"],
  template: ["GET", "/api/templates/{id}"],
  change_template: ["PUT", "/api/templates/{id}"],
  run_template: ["POST", "/api/templates/{id}/run"],
  create_ticket: ["POST", "/api/tickets"],
  rotate_token: ["POST", "/api/token/rotate"],
  prometheus: ["GET", "/metrics"],
};
