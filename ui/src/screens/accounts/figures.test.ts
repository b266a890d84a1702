import { expect, test } from "vitest";
import type { AccountView } from "../../lib/bindings";
import { wordsOf } from "../../lib/filter.svelte";
import { compact, full, matching, nextAct } from "./figures";

const use = (used: number, ceiling: number | null) => ({ used, ceiling, room_at: null });

test("what was done today stands beside what may be, and nothing where nothing was", () => {
  const check = (follows: [number, number | null], likes: [number, number | null], text: string, isFull: boolean) => {
    const today = { follows: use(...follows), likes: use(...likes), comments: use(0, 20) };
    expect(compact(today)).toBe(text);
    expect(full(today)).toBe(isFull);
  };
  check([0, 50], [0, 100], "", false);
  check([12, 50], [3, 100], "12/50 follows · 3/100 likes", false);
  check([12, null], [0, null], "12 follows", false);
  check([1, null], [1, 100], "1 follow · 1/100 likes", false);
  check([1, 50], [1200, 1200], "1/50 follows · 1,200/1,200 likes", true);
  check([0, 0], [0, 0], "", false);
});

test("the next act is allowed when gap and rest are over", () => {
  expect(nextAct(null, null)).toBeNull();
  expect(nextAct("2026-11-27T10:00:00Z", null)).toBe("2026-11-27T10:00:00Z");
  expect(nextAct("2026-11-27T10:00:00Z", "2026-11-27T11:00:00.5Z")).toBe("2026-11-27T11:00:00.5Z");
});

test("accounts are found by what is typed", () => {
  const account = (id: string, more: Partial<AccountView>): AccountView => ({
    account_id: id,
    handle: `${id}.name`,
    label: null,
    group: null,
    device_udid: null,
    signed_in_on: [],
    paused: false,
    state: "available",
    state_reason: null,
    consecutive_errors: 0,
    waiting_tasks_count: 0,
    current_device: null,
    current_task_id: null,
    cooldown_until: null,
    total_tasks_completed: 0,
    ...more,
  });
  const all = [
    account("anna", { label: "Anna & Co", group: "North wing", signed_in_on: ["u1"] }),
    account("ben", { state: "running", state_reason: "in_doubt", current_device: "Desk 2" }),
    account("cleo", { state: "suspended", state_reason: "challenge", device_udid: "u2", paused: true }),
  ];
  const phones = new Map([["u1", "Desk 1"]]);
  const check = (text: string, ...found: string[]) =>
    expect(matching(all, wordsOf(text), phones).map((it) => it.account_id)).toEqual(found);
  check("", "anna", "ben", "cleo");
  check("state:held", "ben");
  check("state:paused", "cleo");
  check("state:challenge", "cleo");
  check("device:desk", "anna", "ben");
  check("device:u2", "cleo");
  check('group:"north wing"', "anna");
  check("anna state:available", "anna");
  check("name", "anna", "ben", "cleo");
  check("colour:red");
});
