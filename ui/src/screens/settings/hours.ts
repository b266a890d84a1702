/** Hours as the pane changes them. */
import type { Day, Window } from "../../lib/api";
import type { HoursOf } from "./drafts";

export const DAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** The days on which a window begins; all where none is named. */
export function daysOf(window: Window): readonly Day[] {
  return window.days ?? DAYS;
}

/** Hours with other windows for a group; a group without one has no hours of its own. */
export function withWindows(hours: HoursOf, group: string, windows: readonly Window[]): HoursOf {
  return windows.length === 0 ? withoutGroup(hours, group) : { ...hours, [group]: windows };
}

export function withoutGroup(hours: HoursOf, group: string): HoursOf {
  return Object.fromEntries(Object.entries(hours).filter(([name]) => name !== group));
}
