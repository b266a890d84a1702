/** Where a list stands, as a word, an icon and a colour. */
import CircleCheck from "@lucide/svelte/icons/circle-check";
import Eye from "@lucide/svelte/icons/eye";
import Pause from "@lucide/svelte/icons/pause";
import Play from "@lucide/svelte/icons/play";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import type { ListView } from "../../lib/bindings";
import type { StateLook } from "../../lib/states";
import { t } from "../../words";

export function lookOfList(list: Pick<ListView, "counts" | "paused" | "rehearsal">): StateLook {
  const { open, failed, interrupted } = list.counts;
  if (open > 0 && list.paused) return { word: t.tasks.paused, tone: "grey", icon: Pause };
  if (list.rehearsal) return { word: t.tasks.rehearsal, tone: open > 0 ? "blue" : "green", icon: Eye };
  if (open > 0) return { word: t.tasks.listOpen, tone: "blue", icon: Play };
  if (failed + interrupted > 0) return { word: t.tasks.statuses.failed ?? "", tone: "red", icon: TriangleAlert };
  return { word: t.tasks.listDone, tone: "green", icon: CircleCheck };
}
