import { expect, test } from "vitest";
import { overview } from "./overview";

const NOTHING = { completed: 0, failed: 0, acts: 0, limited: 0, unknown: 0, window: 0, others: 0 };

test.each([
  [{}, "nothing ran and nobody ordered anything."],
  [{ completed: 1 }, "1 task completed."],
  [{ completed: 1_200, failed: 3 }, "1,200 tasks completed and 3 failed."],
  [{ failed: 3, limited: 1, others: 2 }, "3 failed, 1 rate limit and 2 orders over HTTP or the command line."],
])("what happened since somebody left is one sentence: %o", (sums, expected) => {
  expect(overview.happened({ ...NOTHING, ...sums })).toBe(expected);
});
