/** Points in time as people read them, in local time. */

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

const sameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString();

/** `14:32` on the day that `now` is on, `26 Nov 14:32` on another, `26 Nov 2025` in another year. */
export function moment(iso: string, now: number): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const today = new Date(now);
  if (sameDay(at, today)) return time.format(at);
  if (at.getFullYear() !== today.getFullYear()) return `${day.format(at)} ${at.getFullYear()}`;
  return `${day.format(at)} ${time.format(at)}`;
}

const TIME = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-([0-9a-f]{12})\b/g;
/** Characters of a task's id by which people tell it from others. */
const ID_TAIL = 8;

/** A sentence of the engine for people: its times are local, the ids of tasks are short. */
export function readable(sentence: string, now: number): string {
  return sentence.replace(TIME, (iso) => moment(iso, now)).replace(ID, (_, end: string) => `task …${end.slice(-ID_TAIL)}`);
}

/** With year and seconds, for a hint. */
export function wholeMoment(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : whole.format(at);
}
