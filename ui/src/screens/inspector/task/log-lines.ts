/** The log of a task: lines as they are shown, and what of them stands in the timeline. */
import type { TaskLogLine } from "../../../lib/api";
import { took } from "../../../lib/times";
import { t } from "../../../words";

/** What a line of kind `step` says. */
export interface StepData {
  attempt?: number;
  step?: number | null;
  what?: string;
  sought?: unknown;
  found?: unknown;
  end?: string;
  sent?: string;
  error?: unknown;
  took_ms?: number;
}

const text = (value: unknown): string =>
  value === null || value === undefined || value === "" ? "" : typeof value === "string" ? value : JSON.stringify(value);

/** One line for people: what was done, how it ended, whether it was sent, how long it took. */
export function lineOf(line: TaskLogLine): string {
  const data = (line.data ?? {}) as StepData & { lines?: number };
  if (line.event_type === "dropped") return t.tasks.missing(data.lines ?? 0);
  if (line.event_type === "screenshot") return t.tasks.screenOf;
  if (line.event_type !== "step") return `${line.event_type} ${text(line.data)}`.trim();
  const sought = text(data.sought);
  const parts = [sought === "" ? (data.what ?? "") : `${data.what ?? ""} ${sought}`];
  if (data.end !== undefined && data.end !== "done") parts.push(t.tasks.stepEnds[data.end] ?? data.end);
  const sent = t.tasks.sents[data.sent ?? ""] ?? data.sent ?? "";
  if (sent !== "" && data.end !== "skipped") parts.push(sent);
  if (text(data.error) !== "") parts.push(text(data.error));
  if (data.took_ms !== undefined) parts.push(took(data.took_ms));
  return parts.filter((part) => part !== "").join(" · ");
}

/** Whether a line tells that something went wrong. */
export function isBad(line: TaskLogLine): boolean {
  const { end, sent } = (line.data ?? {}) as StepData;
  return line.event_type === "dropped" || end === "failed" || end === "not_found" || end === "ambiguous" || sent === "refused" || sent === "unknown";
}

/** The id of the picture that a line names. */
export function pictureOf(line: TaskLogLine): string | null {
  const { screenshot } = (line.data ?? {}) as { screenshot?: unknown };
  return line.event_type === "screenshot" && typeof screenshot === "string" ? screenshot : null;
}

/** What it found, where it says. */
export function foundBy(line: TaskLogLine): string {
  return text(((line.data ?? {}) as StepData).found);
}
