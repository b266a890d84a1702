/** The facts of an order, before or after it, as text. */
import { t } from "../../words";

/** `state: paused, limits: {"likes": 3}`; "nothing" where there was nothing. */
export function factsOf(facts: unknown): string {
  if (facts === null || facts === undefined) return t.logs.audit.nothing;
  if (typeof facts !== "object" || Array.isArray(facts)) return valueOf(facts);
  const told = Object.entries(facts).map(([name, value]) => `${name}: ${valueOf(value)}`);
  return told.length === 0 ? t.logs.audit.nothing : told.join(", ");
}

function valueOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What an order changed, without what stayed as it was: `paused: true → false`. */
export function changeOf(before: unknown, after: unknown): string {
  if (!isObject(before) || !isObject(after)) return `${factsOf(before)} → ${factsOf(after)}`;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return changed.map((name) => `${name}: ${valueOf(before[name])} → ${valueOf(after[name])}`).join(", ");
}

function isObject(facts: unknown): facts is Readonly<Record<string, unknown>> {
  return typeof facts === "object" && facts !== null && !Array.isArray(facts);
}
