/** The charts of the metrics: what each is called, which lines it has, and how a value of it is written. */
import type { Series, SeriesPoint } from "../../lib/api";
import { count } from "../../lib/format";
import { took } from "../../lib/times";
import type { Line } from "../../lib/ui/chart";
import { t } from "../../words";
import { anHour, successRate, writtenRate } from "./series";

export interface ChartOf {
  id: string;
  title: string;
  hint?: string;
  written: (value: number) => string;
  /** The greatest value that is always in sight. */
  least?: number;
  /** Each line with the value of a point. */
  lines: readonly (Omit<Line, "values"> & { of: (point: SeriesPoint) => number | null })[];
}

const whole = (value: number) => count(Math.round(value));
const few = (value: number) => (value >= 10 || Number.isInteger(value) ? whole(value) : value.toFixed(1));

/** A chart with one of the six numbers. */
const numbered = (id: string, title: string, tone: Line["tone"], field: keyof SeriesPoint["metrics"], hint?: string): ChartOf => ({
  id,
  title,
  ...(hint === undefined ? {} : { hint }),
  written: whole,
  lines: [{ title, tone, of: (point) => point.metrics[field] }],
});

export function charts(series: Series): readonly ChartOf[] {
  const words = t.metrics;
  return [
    {
      id: "throughput",
      title: words.throughput,
      hint: words.throughputHint,
      written: few,
      lines: [
        { title: words.completed, tone: "green", of: (point) => anHour(series, point, point.tasks_completed) },
        { title: words.failed, tone: "red", dashed: true, of: (point) => anHour(series, point, point.tasks_failed) },
      ],
    },
    {
      id: "success",
      title: words.success,
      hint: words.successHint,
      written: writtenRate,
      least: 100,
      lines: [{ title: words.success, tone: "green", of: (point) => successRate(point.tasks_completed, point.tasks_failed) }],
    },
    {
      id: "latency",
      title: words.latency,
      hint: words.latencyHint,
      written: took,
      lines: [
        { title: "p50", tone: "ink", of: (point) => point.latency?.p50_ms ?? null },
        { title: "p95", tone: "ink", dashed: true, of: (point) => point.latency?.p95_ms ?? null },
      ],
    },
    numbered("running", words.running, "blue", "accounts_running"),
    numbered("waiting", words.waiting, "amber", "accounts_waiting"),
    numbered("cooldown", words.cooldown, "amber", "accounts_cooldown"),
    numbered("queued", words.queued, "amber", "total_tasks_queued_waiting"),
    numbered("blocks", words.blocks, "ink", "total_concurrency_blocks", words.blocksHint),
    numbered("tracked", words.tracked, "ink", "total_accounts_tracked"),
  ];
}
