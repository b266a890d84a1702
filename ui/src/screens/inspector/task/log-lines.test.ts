import { expect, test } from "vitest";
import { foundBy, isBad, lineOf, pictureOf } from "./log-lines";

const line = (event_type: string, data: unknown) => ({ timestamp: "2026-11-27T05:00:00.000Z", event_type, data });

test("a line of the log says what was done and how it ended", () => {
  const check = (event: string, data: unknown, expected: string) => expect(lineOf(line(event, data))).toBe(expected);
  check("step", { what: "find follow", end: "done", sent: "sent", error: null, took_ms: 240 }, "find follow · 240 ms");
  check("step", { what: "tap follow", end: "not_found", sent: "not_sent", took_ms: 3_000 }, "tap follow · not found · not sent · 3.0 s");
  check("step", { what: "tap send", end: "failed", sent: "unknown", error: "stale" }, "tap send · failed · not known whether it was sent · stale");
  check("dropped", { lines: 2 }, "2 lines missing: more came than could be kept.");
  check("other", { a: 1 }, 'other {"a":1}');
});

test("what went wrong is told from what did not", () => {
  expect(isBad(line("step", { end: "done", sent: "sent" }))).toBe(false);
  expect(isBad(line("step", { end: "not_found" }))).toBe(true);
  expect(isBad(line("step", { end: "done", sent: "unknown" }))).toBe(true);
});

test("a picture is found by its id alone", () => {
  expect(pictureOf(line("screenshot", { screenshot: "019a", bytes: 3 }))).toBe("019a");
  expect(pictureOf(line("screenshot", { screenshot: 3 }))).toBeNull();
  expect(pictureOf(line("step", { screenshot: "019a" }))).toBeNull();
});

test("what was looked for and what was found is shown as it is", () => {
  expect(lineOf(line("step", { what: "tap", sought: "tab.profile", end: "done", sent: "sent" }))).toBe("tap tab.profile");
  expect(foundBy(line("step", { found: "Profile" }))).toBe("Profile");
  expect(foundBy(line("step", { found: null }))).toBe("");
});
