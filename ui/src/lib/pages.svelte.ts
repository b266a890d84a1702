/** Rows of any number, the newest first, asked for page by page behind a cursor. */
import { type Problem, problemOf } from "./backend";
import { AGAIN_MS } from "./asked.svelte";

export interface Page<T> {
  rows: readonly T[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
}

/** How long to wait while somebody types, in milliseconds. */
const TYPING_MS = 250;

/** The rows asked for so far. What was answered stays while the first page is asked for again. */
export class Pages<T> {
  rows = $state.raw<readonly T[]>([]);
  next = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Something was answered to what is asked for now. */
  ready = $state(false);
  /** More than the first page was asked for: newer rows do not come in by themselves. */
  deep = $state(false);
  #ask: (cursor: string | undefined) => Promise<Page<T>>;
  #turn = 0;
  #more = false;

  constructor(ask: (cursor: string | undefined) => Promise<Page<T>>) {
    this.#ask = ask;
  }

  /** Asks for the first page anew; rows of before stay until it is there. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    this.#more = false;
    try {
      const page = await this.#ask(undefined);
      if (turn !== this.#turn) return;
      this.rows = page.rows;
      this.next = page.next;
      this.problem = null;
      this.ready = true;
      this.deep = false;
    } catch (error) {
      if (turn === this.#turn) this.problem = problemOf(error);
    }
  }

  /** Asks for the page behind the last one, if there is one and it is not on its way. */
  async more(): Promise<void> {
    const cursor = this.next;
    if (cursor === null || this.#more) return;
    const turn = ++this.#turn;
    this.#more = true;
    this.deep = true;
    try {
      const page = await this.#ask(cursor);
      if (turn !== this.#turn) return;
      this.rows = [...this.rows, ...page.rows];
      this.next = page.next;
    } catch (error) {
      if (turn === this.#turn) this.problem = problemOf(error);
    } finally {
      if (turn === this.#turn) this.#more = false;
    }
  }

  /**
   * Asks when what `of` reads changes, and again, once a second at most, when what `beat` reads does while
   * only the first page is shown; null asks for nothing. Called while a component is set up.
   */
  follow(of: () => unknown, beat: () => unknown): void {
    let first = true;
    $effect(() => {
      of();
      this.ready = false;
      this.deep = false;
      const wait = first ? 0 : TYPING_MS;
      first = false;
      const asking = window.setTimeout(() => void this.refresh(), wait);
      return () => clearTimeout(asking);
    });
    let waiting = 0;
    let seen = beat();
    $effect(() => {
      const now = beat();
      if (now === null || now === seen || waiting !== 0) return;
      seen = now;
      waiting = window.setTimeout(() => {
        waiting = 0;
        if (this.ready && !this.deep && document.visibilityState === "visible") void this.refresh();
      }, AGAIN_MS);
    });
    $effect(() => () => clearTimeout(waiting));
  }
}

/** Rows with a key each, for rows that have no id: what is told of them, and how often that was there before. */
export function keyed<T>(rows: readonly T[], told: (row: T) => string): (T & { key: string })[] {
  const seen = new Map<string, number>();
  // Counted from the oldest, so that a row keeps its key when newer ones come.
  const from = [...rows].reverse().map((row) => {
    const words = told(row);
    const before = seen.get(words) ?? 0;
    seen.set(words, before + 1);
    return { ...row, key: `${words}#${before}` };
  });
  return from.reverse();
}
