/** Points in time as the window writes them, where this computer is. */

const clocks = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** `14:02`. */
export function clock(at: string | number | Date): string {
  return clocks.format(new Date(at));
}

/** `14:02:09`, with the day before it unless that is today: `23 Nov 14:02:09`. */
export function moment(at: string | number | Date, now: number = Date.now()): string {
  const date = new Date(at);
  const time = exact.format(date);
  return dayOf(date) === dayOf(new Date(now)) ? time : `${days.format(date)} ${time}`;
}

/** The same without seconds: `14:02`, `23 Nov 14:02`. */
export function when(at: string | number | Date, now: number = Date.now()): string {
  const date = new Date(at);
  return dayOf(date) === dayOf(new Date(now)) ? clock(date) : `${days.format(date)} ${clock(date)}`;
}

/** A local day as a form and the engine write it: `2026-11-23`. */
export function dayOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** `2026-11-23` as people say it: `Monday 23 November 2026`. */
export function longDay(day: string): string {
  return dayAndYear.format(new Date(`${day}T12:00:00`));
}

/** When a local day begins and its last millisecond, in UTC; empty where it is no day. */
export function beginOf(day: string): string {
  const date = new Date(`${day}T00:00:00`);
  return Number.isNaN(date.valueOf()) ? "" : date.toISOString();
}

export function endOf(day: string): string {
  const date = new Date(`${day}T23:59:59.999`);
  return Number.isNaN(date.valueOf()) ? "" : date.toISOString();
}

/** How long something took: `80 ms`, `1.4 s`, `32 s`, `2:05 min`. */
export function took(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 9_950) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}
