/** The numbers over time as charts draw them: one value to each step, null where there was no engine. */
import type { Series, SeriesPoint } from "../../lib/api";
import type { Mark } from "../../lib/ui/chart";

export interface Drawn {
  /** Seconds since 1970 where each step begins. */
  times: readonly number[];
  /** A value of each step; null where there is none. */
  of: (value: (point: SeriesPoint) => number | null) => readonly (number | null)[];
  marks: readonly Mark[];
}

const seconds = (at: string) => Date.parse(at) / 1_000;

/** All steps of a series, those without a point among them. */
export function drawn(series: Series): Drawn {
  const step = series.step_seconds;
  const from = seconds(series.from);
  const steps = Math.max(0, Math.ceil((seconds(series.to) - from) / step));
  const points = new Map(series.points.map((point) => [seconds(point.ts), point]));
  const times = Array.from({ length: steps }, (_, at) => from + at * step);
  return {
    times,
    of: (value) =>
      times.map((at) => {
        const point = points.get(at);
        return point === undefined ? null : value(point);
      }),
    marks: marksOf(series),
  };
}

/** Tasks an hour, of those that ended so in a step; null of the step that is not over yet. */
export function anHour(series: Series, point: SeriesPoint, tasks: number): number | null {
  const step = series.step_seconds;
  return seconds(point.ts) + step > seconds(series.to) ? null : (tasks * 3_600) / step;
}

/** How many of 100 tasks that ended were completed; null where none ended. */
export function successRate(completed: number, failed: number): number | null {
  const ended = completed + failed;
  return ended === 0 ? null : (100 * completed) / ended;
}

/** A rate as it is written: 100 only where nothing failed. */
export function writtenRate(rate: number): string {
  return Number.isInteger(rate) ? `${rate} %` : `${Math.min(99.9, Math.floor(rate * 10) / 10).toFixed(1)} %`;
}

/** Each pause and stop with its end, and each time without an engine. */
export function marksOf(series: Series): Mark[] {
  const end = seconds(series.to);
  const marks: Mark[] = series.gaps.map((gap) => ({
    from: seconds(gap.from),
    to: seconds(gap.to),
    tone: "grey",
    dashed: true,
  }));
  const span = (begin: string, ends: string, tone: Mark["tone"]) => {
    let open: number | null = null;
    for (const { action, ts } of series.annotations) {
      if (action === begin) open ??= seconds(ts);
      else if (action === ends && open !== null) {
        marks.push({ from: open, to: seconds(ts), tone, dashed: tone === "amber" });
        open = null;
      }
    }
    if (open !== null) marks.push({ from: open, to: end, tone, dashed: tone === "amber" });
  };
  span("system.pause", "system.resume", "amber");
  span("system.emergency_stop", "system.emergency_resume", "red");
  return marks;
}
