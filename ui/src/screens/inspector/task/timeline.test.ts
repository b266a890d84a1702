import { expect, test } from "vitest";
import type { TaskAttempt, TaskLogLine, TaskStatus } from "../../../lib/api";
import { timelineOf } from "./timeline";

const STATUS = {
  task_id: "t",
  target_username: "",
  status: "completed",
  created_at: "2026-11-27T05:00:00.000Z",
  ended_at: "2026-11-27T05:02:00.000Z",
  not_before: null,
  waiting_on: null,
  list_name: "monday",
} as unknown as TaskStatus;

const attempt = (no: number, ending: string | null, more: Partial<TaskAttempt> = {}): TaskAttempt => ({
  attempt: no,
  device_id: "00008030-5100000000000001",
  started_at: "2026-11-27T05:01:00.000Z",
  ended_at: ending === null ? null : "2026-11-27T05:02:00.000Z",
  ending,
  doubt: null,
  error_code: null,
  error_message: null,
  ...more,
});
const line = (no: number, step: number | null, what: string, end = "done"): TaskLogLine => ({
  timestamp: "2026-11-27T05:01:30.000Z",
  event_type: "step",
  data: { attempt: no, step, what, end, took_ms: 100 },
});
const steps = [
  { step: 0, action: "view_profile", target_username: "garden", status: "success", reason: "", latency_ms: 1, ts: null },
  { step: 1, action: "follow_user", target_username: "garden", status: null, reason: "", latency_ms: null, ts: null },
];

test("what happened stands in order, each line with its attempt", () => {
  const attempts = [attempt(41, "failed", { error_message: "The control was missing." }), attempt(57, "completed")];
  // Lines of two attempts may be mixed where one was written late.
  const picture = { timestamp: "2026-11-27T05:01:31.000Z", event_type: "screenshot", data: { attempt: 41, screenshot: "019a" } };
  const lines = [line(41, null, "launch"), line(57, 0, "find"), line(41, 0, "find", "not_found"), line(41, 0, "tap"), picture];
  const told = timelineOf(STATUS, { attempts, steps }, lines, false);
  expect(told.map((entry) => [entry.title, entry.text])).toEqual([
    ["Accepted", "monday"],
    ["Waited 1:00 min", "In the line of its account, or for a phone."],
    ["Attempt 1 on …000001", ""],
    ["Get ready", "100 ms"],
    ["View profile @garden", "200 ms"],
    ["The screen on which it failed", ""],
    ["Attempt 1 failed", "The control was missing."],
    ["Attempt 2 on …000001", ""],
    ["View profile @garden", "Done · 100 ms"],
    ["Attempt 2 completed", ""],
    ["Completed", ""],
  ]);
  expect(told.map((entry) => entry.tone).slice(3, 9)).toEqual(["grey", "red", "red", "red", "blue", "green"]);
  expect(told[5]?.picture).toBe("019a");
  expect(new Set(told.map((entry) => entry.key)).size).toBe(told.length);
});

test("a task that waits ends with the reason, and one that is not all loaded with nothing", () => {
  const waits = {
    ...STATUS,
    status: "queued",
    ended_at: null,
    waiting_on: { code: "paused", sentence: "Paused by you.", ends_in_ms: null, needs_person: true },
  } as unknown as TaskStatus;
  const last = timelineOf(waits, { attempts: [], steps }, [], false).at(-1);
  expect([last?.kind, last?.text]).toEqual(["waits", "Paused by you."]);
  expect(timelineOf(waits, { attempts: [], steps }, [], true).map((entry) => entry.kind)).toEqual(["accepted"]);
  const doubt = timelineOf(waits, { attempts: [attempt(1, "interrupted", { doubt: "lost" })], steps }, [], false);
  expect(doubt.find((entry) => entry.kind === "ended")?.text).toBe("In doubt: the phone stopped answering. ");
});
