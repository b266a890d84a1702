/** The columns of the tasks' table, by tab: what does not stand in it by itself can be asked for. */
import type { TaskStatus } from "../../lib/api";
import type { Column } from "../../lib/ui/table";
import { t } from "../../words";
import type { TaskTab } from "./asking";

type TaskColumn = Column<TaskStatus>;
type Sort = NonNullable<TaskColumn["sort"]>;

const time = (value: string | null) => (value === null ? null : Date.parse(value));
const ORDER: Readonly<Record<string, number>> = { urgent: 0, high: 1, normal: 2, low: 3 };

const SORTS: Readonly<Record<string, Sort>> = {
  state: (task) => task.status,
  place: (task) => task.queue_position,
  account: (task) => task.account_id,
  target: (task) => task.target_username,
  kind: (task) => task.task_type,
  phone: (task) => task.device_id,
  attempts: (task) => task.attempt,
  created: (task) => time(task.created_at),
  started: (task) => time(task.started_at),
  ended: (task) => time(task.ended_at),
  eta: (task) => time(task.eta),
  list: (task) => task.list_name,
  priority: (task) => ORDER[task.priority] ?? null,
  note: (task) => task.note,
};

/** Shown without being asked for. */
const SHOWN: Readonly<Record<TaskTab, readonly string[]>> = {
  all: ["state", "place", "why", "account", "target", "phone", "created"],
  running: ["state", "account", "target", "does", "steps", "phone", "started", "eta"],
  waiting: ["place", "why", "account", "target", "eta", "created"],
  scheduled: ["why", "account", "target", "does", "eta", "created"],
  failed: ["state", "why", "account", "target", "phone", "attempts", "ended"],
  done: ["target", "account", "why", "phone", "attempts", "ended"],
};

const WIDTHS: Readonly<Record<string, string>> = {
  state: "112px",
  place: "94px",
  why: "minmax(110px, 3fr)",
  account: "minmax(80px, 1.1fr)",
  target: "minmax(80px, 1.1fr)",
  kind: "90px",
  does: "minmax(80px, 1.6fr)",
  steps: "60px",
  phone: "minmax(80px, 1fr)",
  attempts: "74px",
  created: "minmax(94px, 0.6fr)",
  started: "minmax(94px, 0.6fr)",
  ended: "minmax(94px, 0.6fr)",
  eta: "minmax(94px, 0.6fr)",
  list: "minmax(80px, 1.2fr)",
  priority: "70px",
  note: "minmax(80px, 1.4fr)",
};

const ENDS = ["place", "attempts", "steps"];

/** Those of a tab. The engine's order is the newest first; rows are sorted here only when all of them are here. */
export function columnsOf(tab: TaskTab, complete: boolean): readonly TaskColumn[] {
  const shown = SHOWN[tab];
  const rest = Object.keys(WIDTHS).filter((key) => !shown.includes(key));
  return [...shown, ...rest].map((key) => {
    const column: TaskColumn = { key, title: key === "why" ? (t.tasks.whyTab[tab] ?? t.tasks.why) : (TITLES[key] ?? key), width: WIDTHS[key] ?? "1fr" };
    if (ENDS.includes(key)) column.end = true;
    if (!shown.includes(key)) column.extra = true;
    const sort = SORTS[key];
    if (complete && sort !== undefined) column.sort = sort;
    return column;
  });
}

const TITLES: Readonly<Record<string, string>> = {
  state: t.tasks.state,
  place: t.tasks.place,
  why: t.tasks.why,
  account: t.tasks.account,
  target: t.tasks.target,
  kind: t.tasks.kind,
  does: t.tasks.does,
  steps: t.tasks.steps,
  phone: t.tasks.phone,
  attempts: t.tasks.attempts,
  created: t.tasks.created,
  started: t.tasks.started,
  ended: t.tasks.ended,
  eta: t.tasks.eta,
  list: t.tasks.list,
  priority: t.tasks.priority,
  note: t.tasks.note,
};
