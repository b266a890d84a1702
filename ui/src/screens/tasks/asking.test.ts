import { expect, test } from "vitest";
import { bodyOf, type Filters, isFiltered, type Meant, meantBy, placeOf, resultOf, type TaskTab, typedFor, wordsFor } from "./asking";

const NONE: Filters = { text: "", state: "", account: "", kind: "", list: "", from: "", to: "" };

test("a tab and its filters say which tasks are asked for", () => {
  const check = (tab: TaskTab, filters: Partial<Filters>, expected: Meant) =>
    expect(meantBy(tab, { ...NONE, ...filters })).toEqual(expected);
  check("all", {}, {});
  check("failed", {}, { status: "unsuccessful" });
  check("waiting", { state: "completed" }, { status: "waiting" });
  check("all", { state: "cancelled", kind: "flow" }, { status: "cancelled", task_type: "flow" });
  check("all", { state: "nonsense", kind: "x" }, {});
  check("done", { text: "garden account:Anna type:flow" }, { status: "completed", q: "garden", account_id: "anna", task_type: "flow" });
  check("all", { text: "note:urgent" }, { q: "note:urgent" });
  check("all", { list: "l1", account: "b" }, { list_id: "l1", account_id: "b" });
});

test("days are whole local days", () => {
  const { from_date: from, to_date: to } = meantBy("all", { ...NONE, from: "2026-11-27", to: "2026-11-27" });
  expect(from).toBe(new Date(2026, 10, 27).toISOString());
  expect(to).toBe(new Date(new Date(2026, 10, 28).getTime() - 1).toISOString());
});

test("whether anything is filtered", () => {
  expect(isFiltered(NONE)).toBe(false);
  expect(isFiltered({ ...NONE, account: "a" })).toBe(true);
});

test("places count from one, and results name what came of them", () => {
  expect(placeOf({ queue_position: 2, line_length: 7 })).toBe("#3 of 7");
  expect(placeOf({ queue_position: null, line_length: null })).toBeNull();
  expect(resultOf({ result: { view: { success: 1 }, like: { success: 2, dedupe_hit: 1 } } })).toBe(
    "2 × like, 1 × like dedupe hit",
  );
  expect(resultOf({ result: null })).toBe("");
});

test("what many tasks are meant, and when their number has to be typed", () => {
  expect(bodyOf({ kind: "ids", ids: ["a"] })).toEqual({ ids: ["a"] });
  expect(bodyOf({ kind: "filter", meant: { status: "waiting" }, total: 9 })).toEqual({ filter: { status: "waiting" } });
  expect(typedFor(100)).toEqual({});
  expect(typedFor(101)).toEqual({ typed: "101" });
});

test("a filter is told in words", () => {
  const name = () => "monday";
  expect(wordsFor({}, name)).toBe("every task");
  expect(wordsFor({ status: "unsuccessful" }, name)).toBe("state failed or interrupted");
  expect(wordsFor({ status: "waiting", list_id: "l" }, name)).toBe("state waiting, list “monday”");
});
