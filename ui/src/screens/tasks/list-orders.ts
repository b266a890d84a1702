/** What is ordered about a list, with the guard each order has. */
import type { ListView } from "../../lib/bindings";
import { actions } from "../../lib/actions.svelte";
import { live } from "../../lib/live.svelte";
import { route } from "../../lib/route.svelte";
import { confirm } from "../../lib/ui/confirm.svelte";
import { tellDone, tellWithUndo } from "../../lib/ui/toast";
import { t } from "../../words";
import { typedFor } from "./asking";

export function pauseList(list: ListView): Promise<boolean> {
  return actions.order(async () => {
    await live.backend.ask("pause_list", { id: list.list_id });
    tellWithUndo(t.tasks.paused, t.tasks.listPaused, () => void resumeList(list));
  });
}

export function resumeList(list: ListView): Promise<boolean> {
  return actions.order(async () => {
    await live.backend.ask("resume_list", { id: list.list_id });
    tellDone(t.tasks.listResumed);
  });
}

export type Again = "all" | "failed" | "not_done";

/** The list once more, as a new one, which is shown then. */
export function runAgain(list: ListView, which: Again): Promise<boolean> {
  return actions.order(async () => {
    const made = await live.backend.ask("list_again", { id: list.list_id, body: { which } });
    tellDone(t.tasks.againBegun(made.list_name, made.tasks));
    route.open("list", made.list_id);
  });
}

export function rehearseList(list: ListView): Promise<boolean> {
  return actions.order(async () => {
    const made = await live.backend.ask("rehearse_list", { id: list.list_id });
    tellDone(t.tasks.againBegun(made.list_name, made.tasks), t.tasks.rehearsalHint);
    route.open("list", made.list_id);
  });
}

export async function cancelRest(list: ListView): Promise<boolean> {
  const open = list.counts.open;
  const question = {
    title: t.tasks.cancelRestTitle(open),
    text: t.tasks.cancelRestText(list.name),
    verb: t.tasks.cancelRest,
    danger: true,
    ...typedFor(open),
  };
  if ((await confirm(question)) === null) return false;
  return actions.order(async () => {
    const { cancelled } = await live.backend.ask("cancel_list", { id: list.list_id });
    tellDone(t.tasks.restCancelled(cancelled));
  });
}

export function exportList(list: ListView, format: "csv" | "json" = "csv"): Promise<boolean> {
  return actions.order(async () => {
    const takes = { id: list.list_id, query: { format } };
    const saved = await live.backend.save("export_list", takes, `${list.name}.${format}`);
    if (saved !== null) tellDone(t.tasks.exported, saved);
  });
}
