/** What the operator orders of accounts, one or many, with what is asked before and told after. */
import { actions } from "../../lib/actions.svelte";
import { type Problem, problemOf } from "../../lib/backend";
import type { AccountView } from "../../lib/bindings";
import { live } from "../../lib/live.svelte";
import { route } from "../../lib/route.svelte";
import { confirm } from "../../lib/ui/confirm.svelte";
import { tellDone, tellError, tellWithUndo } from "../../lib/ui/toast";
import { t } from "../../words";
import { titleOf } from "./figures";
import { eachOf } from "./many";

const words = t.accounts;

/** More than this many are typed before they are cancelled. */
const TYPED_OVER = 100;

type Named = Pick<AccountView, "account_id" | "label">;

/** Which orders over many are under way, and the looks at phones that take a while. */
class Orders {
  /** How far an order over many accounts is. */
  many = $state.raw<{ done: number; all: number } | null>(null);
  /** Accounts whose phone is looked at because of us, and since when. */
  looking = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** Why the last look at an account's phone did not lift its suspension. */
  refused = $state.raw<ReadonlyMap<string, Problem>>(new Map());

  async pause(accounts: readonly AccountView[]): Promise<void> {
    const ids = accounts.filter((account) => !account.paused).map((account) => account.account_id);
    await this.#each(ids, (id) => live.backend.ask("pause_account", { id }), (done, hint) =>
      tellWithUndo(words.pausedMany(done.length), hint ?? words.pausedHint, () => void this.#resume(done)),
    accounts.length - ids.length);
  }

  async resume(accounts: readonly AccountView[]): Promise<void> {
    const ids = accounts.filter((account) => account.paused).map((account) => account.account_id);
    await this.#resume(ids, accounts.length - ids.length);
  }

  async #resume(ids: readonly string[], already = 0): Promise<void> {
    const tell = (done: readonly string[], hint?: string) =>
      tellDone(words.resumedMany(done.length), hint ?? words.resumedHint);
    await this.#each(ids, (id) => live.backend.ask("resume_account", { id }), tell, already);
  }

  async cancelTasks(accounts: readonly AccountView[]): Promise<void> {
    const waiting = accounts.reduce((sum, account) => sum + account.waiting_tasks_count, 0);
    const agreed = await confirm({
      title: words.cancelManyTitle(waiting),
      text: words.cancelManyText(waiting, accounts.length),
      verb: words.cancelVerb,
      danger: true,
      ...(waiting > TYPED_OVER ? { typed: String(waiting) } : {}),
    });
    if (agreed === null) return;
    let [cancelled, of] = [0, 0];
    await this.#each(
      accounts.map((account) => account.account_id),
      async (id) => {
        const answer = await live.backend.ask("cancel_account_tasks", { id });
        cancelled += answer.cancelled;
        if (answer.cancelled > 0) of += 1;
      },
      () => tellDone(words.cancelledMany(cancelled, of)),
    );
  }

  /** One order for each, told as one. */
  async #each(
    ids: readonly string[],
    order: (id: string) => Promise<unknown>,
    tell: (done: readonly string[], hint?: string) => void,
    already = 0,
  ): Promise<void> {
    await actions.order(async () => {
      this.many = { done: 0, all: ids.length };
      const step = (done: number) => (this.many = { done, all: ids.length });
      const { done, refused } = await eachOf(ids, order, step).finally(() => (this.many = null));
      const first = refused[0];
      if (first !== undefined && ids.length === 1) throw first.problem;
      if (done.length > 0 || first === undefined) tell(done, already > 0 ? words.alreadySo(already) : undefined);
      if (first === undefined) return;
      tellError({
        code: first.problem.code,
        detail: words.refusedMany("", refused.length).trim(),
        errors: refused.map(({ id, problem }) => ({ detail: `${id}: ${problem.detail}` })),
      });
    });
  }

  async suspend(account: Named): Promise<void> {
    const [id, name] = [account.account_id, titleOf(account)];
    const agreed = await confirm({
      title: words.suspendTitle(name),
      text: words.suspendText,
      verb: words.suspendVerb,
      danger: true,
      reason: true,
    });
    if (agreed === null) return;
    await actions.order(async () => {
      await live.backend.ask("suspend_account", { id, body: agreed });
      tellDone(words.suspended(name));
    });
  }

  async endCooldown(account: Named): Promise<void> {
    const [id, name] = [account.account_id, titleOf(account)];
    const agreed = await confirm({
      title: words.endCooldownTitle(name),
      text: words.endCooldownText,
      verb: words.endCooldownVerb,
      danger: true,
      reason: true,
    });
    if (agreed === null) return;
    await actions.order(async () => {
      await live.backend.ask("end_cooldown", { id, body: agreed });
      tellDone(words.cooldownEnded(name));
    });
  }

  async release(account: Named, phone: string): Promise<void> {
    const [id, name] = [account.account_id, titleOf(account)];
    const agreed = await confirm({
      title: words.releaseTitle(name),
      text: words.releaseText(phone),
      verb: words.releaseVerb,
      danger: true,
      reason: true,
    });
    if (agreed === null) return;
    await actions.order(async () => {
      await live.backend.ask("release_account", { id, body: agreed });
      tellDone(words.released(name), words.releasedHint(phone));
    });
  }

  async remove(account: Named): Promise<boolean> {
    const [id, name] = [account.account_id, titleOf(account)];
    const agreed = await confirm({
      title: words.removeTitle(name),
      text: words.removeText,
      verb: words.removeVerb,
      danger: true,
    });
    if (agreed === null) return false;
    return actions.order(async () => {
      await live.backend.ask("remove_account", { id });
      tellDone(words.removed(name));
    });
  }

  /**
   * Lifts a suspension. Of a challenge a phone is looked at first, which takes up to a minute: other
   * orders go on meanwhile.
   */
  async unsuspend(account: Named & Pick<AccountView, "state_reason">): Promise<void> {
    const [id, name] = [account.account_id, titleOf(account)];
    if (this.looking.has(id)) return;
    const agreed = await confirm({
      title: words.unsuspendTitle(name),
      text: account.state_reason === "challenge" ? words.unsuspendLook : words.unsuspendText,
      verb: words.unsuspendVerb,
      reason: true,
    });
    if (agreed === null) return;
    this.looking = new Map(this.looking).set(id, Date.now());
    this.forgive(id);
    try {
      const { message } = await live.backend.ask("unsuspend_account", { id, body: agreed });
      if (live.accounts.get(id)?.state === "suspended") tellDone(message);
      else tellDone(words.unsuspended(name));
    } catch (error) {
      const problem = problemOf(error);
      this.refused = new Map(this.refused).set(id, problem);
      // Where the account is open, it stands there.
      if (route.opened?.kind !== "account" || route.opened.id !== id) tellError(problem);
    } finally {
      this.looking = without(this.looking, id);
    }
  }

  /** The operator has read why a suspension was not lifted. */
  forgive(id: string): void {
    if (this.refused.has(id)) this.refused = without(this.refused, id);
  }

  /** Takes a phone in hand, or gives it back. */
  async hand(udid: string, phone: string, take: boolean): Promise<void> {
    await actions.order(async () => {
      await live.backend.ask(take ? "take_in_hand" : "give_back", { id: udid });
      if (take) tellDone(words.challenge.taken(phone), words.challenge.takenHint);
      else tellDone(words.challenge.given(phone), words.challenge.givenHint);
    });
  }
}

function without<T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  const rest = new Map(map);
  rest.delete(id);
  return rest;
}

export const orders = new Orders();
