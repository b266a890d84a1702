/** How a level of the log is shown: a word, an icon and a colour together. */
import Bug from "@lucide/svelte/icons/bug";
import CircleX from "@lucide/svelte/icons/circle-x";
import Info from "@lucide/svelte/icons/info";
import ScanLine from "@lucide/svelte/icons/scan-line";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import Unplug from "@lucide/svelte/icons/unplug";
import type { LogEntry } from "../../lib/api";
import type { StateLook } from "../../lib/states";
import { t } from "../../words";

export const LEVELS = ["error", "warn", "info", "debug", "trace"] as const;

const LOOKS: Readonly<Record<string, Pick<StateLook, "tone" | "icon">>> = {
  error: { tone: "red", icon: CircleX },
  warn: { tone: "amber", icon: TriangleAlert },
  info: { tone: "grey", icon: Info },
  debug: { tone: "grey", icon: Bug },
  trace: { tone: "grey", icon: ScanLine },
};

export function levelLook({ level, damaged }: LogEntry): StateLook {
  if (damaged || level === null) return { word: t.logs.damagedWord, tone: "amber", icon: Unplug };
  const look = LOOKS[level] ?? { tone: "grey", icon: Info };
  return { ...look, word: t.logs.levelWords[level] ?? level };
}
