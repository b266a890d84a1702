import { describe, expect, test } from "vitest";
import type { Series, SeriesPoint } from "../../lib/api";
import { anHour, drawn, marksOf, successRate, writtenRate } from "./series";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString();
const second = (minute: number) => Date.parse(at(minute)) / 1_000;

function point(minute: number, completed: number): SeriesPoint {
  return {
    ts: at(minute),
    tasks_completed: completed,
    tasks_failed: 0,
    interactions: {},
    latency: null,
    metrics: {
      total_accounts_tracked: 0,
      accounts_running: 0,
      accounts_waiting: 0,
      accounts_cooldown: 0,
      total_concurrency_blocks: 0,
      total_tasks_queued_waiting: 0,
    },
  };
}

function series(points: SeriesPoint[], annotations: [number, string][] = []): Series {
  return {
    from: at(0),
    to: at(5),
    step_seconds: 60,
    points,
    gaps: [{ from: at(2), to: at(4) }],
    annotations: annotations.map(([minute, action]) => ({ ts: at(minute), action, who: "window", why: null })),
    whole: { tasks_completed: 0, tasks_failed: 0, interactions: {}, latency: null },
  };
}

describe("a series as it is drawn", () => {
  test("has a value for every step, and none where there was no engine", () => {
    const { times, of } = drawn(series([point(0, 3), point(1, 0), point(4, 2)]));
    expect(times).toEqual([0, 1, 2, 3, 4].map(second));
    expect(of((point) => point.tasks_completed)).toEqual([3, 0, null, null, 2]);
  });

  test("marks pauses and stops up to their ends, and what goes on up to now", () => {
    const marks = marksOf(
      series([], [
        [0, "system.pause"],
        [1, "system.pause"],
        [1, "system.emergency_stop"],
        [2, "system.emergency_resume"],
        [3, "system.resume"],
        [4, "system.pause"],
      ]),
    );
    expect(marks.map(({ from, to, tone }) => [from, to, tone])).toEqual([
      [second(2), second(4), "grey"],
      [second(0), second(3), "amber"],
      [second(4), second(5), "amber"],
      [second(1), second(2), "red"],
    ]);
  });

  test("an end without its beginning marks nothing", () => {
    expect(marksOf(series([], [[1, "system.resume"]]))).toHaveLength(1);
  });

  test("rates", () => {
    const five = series([]);
    expect(anHour(five, point(3, 0), 2)).toBe(120);
    expect(anHour({ ...five, step_seconds: 300 }, point(0, 0), 2)).toBe(24);
    expect(anHour(five, point(5, 0), 2), "it is not over").toBeNull();
    expect(successRate(0, 0)).toBeNull();
    expect(successRate(3, 1)).toBe(75);
    expect([100, 99.99, 66.6666, 50, 0].map(writtenRate)).toEqual(["100 %", "99.9 %", "66.6 %", "50 %", "0 %"]);
  });
});
