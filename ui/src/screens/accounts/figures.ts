/** What the table and the inspector say of accounts, as plain functions of what the engine tells. */
import type { AccountListing } from "../../lib/api";
import type { AccountView } from "../../lib/bindings";
import { count } from "../../lib/format";
import { hasWords, type Word } from "../../lib/filter.svelte";
import { lookOf } from "../../lib/states";
import { t } from "../../words";

export type Today = AccountListing["today"];

export const ACTS = ["follows", "likes", "comments"] as const;

/** What an account is called in front of people. */
export function titleOf(account: Pick<AccountView, "label" | "account_id">): string {
  return account.label ?? account.account_id;
}

/** `12/50 follows · 3/100 likes`: what was done of what may be; empty where nothing was. */
export function compact(today: Today): string {
  const told = ACTS.filter((act) => today[act].used > 0).map((act) => {
    const { used, ceiling } = today[act];
    const word = used === 1 && ceiling === null ? t.accounts.oneOf[act] : t.accounts[act].toLowerCase();
    return `${count(used)}${ceiling === null ? "" : `/${count(ceiling)}`} ${word}`;
  });
  return told.join(" · ");
}

/** Every act with its ceiling, for a hint. */
export function inFull(today: Today): string {
  const told = ACTS.map((act) => {
    const { used, ceiling } = today[act];
    const figure = ceiling === null ? t.accounts.noCeiling(used) : t.accounts.of(used, ceiling);
    return `${t.accounts[act]}: ${figure}`;
  });
  return told.join("\n");
}

/** Acts of which there is no room at this moment. */
export function full(today: Today): boolean {
  return ACTS.some((act) => today[act].ceiling !== null && today[act].used >= (today[act].ceiling ?? 0) && today[act].used > 0);
}

/** When its next act is allowed, as a time: behind its gap; null where that is now. */
export function nextAct(gapUntil: string | null, restsUntil: string | null): string | null {
  const times = [gapUntil, restsUntil].filter((at) => at !== null);
  return times.length === 0 ? null : times.reduce((a, b) => (Date.parse(a) >= Date.parse(b) ? a : b));
}

/** Accounts that have all these words. `phones` are what phones are called, by serial. */
export function matching(
  accounts: readonly AccountView[],
  words: readonly Word[],
  phones: ReadonlyMap<string, string>,
): readonly AccountView[] {
  if (words.length === 0) return accounts;
  const called = (serial: string) => `${phones.get(serial) ?? ""} ${serial}`;
  return accounts.filter((account) =>
    hasWords(words, {
      account: `${account.account_id} ${account.label ?? ""}`,
      id: account.account_id,
      handle: account.handle,
      label: account.label,
      group: account.group,
      state: `${lookOf(account).word} ${account.state_reason ?? ""} ${account.paused ? t.accounts.paused : ""}`,
      device: [account.current_device ?? "", ...account.signed_in_on.map(called), called(account.device_udid ?? "")].join(" "),
    }),
  );
}
