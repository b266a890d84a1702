import { count, plural } from "../lib/format";

/** `a, b and c`. */
function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

export const overview = {
  title: "Overview",

  hour: "Last hour",
  throughput: "Throughput (1 h)",
  throughputHint: "Tasks completed in the last hour",
  perHour: (tasks: number) => `${count(tasks)}/h`,
  success: "Success rate (1 h)",
  successHint: "Of the tasks that ended in the last hour, how many were completed",
  p50: "Latency p50 (1 h)",
  p50Hint: "Half of the acts done in the last hour took no longer",
  p95: "Latency p95 (1 h)",
  p95Hint: "95 of 100 acts done in the last hour took no longer",

  running: "Running now",
  nothing: "Nothing is running.",
  nothingPaused: "It is paused: no new task starts.",
  nothingStopped: "Everything is stopped until you resume.",
  nothingWaits: "Nothing waits in line either.",
  waiting: (tasks: number) => `${plural(tasks, "task")} ${tasks === 1 ? "waits" : "wait"} in line.`,
  simulate: "Try simulation",
  simulateHint: "Imports a small list for made-up people and runs it on the simulated iPhones.",
  columns: {
    device: "Device",
    account: "Account",
    task: "Task",
    step: "Step",
    elapsed: "Elapsed",
    state: "State",
  },
  stepOf: (done: number, total: number) => `${count(Math.min(done + 1, total))} of ${count(total)}`,
  runs: "Running",
  held: "Held",
  ending: "Ending",
  endingHint: "It ends at its next safe point.",


  lists: "Lists",
  listsNone: "No list has tasks that wait or run.",
  rehearsal: "rehearsal",
  ended: (ended: number, total: number) => `${count(ended)} of ${count(total)}`,
  failed: (tasks: number) => `${count(tasks)} failed`,
  more: (lists: number) => `${plural(lists, "more list", "more lists")}`,

  note: "Shift note",
  noteHint: "For whoever comes next. At most 2,000 characters; each change stands in the audit.",
  noteEmpty: "Nothing is noted.",
  noteEdit: "Edit",
  noteWrite: "Write a note",
  noteSave: "Save",
  noteSaved: "The shift note was saved.",
  noteBy: (who: string, at: string) =>
    `${at}, ${who === "window" ? "in the window" : who === "cli" ? "by the command line" : "over HTTP"}`,
  noteLeft: (characters: number) => `${count(characters)} left`,

  since: (at: string, ago: string) => `Since you left at ${at} (${ago} ago)`,
  /** One sentence with numbers, of what there is any of. */
  happened: (sums: {
    completed: number;
    failed: number;
    acts: number;
    limited: number;
    unknown: number;
    window: number;
    others: number;
  }) => {
    const parts = [
      sums.completed > 0 ? `${plural(sums.completed, "task")} completed` : "",
      sums.failed > 0 ? `${count(sums.failed)} failed` : "",
      sums.acts > 0 ? `${plural(sums.acts, "act")} done` : "",
      sums.limited > 0 ? `${plural(sums.limited, "rate limit")}` : "",
      sums.unknown > 0 ? `${plural(sums.unknown, "act")} of unknown outcome` : "",
      sums.window > 0 ? `${plural(sums.window, "order")} in a window` : "",
      sums.others > 0 ? `${plural(sums.others, "order")} over HTTP or the command line` : "",
    ].filter((part) => part !== "");
    return parts.length === 0 ? "nothing ran and nobody ordered anything." : `${listed(parts)}.`;
  },
  showAudit: "Show the audit",
  dismiss: "Dismiss",
} as const;
