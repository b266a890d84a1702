/** Sentences and times of the engine, as people here read them: local time, and tasks by the end of their id. */
import { tail } from "./format";
import { dayOf, when } from "./times";

const YEAR = new Intl.DateTimeFormat("en-GB", { year: "numeric", month: "short", day: "numeric" });
const WHOLE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const SECOND = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A moment as short as it is clear: `14:32` of today, `28 Nov 14:32`, `28 Nov 2025`. */
export function moment(iso: string, now = Date.now()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const today = new Date(now);
  const near = dayOf(at) === dayOf(today) || at.getFullYear() === today.getFullYear();
  return near ? when(at, now) : YEAR.format(at);
}

/** A moment to the second, with its day: for titles and timelines. */
export function wholeMoment(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : WHOLE.format(at);
}

/** The time of day to the second: `14:32:05`. */
export function second(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : SECOND.format(at);
}

const ISO = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A sentence of the engine with its times local and its ids short. */
export function said(sentence: string, now = Date.now()): string {
  return sentence.replace(ISO, (iso) => moment(iso, now)).replace(UUID, (id) => `task ${tail(id)}`);
}
