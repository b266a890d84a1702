import { expect, test } from "vitest";
import type { LogEntry } from "../../lib/api";
import { lineOf, nextError, shortSource, sourcesOf } from "./lines";

function line(level: string | null, message: string, fields: Record<string, unknown> = {}): LogEntry {
  const damaged = level === null;
  return { ts: damaged ? null : "2026-11-23T12:00:00.000Z", level, target: damaged ? null : "signalbox_engine::http", message, fields, damaged };
}

test("a line is one line of text, with what was said with it", () => {
  expect(lineOf(line("warn", "late", { code: "E-MUX", port: 3, why: 'no "answer"' }))).toBe(
    '2026-11-23T12:00:00.000Z WARN signalbox_engine::http late code=E-MUX port=3 why="no \\"answer\\""',
  );
  expect(lineOf(line(null, "half"))).toBe("half");
});

test("the next error is the next older one", () => {
  const entries = [line("error", "a"), line("info", "b"), line("error", "c"), line(null, "d")];
  expect([-1, 0, 1, 2].map((active) => nextError(entries, active))).toEqual([0, 2, 2, -1]);
});

test("sources are parts of the program and what they are parts of", () => {
  expect(sourcesOf([line("info", "a"), line(null, "b")], "")).toEqual(["signalbox_engine", "signalbox_engine::http"]);
  expect(sourcesOf([], "gone")).toEqual(["gone"]);
  expect(["signalbox_engine::http", "signalbox"].map(shortSource)).toEqual(["engine::http", "signalbox"]);
});
