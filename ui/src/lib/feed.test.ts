import { describe, expect, it } from "vitest";
import { Feed } from "./feed";
import type { Delta, Message, Metrics, Overview } from "./model";

const metrics: Metrics = {
  total_accounts_tracked: 0,
  accounts_running: 0,
  accounts_waiting: 0,
  accounts_cooldown: 0,
  total_concurrency_blocks: 0,
  total_tasks_queued_waiting: 0,
};
const progress = { total: 0, completed: 0, failed: 0 };
const snapshot = (rev: number): Overview => ({
  rev,
  metrics,
  accounts: [],
  progress,
  started: true,
  simulated: true,
});
const delta = (rev: number): Message => ({
  kind: "delta",
  delta: { rev, metrics, upserts: [], removes: [], progress, started: true } satisfies Delta,
});
const alive = (rev: number): Message => ({ kind: "alive", rev });

/** Feeds the steps and answers what the window would do; a number is a snapshot of that revision. */
function check(steps: (number | Message)[], expected: string[]) {
  const did: string[] = [];
  const feed = new Feed({
    replace: (overview) => did.push(`snapshot ${overview.rev}`),
    apply: (change) => did.push(`delta ${change.rev}`),
    resync: () => did.push("resync"),
  });
  for (const step of steps) {
    if (typeof step === "number") feed.snapshot(snapshot(step));
    else feed.message(step);
  }
  expect(did).toEqual(expected);
}

describe("Feed", () => {
  it("applies changes in order", () => check([5, delta(6), delta(7)], ["snapshot 5", "delta 6", "delta 7"]));
  it("holds changes that overtake the snapshot", () =>
    check([delta(5), delta(6), delta(7), 5], ["snapshot 5", "delta 6", "delta 7"]));
  it("drops what the snapshot already has", () => check([8, delta(7), delta(8)], ["snapshot 8"]));
  it("asks for a snapshot after a gap, and goes on from it", () =>
    check([5, delta(7), delta(8), 7, delta(9)], ["snapshot 5", "resync", "snapshot 7", "delta 8", "delta 9"]));
  it("asks once per gap", () => check([5, delta(7), delta(9), delta(11)], ["snapshot 5", "resync"]));
  it("sees a gap at the end from a heartbeat", () => check([5, alive(5), alive(6)], ["snapshot 5", "resync"]));
  it("ignores heartbeats before the snapshot", () => check([alive(9), 5], ["snapshot 5"]));
  it("does not go back to an older snapshot", () => check([5, delta(6), 5, delta(7)], ["snapshot 5", "delta 6", "delta 7"]));
});
