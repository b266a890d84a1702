/** What runs on a phone now. */
import type { LiveTask } from "../../lib/bindings";
import { countdown } from "../../lib/format";
import { live } from "../../lib/live.svelte";

/** The tasks that run, by the serial of their phone. */
export function tasksByPhone(): ReadonlyMap<string, LiveTask> {
  const found = new Map<string, LiveTask>();
  for (const task of live.tasks.all()) if (task.device_id !== null) found.set(task.device_id, task);
  return found;
}

/** What people call the account of a task. */
export function accountOf(task: LiveTask): string {
  const account = live.accounts.get(task.account_id);
  return account?.label ?? account?.handle ?? task.account_id;
}

/** How long a task has run, as a clock shows it. */
export function runsFor(task: LiveTask): string | null {
  return task.started_at === null ? null : countdown(live.since(task.started_at));
}
