import { describe, expect, it } from "vitest";
import { age, apart, count, countdown, freshness, percent, plural, tail } from "./format";

describe("count and plural", () => {
  it.each([
    [0, "0 tasks"],
    [1, "1 task"],
    [2, "2 tasks"],
    [1204, "1,204 tasks"],
  ])("%d", (value, expected) => expect(plural(value, "task")).toBe(expected));
  it("groups thousands", () => expect(count(1234567)).toBe("1,234,567"));
});

describe("countdown", () => {
  it.each([
    [-5, "0:00"],
    [0, "0:00"],
    [1, "0:01"],
    [32_000, "0:32"],
    [59_001, "1:00"],
    [45 * 60_000, "45:00"],
    [3_729_000, "1:02:09"],
  ])("%d ms", (ms, expected) => expect(countdown(ms)).toBe(expected));
});

describe("age", () => {
  it.each([
    [-20, "0 s"],
    [9_940, "9 s"],
    [12_700, "12 s"],
    [119_999, "119 s"],
    [180_000, "3 min"],
    [7_200_000, "2 h"],
  ])("%d ms", (ms, expected) => expect(age(ms)).toBe(expected));
});

describe("freshness", () => {
  it.each([
    [0, "just now"],
    [1_999, "just now"],
    [2_000, "2 s ago"],
    [75_000, "75 s ago"],
  ])("%d ms", (ms, expected) => expect(freshness(ms)).toBe(expected));
});

describe("percent", () => {
  it.each([
    [0, 0, 0],
    [1, 3, 33],
    [999, 1000, 99],
    [1000, 1000, 100],
  ])("%d of %d", (part, whole, expected) => expect(percent(part, whole)).toBe(expected));
});

describe("tail", () => {
  it.each([
    ["short", "short"],
    ["00008030-5100000000000001", "…000001"],
  ])("%s", (id, expected) => expect(tail(id)).toBe(expected));
});

describe("apart", () => {
  it.each([
    ["Desk", "\u2068Desk\u2069"],
    ["\u202eksed", "\u2068\u202eksed\u2069"],
    ["😀".repeat(70), `\u2068${"😀".repeat(59)}…\u2069`],
  ])("%s", (name, expected) => expect(apart(name)).toBe(expected));
});
