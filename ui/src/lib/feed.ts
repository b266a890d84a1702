import type { Delta, Message, Overview } from "./model";

/** What the feed's owner does with what arrived, in order. */
export interface Shown {
  replace(overview: Overview): void;
  apply(delta: Delta): void;
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
  #held: Delta[] = [];

  constructor(shown: Shown) {
    this.#shown = shown;
  }

  /** A snapshot: everything up to its revision is in it. */
  snapshot(overview: Overview): void {
    if (this.#rev !== null && overview.rev < this.#rev) return;
    this.#rev = overview.rev;
    this.#shown.replace(overview);
    const held = this.#held;
    this.#held = [];
    for (const delta of held) this.#take(delta);
  }

  message(message: Message): void {
    if (message.kind === "delta") {
      if (this.#rev === null) this.#hold(message.delta);
      else this.#take(message.delta);
    } else if (this.#rev !== null && message.rev > this.#rev) {
      this.#lost();
    }
  }

  #take(delta: Delta): void {
    if (this.#rev === null) {
      this.#hold(delta);
    } else if (delta.rev === this.#rev + 1) {
      this.#rev = delta.rev;
      this.#shown.apply(delta);
    } else if (delta.rev > this.#rev) {
      this.#hold(delta);
      this.#lost();
    }
  }

  #hold(delta: Delta): void {
    if (this.#held.length >= HELD_MAX) this.#held = [];
    this.#held.push(delta);
  }

  #lost(): void {
    this.#rev = null;
    this.#shown.resync();
  }
}
