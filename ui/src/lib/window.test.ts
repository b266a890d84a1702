import { describe, expect, it } from "vitest";
import { OVERSCAN_ROWS, rowForKey, rowWindow } from "./ui/window";
import { problemOf, targetOf } from "./backend";
import { addressOf, openedOf, placeOf } from "./route.svelte";
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

describe("placeOf", () => {
  it.each([
    ["", "overview", []],
    ["#/accounts", "accounts", []],
    ["#/no-such-screen?q=1", "overview", [["q", "1"]]],
    ["#/tasks?tab=failed&q=a%26b", "tasks", [["tab", "failed"], ["q", "a&b"]]],
  ] as const)("%s", (hash, screen, params) => {
    const place = placeOf(hash);
    expect([place.screen, [...place.params]]).toEqual([screen, params]);
    expect(placeOf(addressOf(place.screen, place.params))).toEqual(place);
  });
});

describe("openedOf", () => {
  it.each([
    ["task:0190", { kind: "task", id: "0190" }],
    ["account:a:b", { kind: "account", id: "a:b" }],
    ["task:", null],
    ["nothing:1", null],
    [undefined, null],
  ])("%s", (value, expected) => expect(openedOf(value)).toEqual(expected));
});

describe("targetOf", () => {
  it.each([
    ["pause", {}, "/api/system/pause"],
    ["task_status", { id: "a/b" }, "/api/tasks/a%2Fb/status"],
    ["tasks", { query: { status: "failed", q: undefined, skip: 0 } }, "/api/tasks?status=failed&skip=0"],
    ["accounts", { query: { ids: ["a", "b"] } }, "/api/accounts?ids=a&ids=b"],
  ] as const)("%s", (operation, asked, target) => expect(targetOf(operation, asked)).toBe(target));
});

describe("problemOf", () => {
  it("keeps what a command told", () => {
    const told = { code: "bad_list", detail: "2 bad rows.", errors: ["line 3: no such account"] };
    expect(problemOf(told)).toEqual({ ...told, errors: [{ detail: "line 3: no such account" }] });
  });
  it("keeps where in what was sent something is wrong", () => {
    const errors = [{ pointer: "/handle", detail: "It is too long." }];
    expect(problemOf({ code: "bad_fields", detail: "1 field is wrong.", errors, status: 422 }).errors).toEqual(errors);
  });
  it.each([
    [new Error("broken"), "broken"],
    ["overview not allowed. Command not found", "overview not allowed. Command not found"],
    [null, "Something went wrong inside Signalbox. Its log says what."],
  ])("makes a problem of %s", (error, detail) => expect(problemOf(error)).toEqual({ code: "internal", detail, errors: [] }));
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
