/** Lines of the log as text, and the place of the next error among them. */
import type { LogEntry } from "../../lib/api";

/** What was said with a line, on one line: `code=E-MUX port=3`. */
export function fieldsOf(entry: LogEntry): string {
  const told = Object.entries(entry.fields).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${name}=${/[\s"]/.test(text) ? JSON.stringify(text) : text}`;
  });
  return told.join(" ");
}

/** A whole line as people paste it into a report. */
export function lineOf(entry: LogEntry): string {
  const parts = [entry.ts, entry.level?.toUpperCase(), entry.target, entry.message, fieldsOf(entry)];
  return parts.filter((part) => part !== undefined && part !== null && part !== "").join(" ");
}

/** Where the next older error is, behind the row that is active; -1 where none is. */
export function nextError(entries: readonly LogEntry[], active: number): number {
  return entries.findIndex((entry, at) => at > active && entry.level === "error");
}

/** The parts of the program that said the lines, and the larger parts that those are of. */
export function sourcesOf(entries: readonly LogEntry[], chosen: string): string[] {
  const sources = new Set<string>(chosen === "" ? [] : [chosen]);
  for (const { target } of entries) {
    if (target === null) continue;
    const parts = target.split("::");
    for (let length = 1; length <= parts.length; length += 1) sources.add(parts.slice(0, length).join("::"));
  }
  return [...sources].sort();
}

/** A part of the program without what is in every name: `engine::upkeep`. */
export function shortSource(target: string): string {
  return target.replace(/^signalbox_/, "");
}
