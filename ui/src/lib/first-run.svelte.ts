/** The first steps are shown by themselves once, where there is nothing yet. */
import { live } from "./live.svelte";
import { remember, remembered } from "./remembered";
import { sheets } from "./sheets.svelte";

const KEPT = "welcome.shown";

export interface Standing {
  ready: boolean;
  /** The engine is stopped, not heard, or cannot save: something graver is to be seen to. */
  troubled: boolean;
  accounts: number;
  /** Tasks that have not ended. */
  unfinished: number;
  /** Something lies over the screen already. */
  covered: boolean;
}

/** Whether the first steps are in place: never over a system that has anything to do. */
export function isFirstRun(standing: Standing): boolean {
  const { ready, troubled, accounts, unfinished, covered } = standing;
  return ready && !troubled && !covered && accounts === 0 && unfinished === 0;
}

/** For `$effect`: shows the first steps the first time that this window finds nothing. */
export function welcomeOnce(): void {
  if (live.phase !== "ready" || remembered(KEPT, false)) return;
  const standing: Standing = {
    ready: live.phase === "ready",
    troubled: live.stopped || live.disconnected || live.diskFull || live.damage !== null,
    accounts: live.accounts.size,
    unfinished: live.unfinished,
    covered: sheets.open !== null || sheets.palette || sheets.shortcuts,
  };
  // Whoever has accounts already needs no welcome later either.
  if (standing.accounts > 0) remember(KEPT, true);
  if (!isFirstRun(standing)) return;
  remember(KEPT, true);
  sheets.show("welcome");
}
