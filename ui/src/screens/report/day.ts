/** The report of a day: its rows as the engine tells them, and as people read them. */
import { t } from "../../words";

type Sums = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface DayRow {
  scope: "all" | "account" | "list";
  id: string;
  name: string;
  tasks: { completed: number; failed: number; cancelled: number; interrupted: number; waiting: number };
  /** By action and by what came of it. */
  acts: Sums;
  /** By what came of an act and the reason. */
  reasons: Sums;
  unknown: number;
  dedupe_hits: number;
  rests: number;
  challenges: number;
  suspensions: number | null;
  worked_ms: number;
}

export interface DayReport {
  date: string;
  exported_at: string;
  rows: readonly DayRow[];
}

/** What a row says in each column; a column with nothing to say is empty. */
export interface Told {
  done: readonly string[];
  already: readonly string[];
  skipped: readonly string[];
  blocked: readonly string[];
  failed: readonly string[];
  notStarted: readonly string[];
}

const ALREADY = /^already_/;
const LEFT_OUT = ["private_account", "target_unavailable"];

/** How often this came of acts, whatever the act. */
function sum(acts: Sums, status: string): number {
  return Object.values(acts).reduce((all, statuses) => all + (statuses[status] ?? 0), 0);
}

function parts(...all: readonly [number, (times: number) => string][]): string[] {
  return all.filter(([times]) => times > 0).map(([times, say]) => say(times));
}

const word = (reason: string) => t.report.why[reason] ?? reason.replaceAll("_", " ");

export function told(row: DayRow): Told {
  const { tasks, acts, reasons } = row;
  const why = Object.entries(reasons["skipped"] ?? {});
  const done = Object.entries(acts).map(([action, statuses]): [number, (n: number) => string] => [
    statuses["success"] ?? 0,
    t.report.many[action] ?? ((n) => t.report.times(n, action)),
  ]);
  const already = why.filter(([reason]) => ALREADY.test(reason));
  const other = why.filter(([reason]) => !ALREADY.test(reason));
  // Those without a reason of their own.
  const bare = sum(acts, "skipped") - why.reduce((all, [, times]) => all + times, 0);
  return {
    done: parts([tasks.completed, t.report.tasks], ...done),
    already: parts(
      [row.dedupe_hits, (n) => t.report.times(n, word("dedupe_hit"))],
      ...already.map(([reason, times]): [number, (n: number) => string] => [times, (n) => t.report.times(n, word(reason))]),
    ),
    skipped: parts(
      ...LEFT_OUT.map((status): [number, (n: number) => string] => [
        sum(acts, status),
        (n) => t.report.times(n, word(status)),
      ]),
      ...other.map(([reason, times]): [number, (n: number) => string] => [times, (n) => t.report.times(n, word(reason))]),
      [bare, (n) => t.report.times(n, word("skipped"))],
      [tasks.cancelled, t.report.cancelled],
    ),
    blocked: parts(
      [sum(acts, "rate_limited"), t.report.limited],
      [row.rests, t.report.rests],
      [row.challenges, t.report.challenges],
      [row.suspensions ?? 0, t.report.suspensions],
    ),
    failed: parts(
      [tasks.failed, t.report.failedTasks],
      [tasks.interrupted, t.report.interrupted],
      [sum(acts, "failed"), t.report.failedActs],
      [row.unknown, t.report.unknown],
    ),
    notStarted: parts([tasks.waiting, t.report.tasks]),
  };
}

/** Whether nothing is to be said of a row. */
export function isIdle(row: DayRow): boolean {
  return Object.values(told(row)).every((column: readonly string[]) => column.length === 0);
}

/** The day before or after another one. */
export function dayBeside(day: string, by: 1 | -1): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date.toISOString().slice(0, 10);
}
