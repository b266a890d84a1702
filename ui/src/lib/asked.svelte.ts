/** What a screen asks the engine for beside the live feed: loading, ready or failed, and asked again as things change. */
import { untrack } from "svelte";
import { type Problem, problemOf } from "./backend";
import { live } from "./live.svelte";

/** The least time between two askings because something changed, in milliseconds. */
export const AGAIN_MS = 1_000;

export interface Options {
  /** Whether a change of anything in the engine asks again (at most once a second); true where nothing is said. */
  follows?: boolean;
}

/** An answer; what was answered stays while a newer one is on its way. */
export class Asked<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #turn = 0;
  #again = 0;

  /** Loading: nothing to show yet, and nothing went wrong. */
  get loading(): boolean {
    return this.value === null && this.problem === null;
  }

  /** Takes the answer of the newest asking; older ones that come late are dropped. */
  async take(asking: Promise<T>): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const value = await asking;
      if (turn !== this.#turn) return;
      this.value = value;
      this.problem = null;
    } catch (error) {
      if (turn === this.#turn) this.problem = problemOf(error);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** Asks again: after an error, or after an order of one's own. */
  refresh(): void {
    this.#asks?.();
  }

  #asks: (() => void) | null = null;

  /** Only for `asked`. */
  follow(ask: () => Promise<T> | null, follows: boolean): void {
    let last: (() => void) | null = null;
    $effect(() => {
      const start = () => {
        const asking = ask();
        if (asking !== null) void this.take(asking);
        else this.value = null;
      };
      last = start;
      this.#asks = start;
      start();
      return () => clearTimeout(this.#again);
    });
    // The engine is back: where nothing changed meanwhile, no revision says so.
    $effect(() => {
      if (live.lost === null && untrack(() => this.problem)?.code === "no_engine") this.#asks?.();
    });
    if (!follows) return;
    let waiting = false;
    let seen = live.rev;
    $effect(() => {
      if (live.rev === seen || waiting) return;
      waiting = true;
      this.#again = window.setTimeout(() => {
        waiting = false;
        seen = live.rev;
        last?.();
      }, AGAIN_MS);
    });
  }
}

/**
 * Asks now, whenever what `ask` reads changes, and, unless told otherwise, when the engine's data does.
 * `ask` answers null where there is nothing to ask for. Called while a component is set up.
 */
export function asked<T>(ask: () => Promise<T> | null, options: Options = {}): Asked<T> {
  const answer = new Asked<T>();
  answer.follow(ask, options.follows ?? true);
  return answer;
}
