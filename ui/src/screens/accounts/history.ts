/** One entry of an account's history in words. */
import type { AccountEvent } from "../../lib/api";
import type { Tone } from "../../lib/states";
import { t } from "../../words";

export interface Told {
  text: string;
  more: readonly string[];
  tone: Tone;
}

const words = t.accounts;

/** `phone` is what its phone is called, `at` a point in time and `long` a duration in words. */
export function told(
  event: AccountEvent,
  phone: string,
  at: (iso: string) => string,
  long: (milliseconds: number) => string,
): Told {
  switch (event.what) {
    case "task":
      return tried(event, phone, at, long);
    case "cooldown":
      return { text: words.rested(at(event.until ?? event.at), event.in_a_row ?? 1), more: [], tone: "amber" };
    case "cooldown_over":
      return { text: words.restOver, more: [], tone: "green" };
    case "challenge":
      return { text: words.challenged, more: [], tone: "red" };
    default: {
      const fields = event.fields.map((field) => words.fields[field] ?? field).join(", ");
      const named = words.orders[event.order ?? ""] ?? event.order ?? event.what;
      const order = fields === "" ? named : words.changed(fields);
      const who = words.by[event.who ?? ""] ?? event.who ?? "";
      return { text: `${order} ${who}`.trim(), more: event.why === null ? [] : [`“${event.why}”`], tone: "grey" };
    }
  }
}

function tried(
  event: AccountEvent,
  phone: string,
  at: (iso: string) => string,
  long: (milliseconds: number) => string,
): Told {
  const more: string[] = [];
  if (event.sentence !== null) more.push(event.sentence);
  if (event.held_by !== null) {
    const because = words.heldBy[event.held_by] ?? event.held_by;
    more.push(event.quiet_at === null ? words.isHeld(because) : words.wasHeld(because, at(event.quiet_at)));
  }
  if (event.ending === null) return { text: words.runs(phone), more, tone: event.held_by === null ? "blue" : "amber" };
  const ending = words.endings[event.ending] ?? event.ending;
  const took = event.until === null ? "" : `, ${words.took(long(Date.parse(event.until) - Date.parse(event.at)))}`;
  const tone: Tone = event.ending === "completed" || event.ending === "yielded" ? "green" : event.ending === "challenge" ? "red" : "amber";
  return { text: `${words.ran(phone)}: ${ending}${took}`, more, tone };
}
