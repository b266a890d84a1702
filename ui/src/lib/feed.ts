import type { Message, Overview, OverviewDelta } from "./bindings";

/** What the feed's owner does with what arrived, in order. */
export interface Shown {
  replace(overview: Overview): void;
  apply(delta: OverviewDelta): void;
  /** Something was missed: fetch a new snapshot and hand it to `Feed.snapshot`. */
  resync(): void;
}

/** More than this waiting for a snapshot means that the snapshot never came. */
const HELD_MAX = 1000;

/**
 * Puts a snapshot and the changes that follow into order by revision. Channel messages and the
 * answers of commands overtake each other, so a change may come before the snapshot it builds on.
 */
export class Feed {
  readonly #shown: Shown;
  #rev: number | null = null;
  #held: OverviewDelta[] = [];
  // A snapshot was asked for and has not come.
  #asked = false;

  constructor(shown: Shown) {
    this.#shown = shown;
  }

  /** A snapshot: everything up to its revision is in it. */
  snapshot(overview: Overview): void {
    if (this.#rev !== null && overview.rev < this.#rev) return;
    this.#rev = overview.rev;
    this.#asked = false;
    this.#shown.replace(overview);
    const held = this.#held;
    this.#held = [];
    for (const delta of held) this.#take(delta);
  }

  message(message: Message): void {
    if (message.kind === "delta") this.#take(message.delta);
    // Asking failed, or the answer is late: heartbeats come once a second.
    else if (this.#asked) this.#shown.resync();
  }

  #take(delta: OverviewDelta): void {
    if (this.#rev === null) {
      this.#hold(delta);
    } else if (delta.since > this.#rev) {
      this.#hold(delta);
      this.#rev = null;
      this.#asked = true;
      this.#shown.resync();
    } else if (delta.rev > this.#rev) {
      // It may begin before what is shown: it tells whole accounts, so telling some twice is harmless.
      this.#rev = delta.rev;
      this.#shown.apply(delta);
    }
  }

  #hold(delta: OverviewDelta): void {
    if (this.#held.length >= HELD_MAX) this.#held = [];
    this.#held.push(delta);
  }
}
