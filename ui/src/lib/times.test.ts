import { describe, expect, test } from "vitest";
import { beginOf, dayOf, endOf, moment, took, when } from "./times";

const at = new Date(2026, 10, 23, 14, 2, 9);

describe("times", () => {
  test("say the day only where it is another one", () => {
    const tomorrow = new Date(2026, 10, 24, 0, 0, 1).valueOf();
    expect(moment(at, at.valueOf())).toBe("14:02:09");
    expect(moment(at, tomorrow)).toBe("23 Nov 14:02:09");
    expect(when(at, tomorrow)).toBe("23 Nov 14:02");
  });

  test("a day is where this computer is, from its first to its last millisecond", () => {
    expect(dayOf(at)).toBe("2026-11-23");
    expect(Date.parse(beginOf("2026-11-23"))).toBe(new Date(2026, 10, 23).valueOf());
    expect(Date.parse(endOf("2026-11-23"))).toBe(new Date(2026, 10, 24).valueOf() - 1);
    expect(beginOf("")).toBe("");
    expect(endOf("2026-13-40")).toBe("");
  });

  test.each([
    [0, "0 ms"],
    [80.4, "80 ms"],
    [1_400, "1.4 s"],
    [9_949, "9.9 s"],
    [9_950, "10 s"],
    [59_400, "59 s"],
    [59_600, "1:00 min"],
    [125_000, "2:05 min"],
  ])("%d ms took %s", (milliseconds, expected) => {
    expect(took(milliseconds)).toBe(expected);
  });
});
