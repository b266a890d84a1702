/** What helps where a person is needed, with the guard each order has. */
import { actions } from "../../lib/actions.svelte";
import { live } from "../../lib/live.svelte";
import { confirm } from "../../lib/ui/confirm.svelte";
import { tellDone } from "../../lib/ui/toast";
import { t } from "../../words";

export async function unsuspendAccount(account: string): Promise<boolean> {
  const question = { title: t.tasks.unsuspendTitle(account), text: t.tasks.unsuspendText, verb: t.tasks.unsuspend, reason: true };
  const agreed = await confirm(question);
  if (agreed === null) return false;
  return actions.order(async () => {
    await live.backend.ask("unsuspend_account", { id: account, body: { reason: agreed.reason } });
    tellDone(t.tasks.unsuspended);
  });
}

export async function releaseAccount(account: string): Promise<boolean> {
  const question = { title: t.tasks.releaseTitle(account), text: t.tasks.releaseText, verb: t.tasks.release, danger: true, reason: true };
  const agreed = await confirm(question);
  if (agreed === null) return false;
  return actions.order(async () => {
    await live.backend.ask("release_account", { id: account, body: { reason: agreed.reason } });
    tellDone(t.tasks.released);
  });
}

export function giveBack(device: string): Promise<boolean> {
  return actions.order(async () => {
    await live.backend.ask("give_back", { id: device });
    tellDone(t.tasks.givenBack);
  });
}

export async function resumeAction(action: string, version: string): Promise<boolean> {
  const question = { title: t.tasks.resumeActionTitle(action), text: t.tasks.resumeActionText(action, version), verb: t.tasks.resumeAction };
  if ((await confirm(question)) === null) return false;
  return actions.order(async () => {
    await live.backend.ask("resume_action", { body: { action, app_version: version } });
    tellDone(t.tasks.actionResumed);
  });
}
