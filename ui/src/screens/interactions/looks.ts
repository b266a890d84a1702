/** How an outcome is shown: a word, an icon and a colour together. */
import Ban from "@lucide/svelte/icons/ban";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleHelp from "@lucide/svelte/icons/circle-question-mark";
import CircleX from "@lucide/svelte/icons/circle-x";
import CopyCheck from "@lucide/svelte/icons/copy-check";
import Eye from "@lucide/svelte/icons/eye";
import Hourglass from "@lucide/svelte/icons/hourglass";
import Lock from "@lucide/svelte/icons/lock";
import RotateCw from "@lucide/svelte/icons/rotate-cw";
import SkipForward from "@lucide/svelte/icons/skip-forward";
import type { StateLook } from "../../lib/states";
import { t } from "../../words";

const LOOKS: Readonly<Record<string, Pick<StateLook, "tone" | "icon">>> = {
  success: { tone: "green", icon: CircleCheck },
  failed: { tone: "red", icon: CircleX },
  skipped: { tone: "grey", icon: SkipForward },
  retry: { tone: "blue", icon: RotateCw },
  dedupe_hit: { tone: "grey", icon: CopyCheck },
  rate_limited: { tone: "amber", icon: Hourglass },
  private_account: { tone: "grey", icon: Lock },
  target_unavailable: { tone: "grey", icon: Ban },
  unknown: { tone: "amber", icon: CircleHelp },
  would: { tone: "grey", icon: Eye },
};

export function outcomeLook(status: string): StateLook {
  const look = LOOKS[status] ?? { tone: "grey", icon: CircleHelp };
  return { ...look, word: t.interactions.statuses[status] ?? status };
}
