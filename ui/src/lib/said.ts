/** Sentences and times of the engine, as people here read them: local time, and tasks by the end of their id. */
import { tail } from "./format";

const TIME = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });
const YEAR = new Intl.DateTimeFormat("en", { year: "numeric", month: "short", day: "numeric" });
const WHOLE = new Intl.DateTimeFormat("en", {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** A moment as short as it is clear: `14:32` of today, `Nov 28, 14:32`, `Nov 28, 2025`. */
export function moment(iso: string, now = Date.now()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const today = new Date(now);
  if (at.toDateString() === today.toDateString()) return TIME.format(at);
  if (at.getFullYear() !== today.getFullYear()) return YEAR.format(at);
  return `${DAY.format(at)}, ${TIME.format(at)}`;
}

/** A moment to the second, with its day: for titles and timelines. */
export function wholeMoment(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : WHOLE.format(at);
}

const SECOND = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

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

/** How long something took: `240 ms`, `3.2 s`, `1:20`. */
export function took(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  const rest = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}
