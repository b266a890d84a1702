import { expect, test } from "vitest";
import type { AccountEvent } from "../../lib/api";
import { told } from "./history";

const NOTHING: AccountEvent = {
  at: "2026-11-27T10:00:00.000Z",
  what: "order",
  task_id: null,
  device_udid: null,
  until: null,
  ending: null,
  held_by: null,
  quiet_at: null,
  in_a_row: null,
  error_code: null,
  sentence: null,
  order: null,
  who: null,
  why: null,
  fields: [],
};

test("what happened to an account is told in words, with why", () => {
  const check = (event: Partial<AccountEvent>, text: string, more: string[], tone: string) =>
    expect(told({ ...NOTHING, ...event }, "Desk 1", (iso) => iso.slice(11, 16), (ms) => `${ms / 1000} s`)).toEqual({
      text,
      more,
      tone,
    });
  check({ what: "task" }, "Runs a task on Desk 1", [], "blue");
  check(
    { what: "task", until: "2026-11-27T10:00:42.000Z", ending: "completed" },
    "Ran a task on Desk 1: completed, took 42 s",
    [],
    "green",
  );
  check(
    { what: "task", until: "2026-11-27T10:00:07.000Z", ending: "rate_limited", sentence: "Try again later." },
    "Ran a task on Desk 1: rate limited, took 7 s",
    ["Try again later."],
    "amber",
  );
  const held = { what: "task", until: "2026-11-27T10:00:01.000Z", ending: "interrupted", held_by: "unplugged" };
  check(held, "Ran a task on Desk 1: interrupted, took 1 s", ["Held because the phone was unplugged; the phone has not proven quiet"], "amber");
  check(
    { ...held, quiet_at: "2026-11-27T10:05:00.000Z" },
    "Ran a task on Desk 1: interrupted, took 1 s",
    ["Held because the phone was unplugged, until the phone had proven quiet at 10:05"],
    "amber",
  );
  check({ what: "cooldown", until: "2026-11-27T10:45:00.000Z", in_a_row: 3 }, "Cooldown until 10:45, rate limit 3 in a row", [], "amber");
  check({ what: "challenge" }, "Suspended: the platform asked for its owner", [], "red");
  check({ order: "account.suspend", who: "window", why: "odd posts" }, "Suspended in the window", ["“odd posts”"], "grey");
  check({ order: "account.change", who: "cli", fields: ["limits", "hours"] }, "Changed: limits, hours on the command line", [], "grey");
  check({ order: "account.of_later", who: "http" }, "account.of_later in a browser or over the API", [], "grey");
});
