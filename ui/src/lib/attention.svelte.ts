/** How much needs a person, exactly, for the badge and the screens: asked again as things change. */
import { live } from "./live.svelte";

/** The least time between two askings, in milliseconds. */
const AGAIN_MS = 1_000;

class Attention {
  /** How much there is in all; 0 until it is known. */
  count = $state(0);

  constructor() {
    // For the page's life: the badge shows it on every screen.
    $effect.root(() => this.#follow());
  }

  async #ask(): Promise<void> {
    try {
      this.count = (await live.backend.ask("attention", { query: { limit: 1 } })).total;
    } catch {
      // The status bar says that the engine is away; the next change asks again.
    }
  }

  #follow(): void {
    let waiting = false;
    let seen = -1;
    $effect(() => {
      if (live.phase !== "ready" || live.rev === seen || waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        seen = live.rev;
        void this.#ask();
      }, seen === -1 ? 0 : AGAIN_MS);
    });
  }
}

const attention = new Attention();

/** How much needs a person. Reactive. */
export function attentionCount(): number {
  return attention.count;
}
