/** How the state of a task, and what came of a step, are shown: a word, an icon and a colour together. */
import Ban from "@lucide/svelte/icons/ban";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import CircleHelp from "@lucide/svelte/icons/circle-question-mark";
import CircleSlash from "@lucide/svelte/icons/circle-slash";
import CircleX from "@lucide/svelte/icons/circle-x";
import Clock from "@lucide/svelte/icons/clock";
import Copy from "@lucide/svelte/icons/copy-check";
import Eye from "@lucide/svelte/icons/eye";
import Hourglass from "@lucide/svelte/icons/hourglass";
import Play from "@lucide/svelte/icons/play";
import type { TaskStatus } from "./api";
import type { StateLook } from "./states";

const LOOKS = {
  waiting: { word: "Waiting", tone: "amber", icon: Clock },
  scheduled: { word: "Scheduled", tone: "amber", icon: CalendarClock },
  running: { word: "Running", tone: "blue", icon: Play },
  ending: { word: "Ending", tone: "blue", icon: Hourglass },
  completed: { word: "Completed", tone: "green", icon: CircleCheck },
  failed: { word: "Failed", tone: "red", icon: CircleX },
  cancelled: { word: "Cancelled", tone: "grey", icon: CircleSlash },
  interrupted: { word: "Interrupted", tone: "red", icon: CircleHelp },
} as const satisfies Record<string, StateLook>;

export type Standing = Exclude<keyof typeof LOOKS, "ending">;

/** Where a task stands: what is queued waits in a line, or for its time. */
export function standing(task: Pick<TaskStatus, "status" | "queue_position" | "not_before" | "waiting_on">): Standing {
  if (task.status !== "queued") return task.status as Standing;
  return task.queue_position === null && task.not_before !== null ? "scheduled" : "waiting";
}

export function lookOfTask(
  task: Pick<TaskStatus, "status" | "queue_position" | "not_before" | "waiting_on" | "cancel_asked">,
): StateLook {
  if (task.status === "running" && task.cancel_asked) return LOOKS.ending;
  return LOOKS[standing(task)] ?? { word: task.status, tone: "grey", icon: CircleHelp };
}

const OUTCOMES: Readonly<Record<string, StateLook>> = {
  success: { word: "Done", tone: "green", icon: CircleCheck },
  dedupe_hit: { word: "Done before", tone: "grey", icon: Copy },
  skipped: { word: "Skipped", tone: "grey", icon: CircleSlash },
  would: { word: "Would do", tone: "green", icon: Eye },
  failed: { word: "Failed", tone: "red", icon: CircleX },
  retry: { word: "Tried again", tone: "amber", icon: Hourglass },
  rate_limited: { word: "Rate limited", tone: "amber", icon: Hourglass },
  private_account: { word: "Private", tone: "grey", icon: Ban },
  target_unavailable: { word: "Not available", tone: "grey", icon: Ban },
  unknown: { word: "Not known", tone: "red", icon: CircleHelp },
};

/** What came of a step; null: nothing as yet, `done`: it is passed and left no outcome. */
export function lookOfOutcome(status: string | null): StateLook {
  if (status === null) return { word: "To do", tone: "grey", icon: CircleDashed };
  return OUTCOMES[status] ?? { word: status, tone: "grey", icon: CircleHelp };
}
