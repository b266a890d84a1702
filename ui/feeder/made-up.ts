/** Entities that change with the turn. */
import type { AccountListing, TaskStatus } from "../src/lib/api";
import type { AccountView, DeviceView, EngineView, ListView } from "../src/lib/bindings";

export const ACCOUNTS = 10_000;
export const TASKS = 100_000;
export const PHONES = 30;

const STATES = ["available", "running", "cooldown", "available", "suspended"] as const;

export function accountAt(at: number, turn: number): AccountView {
  const state = STATES[(at + turn) % STATES.length] ?? "available";
  return {
    account_id: `acct_${at}`,
    handle: `made.up.${at}`,
    label: at % 3 === 0 ? `Made up ${at}` : null,
    group: at % 4 === 0 ? "north" : "south",
    device_udid: null,
    signed_in_on: [`SIM-${at % PHONES}`],
    paused: at % 40 === 0,
    consecutive_errors: state === "cooldown" ? 1 : 0,
    state,
    state_reason: state === "cooldown" ? "rate_limit" : state === "suspended" ? "operator" : null,
    waiting_tasks_count: (at + turn) % 12,
    current_device: state === "running" ? `Phone ${at % PHONES}` : null,
    current_task_id: state === "running" ? `task-${at}` : null,
    cooldown_until: state === "cooldown" ? new Date(Date.now() + 90_000).toISOString() : null,
    total_tasks_completed: turn,
  };
}

export function deviceAt(at: number, turn: number): DeviceView {
  return {
    udid: `SIM-${at}`,
    name: `Phone ${at}`,
    model: "iPhone14,5",
    ios_version: "17.5",
    status: (at + turn) % 4 === 0 ? "busy" : "ready",
    connection_port: null,
    session_id: null,
    wda: "answers",
    error_code: null,
    error_message: null,
    simulated: true,
    label: null,
    slot: null,
    group: null,
    note: null,
    paused: false,
    stopped: false,
    in_hand: false,
    trusted: true,
    battery: 40 + ((at + turn) % 60),
    charging: true,
    thermal: "nominal",
    disk_free: 12_000_000_000,
    developer_mode: true,
    language: "en",
    app_version: "A",
    wda_version: "9.0",
  };
}

export function listAt(at: number, turn: number): ListView {
  const completed = Math.min(5_000, turn + at * 50);
  return {
    list_id: `list-${at}`,
    name: `List ${at}`,
    rehearsal: false,
    paused: false,
    sha256: "0".repeat(64),
    imported_by: "window",
    imported_at: "2026-11-23T10:00:00.000Z",
    counts: { total: 5_000, open: 5_000 - completed, completed, failed: 0, cancelled: 0, interrupted: 0 },
  };
}

export function engineAt(turn: number): EngineView {
  return {
    metrics: {
      total_accounts_tracked: ACCOUNTS,
      accounts_running: 30,
      accounts_waiting: 4_000,
      accounts_cooldown: 2_000,
      total_concurrency_blocks: turn,
      total_tasks_queued_waiting: TASKS - turn,
    },
    progress: { total: TASKS, completed: turn, failed: 0, cancelled: 0, waiting: TASKS - turn - 30, scheduled: 0, running: 30 },
    phones_ready: PHONES,
    phones_attached: PHONES,
    notices: [],
    started: true,
    paused: false,
    stopped: false,
    disk_full: false,
    damage: null,
    interrupted: 0,
    simulated: true,
  };
}

/** A waiting task, as a page of them has it. */
export function taskAt(at: number, turn: number): TaskStatus {
  return {
    task_id: `task-${at}`,
    account_id: `acct_${at % ACCOUNTS}`,
    device_id: null,
    list_id: `list-${at % 20}`,
    list_name: `List ${at % 20}`,
    task_type: "instagram",
    target_username: `sample.${at}`,
    actions: ["search_user", "view_profile", "like_post"],
    status: "queued",
    priority: "normal",
    rehearsal: false,
    cancel_asked: false,
    attempt: 0,
    retry_marks: 0,
    created_at: "2026-11-23T10:00:00.000Z",
    not_before: null,
    started_at: null,
    ended_at: null,
    eta: null,
    error_code: null,
    error_message: null,
    queue_position: at % 10,
    line_length: 10,
    progress: { done: 0, total: 3 },
    result: null,
    note: null,
    waiting_on: { code: "behind_task", sentence: `Behind the task before it (${turn}).`, ends_in_ms: null, needs_person: false },
  };
}

/** What an account did, as the table asks for the rows in sight. */
export function listingAt(at: number, turn: number): AccountListing {
  const view = accountAt(at, turn);
  const use = (used: number, ceiling: number) => ({ used, ceiling, room_at: null });
  return {
    account_id: view.account_id,
    handle: view.handle,
    label: view.label,
    group: view.group,
    device_udid: view.device_udid,
    signed_in_on: view.signed_in_on,
    paused: view.paused,
    state: view.state,
    state_reason: view.state_reason,
    consecutive_errors: view.consecutive_errors,
    waiting_tasks_count: view.waiting_tasks_count,
    hours: null,
    limits: null,
    note: null,
    last_success_at: "2026-11-23T10:00:00.000Z",
    today: { follows: use(turn % 50, 50), likes: use(turn % 100, 100), comments: use(turn % 20, 20) },
  };
}
