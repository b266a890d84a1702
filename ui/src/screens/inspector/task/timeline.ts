/** The timeline of a task, from what is recorded of it: its acceptance, its waits, its attempts with the steps of each, its end. */
import type { TaskDetails, TaskLogLine, TaskStatus } from "../../../lib/api";
import { took } from "../../../lib/times";
import type { Tone } from "../../../lib/states";
import { lookOfOutcome } from "../../../lib/task-look";
import { t } from "../../../words";
import { phoneName } from "../../tasks/names";
import { isBad, pictureOf, type StepData } from "./log-lines";

export interface Entry {
  key: string;
  kind: "accepted" | "waited" | "began" | "step" | "picture" | "ended" | "waits" | "end";
  at: string | null;
  tone: Tone;
  title: string;
  text: string;
  /** Of a step: the lines of its log. */
  lines?: readonly TaskLogLine[];
  /** The id of the picture that it is. */
  picture?: string;
}

type Known = Pick<TaskDetails, "attempts" | "steps">;

const TONES: Readonly<Record<string, Tone>> = {
  completed: "green",
  failed: "red",
  interrupted: "red",
  cancelled: "grey",
  yielded: "amber",
  rate_limited: "amber",
  not_on_phone: "amber",
};
/** Shorter waits are no news. */
const WAIT_MS = 1_000;

const dataOf = (line: TaskLogLine) => (line.data ?? {}) as StepData;

/** Lines of the log by the attempt they name. */
function byAttempt(lines: readonly TaskLogLine[]): Map<number, TaskLogLine[]> {
  const found = new Map<number, TaskLogLine[]>();
  for (const line of lines) {
    const { attempt } = dataOf(line);
    if (attempt === undefined) continue;
    const own = found.get(attempt);
    if (own === undefined) found.set(attempt, [line]);
    else own.push(line);
  }
  return found;
}

/** What a step is called: the action it is, with whom it is about where a task has several. */
function titleOf(step: number | null, status: TaskStatus, known: Known): string {
  if (step === null) return t.tasks.preparation;
  const found = known.steps.find((it) => it.step === step);
  if (found === undefined) return t.tasks.stepNo(step + 1);
  const name = t.tasks.actionNames[found.action] ?? found.action;
  const about = found.target_username;
  return about === "" || about === status.target_username ? name : `${name} @${about}`;
}

/** The steps of an attempt: lines that follow each other and are of one step, and pictures between them. */
function stepsOf(key: string, lines: readonly TaskLogLine[], status: TaskStatus, known: Known): Entry[] {
  const entries: Entry[] = [];
  let step = null as number | null;
  let open: TaskLogLine[] = [];
  const close = () => {
    const first = open[0];
    if (first === undefined) return;
    const ms = open.reduce((sum, line) => sum + (dataOf(line).took_ms ?? 0), 0);
    const tone: Tone = open.some(isBad) ? "red" : "grey";
    const title = titleOf(step, status, known);
    entries.push({ key: `${key}-${entries.length}`, kind: "step", at: first.timestamp, tone, title, text: took(ms), lines: open });
    open = [];
  };
  for (const line of lines) {
    const picture = pictureOf(line);
    if (picture !== null) {
      close();
      entries.push({ key: `${key}-${entries.length}`, kind: "picture", at: line.timestamp, tone: "red", title: t.tasks.screenOf, text: "", picture });
      continue;
    }
    // A line that is of no step stands with what is under way.
    const own: number | null = line.event_type === "step" ? (dataOf(line).step ?? null) : step;
    if (own !== step) close();
    step = own;
    open.push(line);
  }
  close();
  return entries;
}

/** Says behind the last entry of each step what came of it. */
function tellOutcomes(entries: Entry[], known: Known): void {
  const told = new Set<number>();
  for (const entry of [...entries].reverse()) {
    const first = entry.lines?.find((line) => line.event_type === "step");
    const step = first === undefined ? null : (dataOf(first).step ?? null);
    if (step === null || told.has(step)) continue;
    told.add(step);
    const status = known.steps.find((it) => it.step === step)?.status ?? null;
    if (status === null) continue;
    const look = lookOfOutcome(status);
    if (entry.tone !== "red") entry.tone = look.tone;
    entry.text = `${look.word} · ${entry.text}`;
  }
}

/** The wait before an attempt, where it was one. */
function waitBefore(key: string, from: string, to: string, why: string): Entry[] {
  const ms = Date.parse(to) - Date.parse(from);
  if (!(ms >= WAIT_MS)) return [];
  return [{ key: `${key}-wait`, kind: "waited", at: from, tone: "amber", title: t.tasks.waited(took(ms)), text: why }];
}

/** In order. `unfinished`: there are lines behind those that are given, so what comes after them is left out. */
export function timelineOf(status: TaskStatus, known: Known, lines: readonly TaskLogLine[], unfinished: boolean): Entry[] {
  const entries: Entry[] = [
    { key: "accepted", kind: "accepted", at: status.created_at, tone: "grey", title: t.tasks.accepted, text: status.list_name ?? "" },
  ];
  const told = byAttempt(lines);
  let free = status.created_at;
  let why: string = status.not_before === null ? t.tasks.waitedInLine : t.tasks.waitedForTime;
  for (const [at, attempt] of known.attempts.entries()) {
    const no = at + 1;
    const key = `attempt-${attempt.attempt}`;
    entries.push(...waitBefore(key, free, attempt.started_at, why));
    const title = t.tasks.attemptOn(no, phoneName(attempt.device_id));
    entries.push({ key, kind: "began", at: attempt.started_at, tone: "blue", title, text: "" });
    entries.push(...stepsOf(key, told.get(attempt.attempt) ?? [], status, known));
    if (attempt.ending === null) continue;
    const ended = t.tasks.attemptEnded(no, t.tasks.endings[attempt.ending] ?? attempt.ending);
    const doubt = attempt.doubt === null ? "" : `${t.tasks.inDoubt}: ${t.tasks.doubts[attempt.doubt] ?? attempt.doubt}. `;
    const text = `${doubt}${attempt.error_message ?? ""}`;
    entries.push({ key: `${key}-end`, kind: "ended", at: attempt.ended_at, tone: TONES[attempt.ending] ?? "red", title: ended, text });
    free = attempt.ended_at ?? attempt.started_at;
    why = t.tasks.waitedAgain;
  }
  tellOutcomes(entries, known);
  if (unfinished) return entries;
  if (status.waiting_on !== null) {
    entries.push({ key: "waits", kind: "waits", at: null, tone: "amber", title: t.tasks.waits, text: status.waiting_on.sentence });
  } else if (status.ended_at !== null) {
    const title = t.tasks.statuses[status.status] ?? status.status;
    entries.push({ key: "end", kind: "end", at: status.ended_at, tone: TONES[status.status] ?? "grey", title, text: "" });
  }
  return entries;
}
