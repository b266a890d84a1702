import { describe, expect, it } from "vitest";
import { Feed, type Told } from "./feed";
import type { EngineView, Snapshot } from "./bindings";

const engine: EngineView = {
  metrics: {
    total_accounts_tracked: 0,
    accounts_running: 0,
    accounts_waiting: 0,
    accounts_cooldown: 0,
    total_concurrency_blocks: 0,
    total_tasks_queued_waiting: 0,
  },
  progress: { total: 0, completed: 0, failed: 0, cancelled: 0, waiting: 0, scheduled: 0, running: 0 },
  phones_ready: 0,
  phones_attached: 0,
  notices: [],
  started: true,
  paused: false,
  stopped: false,
  disk_full: false,
  damage: null,
  simulated: true,
  interrupted: 0,
};
const snapshot = (rev: number): Snapshot => ({ rev, now: "2026-11-23T12:00:00.000Z", time_scale: 1, engine, accounts: [], devices: [], lists: [], tasks: [] });
const again = (rev: number): Told => ({ kind: "snapshot", snapshot: snapshot(rev) });
const delta = (since: number, rev: number): Told => ({
  kind: "change",
  change: {
    since,
    rev,
    engine,
    upserts: { accounts: [], devices: [], lists: [], tasks: [] },
    removes: { accounts: [], devices: [] },
  },
});
const alive: Told = { kind: "alive" };

/** Feeds the steps and answers what the window would do; a number is a snapshot of that revision. */
function check(steps: (number | Told)[], expected: string[]) {
  const did: string[] = [];
  const feed = new Feed({
    replace: (shown) => did.push(`snapshot ${shown.rev}`),
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
  it("applies changes in order", () => check([5, delta(5, 8), delta(8, 9)], ["snapshot 5", "delta 8", "delta 9"]));
  it("holds changes that overtake the snapshot", () =>
    check([delta(5, 6), delta(6, 9), 5], ["snapshot 5", "delta 6", "delta 9"]));
  it("drops what the snapshot already has", () => check([8, delta(5, 7), delta(6, 7)], ["snapshot 8"]));
  it("applies what has no revision of its own", () => check([8, delta(8, 8)], ["snapshot 8", "delta 8"]));
  it("goes on from a snapshot that was sent instead of changes", () =>
    check([5, again(9), delta(9, 10)], ["snapshot 5", "snapshot 9", "delta 10"]));
  it("applies what only begins before the snapshot", () => check([8, delta(5, 9)], ["snapshot 8", "delta 9"]));
  it("asks for a snapshot after a gap, and goes on from it", () =>
    check([5, delta(6, 7), delta(7, 8), 7, delta(8, 9)], ["snapshot 5", "resync", "snapshot 7", "delta 7", "delta 8", "delta 9"]));
  it("asks once per gap", () => check([5, delta(6, 7), delta(8, 9)], ["snapshot 5", "resync"]));
  it("asks again when the snapshot is older than what it holds", () =>
    check([5, delta(6, 7), 5], ["snapshot 5", "resync", "snapshot 5", "resync"]));
  it("does not go back to an older snapshot", () => check([5, delta(5, 6), 5], ["snapshot 5", "delta 6"]));
  it("asks again at each heartbeat until the snapshot comes", () =>
    check([5, delta(6, 7), alive, 7, alive], ["snapshot 5", "resync", "resync", "snapshot 7", "delta 7"]));
  it("takes heartbeats as no change", () => check([alive, 5, alive], ["snapshot 5"]));
});
