/** Numbers, durations and names, as the window writes them. */

const counts = new Intl.NumberFormat("en");

/** `1234` → `1,234`. */
export function count(value: number): string {
  return counts.format(value);
}

/** `2, "task"` → `2 tasks`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Time that is left, as a clock shows it: `0:32`, `45:00`, `1:02:09`; never below zero. */
export function countdown(milliseconds: number): string {
  // Rounded up, so that 0:00 is shown only once the time is really over.
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const s = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

/** How old something is, in whole units: `0 s`, `12 s`, `3 min`, `2 h`. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

/** The share of `part` in `whole` as a whole per cent; 100 only when nothing is left. */
export function percent(part: number, whole: number): number {
  if (whole <= 0) return 0;
  return Math.min(100, Math.floor((100 * part) / whole));
}

/** The last characters of a long identifier, by which people tell phones and tasks apart. */
export function tail(id: string, length = 6): string {
  return id.length <= length ? id : `…${id.slice(-length)}`;
}

/**
 * How fresh what is shown is. Data is heard of at least once a second, so below two seconds it says
 * the same all the time: a figure that changes there would repaint an idle window for nothing.
 */
export function freshness(milliseconds: number): string {
  return milliseconds < 2_000 ? "just now" : `${age(milliseconds)} ago`;
}

/**
 * A name from outside in the middle of a sentence: cut where it is long, and kept apart (U+2068, U+2069), so that
 * marks in it do not turn the sentence around it.
 */
export function apart(name: string, length = 60): string {
  const letters = [...name];
  const short = letters.length <= length ? name : `${letters.slice(0, length - 1).join("")}…`;
  return `\u2068${short}\u2069`;
}
