/** Which tasks a tab and its filters mean, as the engine is asked for them, and as people are told. */
import type { TaskStatus } from "../../lib/api";
import type { Takes } from "../../lib/backend";
import { wordsOf } from "../../lib/filter.svelte";
import { plural } from "../../lib/format";

export const TABS = ["lists", "all", "running", "waiting", "scheduled", "failed", "done"] as const;
export type Tab = (typeof TABS)[number];
/** The tabs that show tasks. */
export type TaskTab = Exclude<Tab, "lists">;

export type Query = NonNullable<Takes<"tasks">["query"]>;
export type Status = NonNullable<Query["status"]>;
/** What of a query says which tasks, and not which page of them. */
export type Meant = Omit<Query, "limit" | "skip">;

const STATUS: Readonly<Record<TaskTab, Status | undefined>> = {
  all: undefined,
  running: "running",
  waiting: "waiting",
  scheduled: "scheduled",
  failed: "unsuccessful",
  done: "completed",
};

export const STATUSES: readonly Status[] = [
  "waiting",
  "scheduled",
  "running",
  "completed",
  "failed",
  "cancelled",
  "interrupted",
];
export const KINDS = ["instagram", "engagement", "flow"] as const;
type Kind = (typeof KINDS)[number];

/** What can be chosen beside the text, by the names it has in the address. */
export interface Filters {
  text: string;
  state: string;
  account: string;
  kind: string;
  list: string;
  /** Days, as a date field has them: `2026-11-27`. */
  from: string;
  to: string;
}

/** The first moment of a local day, or of the day after it. */
function startOf(day: string, after: boolean): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + (after ? 1 : 0)).getTime();
}

function oneOf<T extends string>(values: readonly T[], value: string): T | undefined {
  return values.find((known) => known === value);
}

/**
 * What the engine is asked for. Words of the text with a field are that filter; `accountOf` knows
 * which account is meant by a name in small letters.
 */
export function meantBy(tab: TaskTab, filters: Filters, accountOf: (name: string) => string = (name) => name): Meant {
  const words = wordsOf(filters.text);
  const field = (name: string) => words.find((word) => word.field === name && word.word !== "")?.word;
  // A field that is not known is text like any other: it finds what has it.
  const known = ["account", "type", "state", "list"];
  const rest = words.filter((word) => word.field === null || !known.includes(word.field));
  const text = rest.map((word) => (word.field === null ? word.word : `${word.field}:${word.word}`)).join(" ");
  const state = tab === "all" ? oneOf(STATUSES, field("state") ?? filters.state) : STATUS[tab];
  const kind: Kind | undefined = oneOf(KINDS, field("type") ?? filters.kind);
  const named = field("account");
  const account = named === undefined ? filters.account : accountOf(named);
  const meant: Meant = {};
  if (state !== undefined) meant.status = state;
  if (kind !== undefined) meant.task_type = kind;
  if (account !== "") meant.account_id = account;
  if (filters.list !== "") meant.list_id = filters.list;
  if (text !== "") meant.q = text;
  if (filters.from !== "") meant.from_date = new Date(startOf(filters.from, false)).toISOString();
  if (filters.to !== "") meant.to_date = new Date(startOf(filters.to, true) - 1).toISOString();
  return meant;
}

/** Whether anything is chosen beside the tab. */
export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== "");
}

/** What a task's end was worth: `2 liked, 1 done before`, from its sums; empty where there are none. */
export function resultOf(task: Pick<TaskStatus, "result">): string {
  const parts: string[] = [];
  for (const [action, statuses] of Object.entries(task.result ?? {})) {
    for (const [status, times] of Object.entries(statuses)) {
      if (action === "view" && status === "success") continue;
      parts.push(`${times} × ${action}${status === "success" ? "" : ` ${status.replaceAll("_", " ")}`}`);
    }
  }
  return parts.join(", ");
}

/** Its place as people count: `#3 of 7`. */
export function placeOf(task: Pick<TaskStatus, "queue_position" | "line_length">): string | null {
  if (task.queue_position === null) return null;
  const of = task.line_length === null ? "" : ` of ${task.line_length}`;
  return `#${task.queue_position + 1}${of}`;
}

export const isOpen = (task: Pick<TaskStatus, "status">) => task.status === "queued" || task.status === "running";
/** Only what stands in a line has an end to be put at; a scheduled task would start at once. */
export const inLine = (task: Pick<TaskStatus, "queue_position">) => task.queue_position !== null;
export const canRetry = (task: Pick<TaskStatus, "status">) =>
  ["failed", "cancelled", "interrupted"].includes(task.status);

/** More than this many are only done once their number was typed. */
export const TYPED_ABOVE = 100;

/** What has to be typed first; undefined where nothing has. */
export function typedFor(tasks: number): { typed: string } | Record<string, never> {
  return tasks > TYPED_ABOVE ? { typed: String(tasks) } : {};
}

/** The tasks a job is about. */
export type Selection =
  | { kind: "ids"; ids: readonly string[] }
  | { kind: "filter"; meant: Meant; total: number };

export function sizeOf(selection: Selection): number {
  return selection.kind === "ids" ? selection.ids.length : selection.total;
}

/** What many tasks are meant, for the job's order. */
export function bodyOf(selection: Selection): { ids: readonly string[] } | { filter: Meant } {
  return selection.kind === "ids" ? { ids: selection.ids } : { filter: selection.meant };
}

/** A filter in words: `status waiting, account anna`; `every task` where it says nothing. */
export function wordsFor(meant: Readonly<Record<string, unknown>>, listName: (id: string) => string): string {
  const names: Readonly<Record<string, string>> = {
    status: "state",
    task_type: "type",
    account_id: "account",
    list_id: "list",
    q: "text",
    from_date: "from",
    to_date: "to",
  };
  const parts = Object.entries(meant).map(([name, value]) => {
    let text = String(value).replaceAll("_", " ");
    if (name === "list_id") text = `“${listName(String(value))}”`;
    else if (value === "unsuccessful") text = "failed or interrupted";
    return `${names[name] ?? name} ${text}`;
  });
  return parts.length === 0 ? "every task" : parts.join(", ");
}

/** What stands on a button about so many. */
export const tasksOf = (number: number) => plural(number, "task");
