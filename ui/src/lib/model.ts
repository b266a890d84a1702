/** What the engine tells the window. The names are those of the HTTP API. */

export type AccountStateName = "available" | "running" | "cooldown" | "suspended";

export interface AccountView {
  account_id: string;
  handle: string;
  label: string | null;
  state: AccountStateName;
  state_reason: string | null;
  waiting_tasks_count: number;
  current_device: string | null;
  current_task_id: string | null;
  /** RFC 3339, UTC. */
  cooldown_until: string | null;
  total_tasks_completed: number;
}

export interface Metrics {
  total_accounts_tracked: number;
  accounts_running: number;
  accounts_waiting: number;
  accounts_cooldown: number;
  total_concurrency_blocks: number;
  total_tasks_queued_waiting: number;
}

/** How far the imported lists are, all together. */
export interface Progress {
  total: number;
  completed: number;
  failed: number;
}

/** Everything the window shows, at revision `rev`. */
export interface Overview {
  rev: number;
  metrics: Metrics;
  accounts: AccountView[];
  progress: Progress;
  /** New tasks are started; running ones finish either way. */
  started: boolean;
  simulated: boolean;
}

/** What changed between revision `rev - 1` and `rev`. */
export interface Delta {
  rev: number;
  metrics: Metrics;
  upserts: AccountView[];
  removes: string[];
  progress: Progress;
  started: boolean;
}

/** The live channel's messages. `alive` comes when nothing changed for a second. */
export type Message = { kind: "delta"; delta: Delta } | { kind: "alive"; rev: number };

/** The answer to `subscribe`. */
export interface Opening {
  version: string;
  overview: Overview;
}

export interface ImportReport {
  list_name: string;
  accounts: number;
  tasks: number;
}

/** Why a command was not done: what happened, why, and what to do. */
export interface Problem {
  code: string;
  title: string;
  detail: string;
  errors: { pointer: string; detail: string }[];
}
