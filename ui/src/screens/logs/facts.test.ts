import { expect, test } from "vitest";
import { changeOf, factsOf } from "./facts";

test.each([
  [null, "nothing"],
  [{}, "nothing"],
  [{ paused: false }, "paused: false"],
  [{ text: "", limits: { likes: 3 } }, 'text: —, limits: {"likes":3}'],
  [["a"], '["a"]'],
  ["<b>", "<b>"],
])("facts as text: %o", (facts, expected) => {
  expect(factsOf(facts)).toBe(expected);
});

test.each([
  [{ paused: true, stopped: false }, { paused: false, stopped: false }, "paused: true → false"],
  [{ a: 1 }, { b: [2] }, "a: 1 → —, b: — → [2]"],
  [null, { tasks: 2 }, "nothing → tasks: 2"],
  [{ tasks: 2 }, null, "tasks: 2 → nothing"],
])("what an order changed: %o", (before, after, expected) => {
  expect(changeOf(before, after)).toBe(expected);
});
