import { expect, test } from "vitest";
import { dayBeside, type DayRow, isIdle, told } from "./day";

const NOTHING: DayRow = {
  scope: "account",
  id: "a",
  name: "",
  tasks: { completed: 0, failed: 0, cancelled: 0, interrupted: 0, waiting: 0 },
  acts: {},
  reasons: {},
  unknown: 0,
  dedupe_hits: 0,
  rests: 0,
  challenges: 0,
  suspensions: 0,
  worked_ms: 0,
};

test("a row says what was done, already done, skipped and why, blocked, failed and not started", () => {
  const row: DayRow = {
    ...NOTHING,
    tasks: { completed: 2, failed: 1, cancelled: 0, interrupted: 1, waiting: 4 },
    acts: {
      like: { success: 1, skipped: 5, private_account: 2, rate_limited: 1, dedupe_hit: 3 },
      follow: { success: 2, failed: 1 },
    },
    reasons: { skipped: { already_liked: 2, too_few_posts: 1 }, failed: { no_change: 1 } },
    dedupe_hits: 3,
    unknown: 1,
    rests: 1,
  };
  expect(told(row)).toEqual({
    done: ["2 tasks", "1 like", "2 follows"],
    already: ["3 done before", "2 already liked"],
    skipped: ["2 private", "1 too few posts", "2 skipped"],
    blocked: ["1 rate limit", "1 rest"],
    failed: ["1 task failed", "1 interrupted", "1 act failed", "1 act unknown"],
    notStarted: ["4 tasks"],
  });
  expect(isIdle(row)).toBe(false);
  expect(isIdle(NOTHING)).toBe(true);
  expect(isIdle({ ...NOTHING, suspensions: null })).toBe(true);
});

test("days follow each other over months and years", () => {
  expect(dayBeside("2026-11-30", 1)).toBe("2026-12-01");
  expect(dayBeside("2027-01-01", -1)).toBe("2026-12-31");
  expect(dayBeside("2028-02-28", 1)).toBe("2028-02-29");
});
