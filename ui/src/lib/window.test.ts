import { describe, expect, it } from "vitest";
import { OVERSCAN_ROWS, rowForKey, rowWindow } from "./ui/window";
import { screenOf } from "./route.svelte";
import { errorOf } from "./backend";
import { lookOf } from "./states";

describe("rowWindow", () => {
  it.each([
    ["top", 0, 280, 10_000, 0, 11 + OVERSCAN_ROWS],
    ["middle", 2800, 280, 10_000, 100 - OVERSCAN_ROWS, 111 + OVERSCAN_ROWS],
    ["end", 279_720, 280, 10_000, 9989 - OVERSCAN_ROWS, 10_000],
    ["short list", 0, 280, 3, 0, 3],
    ["list got shorter than the scroll", 28_000, 280, 3, 0, 3],
    ["nothing", 0, 280, 0, 0, 0],
  ])("%s", (_name, scrollTop, height, rows, start, end) => {
    const drawn = rowWindow(scrollTop, height, 28, rows);
    expect(drawn).toEqual({ start, end });
  });
});

describe("rowForKey", () => {
  it.each([
    ["ArrowDown", -1, 0],
    ["j", 4, 5],
    ["ArrowDown", 9, 9],
    ["k", 0, 0],
    ["ArrowUp", 5, 4],
    ["PageDown", 3, 8],
    ["PageUp", 3, 0],
    ["Home", 7, 0],
    ["End", 2, 9],
    ["a", 2, null],
  ])("%s from %d", (key, active, expected) => expect(rowForKey(key, active, 10, 5)).toBe(expected));
  it("has nowhere to go in an empty table", () => expect(rowForKey("End", -1, 0, 5)).toBeNull());
});

describe("screenOf", () => {
  it.each([
    ["", "overview"],
    ["#/accounts", "accounts"],
    ["#/no-such-screen", "overview"],
  ])("%s", (hash, expected) => expect(screenOf(hash)).toBe(expected));
});

describe("errorOf", () => {
  it("keeps what a command told", () => {
    const told = { code: "bad_list", detail: "2 bad rows.", errors: ["line 3: no such account"] };
    expect(errorOf(told)).toEqual(told);
  });
  it.each([
    [new Error("broken"), "broken"],
    ["overview not allowed. Command not found", "overview not allowed. Command not found"],
  ])("makes an error of %s", (error, detail) => expect(errorOf(error)).toEqual({ code: "internal", detail, errors: [] }));
});

describe("lookOf", () => {
  it.each([
    ["running", null, "Running", "blue"],
    ["running", "in_doubt", "Held", "amber"],
    ["available", null, "Available", "green"],
    ["cooldown", "rate_limit", "Cooldown", "amber"],
    ["suspended", "challenge", "Suspended", "red"],
    ["of_a_later_version", null, "of_a_later_version", "grey"],
  ] as const)("%s %s", (state, state_reason, word, tone) =>
    expect(lookOf({ state, state_reason })).toMatchObject({ word, tone }),
  );
});
