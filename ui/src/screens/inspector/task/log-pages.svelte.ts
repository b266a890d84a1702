/** The log of a task, page by page from its beginning, and further as it grows. */
import { untrack } from "svelte";
import type { TaskLogLine } from "../../../lib/api";
import { type Problem, problemOf } from "../../../lib/backend";
import { live } from "../../../lib/live.svelte";

const LINES = 500;
const AGAIN_MS = 1_000;

export class LogPages {
  lines = $state.raw<readonly TaskLogLine[]>([]);
  problem = $state.raw<Problem | null>(null);
  ready = $state(false);
  /** There are more than are loaded. */
  more = $state(false);
  readonly #id: string;
  #busy = false;

  constructor(id: string) {
    this.#id = id;
  }

  /** Loads what comes behind the lines that are there; all of it but for `limit` lines at once. */
  async load(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const query = { limit: LINES, skip: this.lines.length };
      const page = await live.backend.ask("task_logs", { id: this.#id, query });
      if (page.logs.length > 0) this.lines = [...this.lines, ...page.logs];
      this.more = page.next_cursor !== null;
      this.problem = null;
      this.ready = true;
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.#busy = false;
    }
  }
}

/** The log of `id`, which goes on as long as what shows it is there. */
export function logOf(id: () => string): { readonly pages: LogPages } {
  const pages = $derived(new LogPages(id()));
  $effect(() => {
    const shown = pages;
    untrack(() => void shown.load());
  });
  let waiting = false;
  let timer = 0;
  let seen = live.rev;
  $effect(() => {
    if (live.rev === seen || waiting || pages.more) return;
    waiting = true;
    timer = window.setTimeout(() => {
      waiting = false;
      seen = live.rev;
      void pages.load();
    }, AGAIN_MS);
  });
  $effect(() => () => clearTimeout(timer));
  return {
    get pages() {
      return pages;
    },
  };
}
