/** Rows of a long list: asked for page by page as they come into sight, and asked again as things change. */
import { untrack } from "svelte";
import { type Problem, problemOf } from "../../lib/backend";
import { live } from "../../lib/live.svelte";

/** Rows asked for at once. */
export const PAGE = 100;
/** Rows that one asking may have. */
const MOST = 1_000;
/** The least time between two askings because something changed, in milliseconds: longer where many rows are loaded. */
const AGAIN_MS = 1_000;
const AGAIN_MANY_MS = 4_000;
const MANY = 300;

export interface Part<T> {
  rows: readonly T[];
  total: number;
}

export type Ask<T> = (skip: number, limit: number) => Promise<Part<T>>;

export class Rows<T> {
  rows = $state.raw<readonly T[]>([]);
  total = $state(0);
  problem = $state.raw<Problem | null>(null);
  /** Something was answered for what is asked now. */
  ready = $state(false);
  readonly #idOf: (row: T) => string;
  #ask: Ask<T> | null = null;
  #turn = 0;
  #busy = false;

  constructor(idOf: (row: T) => string) {
    this.#idOf = idOf;
  }

  /** Whether every row is loaded. */
  get complete(): boolean {
    return this.rows.length >= this.total;
  }

  /** Asks for something else: the rows there were stay until its first page is there. */
  begin(ask: Ask<T>): void {
    this.#ask = ask;
    this.#turn += 1;
    this.#busy = false;
    this.ready = false;
    this.problem = null;
    void this.#load(0, PAGE, false);
  }

  /** Asks again for the rows that are loaded; of very many, for the first of them. */
  again(): void {
    if (!this.#busy) void this.#load(0, Math.min(MOST, Math.max(PAGE, this.rows.length)), this.rows.length > MOST);
  }

  /** Asks for the rows behind those that are loaded. */
  more(): void {
    if (!this.#busy && this.ready && !this.complete) void this.#load(this.rows.length, PAGE, true);
  }

  async #load(skip: number, limit: number, keeps: boolean): Promise<void> {
    if (this.#ask === null) return;
    const turn = this.#turn;
    this.#busy = true;
    try {
      const { rows, total } = await this.#ask(skip, limit);
      if (turn !== this.#turn) return;
      this.rows = keeps ? this.#joined(skip, rows) : rows;
      this.total = total;
      this.problem = null;
      this.ready = true;
    } catch (error) {
      if (turn === this.#turn) this.problem = problemOf(error);
    } finally {
      if (turn === this.#turn) this.#busy = false;
    }
  }

  /** What is loaded with a page put in its place; a row that moved meanwhile stands once. */
  #joined(skip: number, page: readonly T[]): readonly T[] {
    const before = this.rows.slice(0, skip);
    const behind = this.rows.slice(skip + page.length);
    const seen = new Set(page.map(this.#idOf));
    const others = (rows: readonly T[]) => rows.filter((row) => !seen.has(this.#idOf(row)));
    return [...others(before), ...page, ...others(behind)];
  }
}

/** Rows of what `ask` asks for, which is begun anew whenever what it reads changes. Called while a component is set up. */
export function rowsOf<T>(idOf: (row: T) => string, ask: () => Ask<T>): Rows<T> {
  const rows = new Rows<T>(idOf);
  $effect(() => {
    const asks = ask();
    untrack(() => rows.begin(asks));
  });
  let waiting = false;
  let seen = live.rev;
  let timer = 0;
  $effect(() => {
    if (live.rev === seen || waiting) return;
    waiting = true;
    const pause = untrack(() => rows.rows.length) > MANY ? AGAIN_MANY_MS : AGAIN_MS;
    timer = window.setTimeout(() => {
      waiting = false;
      seen = live.rev;
      rows.again();
    }, pause);
  });
  $effect(() => () => clearTimeout(timer));
  // The engine is back: where nothing changed meanwhile, no revision says so.
  $effect(() => {
    if (live.lost === null && untrack(() => rows.problem) !== null) rows.again();
  });
  return rows;
}
