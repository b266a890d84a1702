import { describe, expect, it } from "vitest";
import { isFirstRun } from "./first-run.svelte";

const nothing = { ready: true, troubled: false, accounts: 0, unfinished: 0, covered: false };

describe("the first steps", () => {
  it("are shown where there is nothing, and never over anything", () => {
    const check = (change: Partial<typeof nothing>, expected: boolean) =>
      expect(isFirstRun({ ...nothing, ...change })).toBe(expected);
    check({}, true);
    check({ ready: false }, false);
    check({ troubled: true }, false);
    check({ accounts: 1 }, false);
    check({ unfinished: 1 }, false);
    check({ covered: true }, false);
  });
});
