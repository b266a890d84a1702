import Ban from "@lucide/svelte/icons/ban";
import CircleHelp from "@lucide/svelte/icons/circle-question-mark";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import Hand from "@lucide/svelte/icons/hand";
import Hourglass from "@lucide/svelte/icons/hourglass";
import Play from "@lucide/svelte/icons/play";
import type { AccountView } from "./bindings";

export type Tone = "blue" | "amber" | "green" | "red" | "grey";

export interface StateLook {
  word: string;
  tone: Tone;
  icon: typeof Play;
}

const LOOKS = {
  available: { word: "Available", tone: "green", icon: CircleCheck },
  running: { word: "Running", tone: "blue", icon: Play },
  cooldown: { word: "Cooldown", tone: "amber", icon: Hourglass },
  suspended: { word: "Suspended", tone: "red", icon: Ban },
  // In doubt: it counts as running until its phone has proven quiet, but it is not at work.
  held: { word: "Held", tone: "amber", icon: Hand },
} as const satisfies Record<string, StateLook>;

/** How an account's state is shown: always a word, an icon and a colour together. */
export function lookOf(account: Pick<AccountView, "state" | "state_reason">): StateLook {
  if (account.state === "running" && account.state_reason === "in_doubt") return LOOKS.held;
  return LOOKS[account.state as keyof typeof LOOKS] ?? { word: account.state, tone: "grey", icon: CircleHelp };
}
