/** How phones are shown: their names, their states, their condition. */
import Check from "@lucide/svelte/icons/circle-check";
import Hand from "@lucide/svelte/icons/hand";
import Loader from "@lucide/svelte/icons/loader-circle";
import OctagonX from "@lucide/svelte/icons/octagon-x";
import Pause from "@lucide/svelte/icons/circle-pause";
import Play from "@lucide/svelte/icons/play";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import Unplug from "@lucide/svelte/icons/unplug";
import { t } from "../words";
import type { DeviceView } from "./bindings";
import type { StateLook } from "./states";

type Marked = Pick<DeviceView, "label" | "name" | "udid">;
type Standing = Pick<DeviceView, "status" | "paused" | "stopped" | "in_hand">;

/** What to call a phone: the operator's name for it, its own, or its serial. */
export function titleOf(device: Marked): string {
  return device.label ?? device.name ?? device.udid;
}

/** Its state as one word of a few; what the operator did to it stands before what it does. */
export type DeviceState = "away" | "stopped" | "in-hand" | "busy" | "failing" | "paused" | "ready" | "starting";

export function stateOf(device: Standing): DeviceState {
  if (device.status === "disconnected") return "away";
  if (device.stopped) return "stopped";
  if (device.in_hand) return "in-hand";
  if (device.status === "busy") return "busy";
  if (device.status === "error") return "failing";
  if (device.paused) return "paused";
  return device.status === "ready" ? "ready" : "starting";
}

const words = t.devices.states;
const LOOKS: Readonly<Record<DeviceState, StateLook>> = {
  away: { word: words.away, tone: "grey", icon: Unplug },
  stopped: { word: words.stopped, tone: "red", icon: OctagonX },
  "in-hand": { word: words.inHand, tone: "amber", icon: Hand },
  busy: { word: words.busy, tone: "blue", icon: Play },
  failing: { word: words.failing, tone: "red", icon: TriangleAlert },
  paused: { word: words.paused, tone: "grey", icon: Pause },
  ready: { word: words.ready, tone: "green", icon: Check },
  starting: { word: words.starting, tone: "blue", icon: Loader },
};

export function deviceLook(device: Standing): StateLook {
  return LOOKS[stateOf(device)];
}

const endings: Readonly<Record<string, string>> = t.devices.endings;

/** How a try of a task on it ended, or that it is under way. */
export function endingLook(ending: string): StateLook {
  const word = endings[ending] ?? ending;
  if (ending === "running") return { word, tone: "blue", icon: Play };
  if (ending === "completed") return { word, tone: "green", icon: Check };
  // Nothing failed: it was put back, or what became of it is being found out.
  if (ending === "in_doubt" || ending === "yielded") return { word, tone: "amber", icon: Hand };
  return { word, tone: "red", icon: TriangleAlert };
}

/** How hot it is, in a word; null where it does not tell. */
export function heatOf(thermal: string | null): string | null {
  if (thermal === null) return null;
  const heats: Readonly<Record<string, string>> = t.devices.heats;
  return heats[thermal] ?? thermal;
}

/** Bytes as people count them: `61.2 GB`, `480 MB`. */
export function bytes(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.floor(value / 1e6)} MB`;
}

/** What can be ordered of a phone. */
export type DeviceOrder =
  | "prepare"
  | "restart"
  | "pause"
  | "resume"
  | "stop"
  | "take"
  | "give"
  | "find"
  | "let-go"
  | "forget";

export const DEVICE_ORDERS: readonly DeviceOrder[] = [
  "find",
  "prepare",
  "restart",
  "pause",
  "resume",
  "take",
  "give",
  "stop",
  "let-go",
  "forget",
];

/** Whether an order makes sense for a phone as it stands; the engine has the last word. */
export function mayDo(order: DeviceOrder, device: Standing): boolean {
  const here = device.status !== "disconnected";
  const free = device.status !== "busy" && !device.in_hand;
  switch (order) {
    case "prepare":
      return here && free;
    case "find":
    case "restart":
      return here && free && !device.stopped;
    case "pause":
      return !device.paused && !device.stopped;
    case "resume":
      return device.paused || device.stopped;
    case "stop":
      return !device.stopped;
    case "take":
      return here && !device.in_hand;
    case "give":
      return device.in_hand;
    case "let-go":
      return free && !device.stopped;
    case "forget":
      return !here;
  }
}
