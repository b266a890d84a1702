import type { Change, Message, Snapshot } from "./bindings";

/** What the feed puts in order. */
export type Told = Extract<Message, { kind: "snapshot" | "change" | "alive" }>;

/** What the feed's owner does with what arrived, in order. */
export interface Shown {
  replace(snapshot: Snapshot): void;
  apply(change: Change): void;
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
  #held: Change[] = [];
  // A snapshot was asked for and has not come.
  #asked = false;

  constructor(shown: Shown) {
    this.#shown = shown;
  }

  /** A snapshot: everything up to its revision is in it. */
  snapshot(snapshot: Snapshot): void {
    if (this.#rev !== null && snapshot.rev < this.#rev) return;
    this.#rev = snapshot.rev;
    this.#asked = false;
    this.#shown.replace(snapshot);
    const held = this.#held;
    this.#held = [];
    for (const change of held) this.#take(change);
  }

  message(message: Told): void {
    if (message.kind === "change") this.#take(message.change);
    else if (message.kind === "snapshot") this.snapshot(message.snapshot);
    // Asking failed, or the answer is late: heartbeats come once a second.
    else if (this.#asked) this.#shown.resync();
  }

  #take(change: Change): void {
    if (this.#rev === null) {
      this.#hold(change);
    } else if (change.since > this.#rev) {
      this.#hold(change);
      this.#rev = null;
      this.#asked = true;
      this.#shown.resync();
    } else if (change.rev >= this.#rev) {
      // It may begin before what is shown: it tells whole entities, so telling some twice is harmless.
      // With the same revision it tells what is not journaled: a disk that is full, a phone's battery.
      this.#rev = change.rev;
      this.#shown.apply(change);
    }
  }

  #hold(change: Change): void {
    if (this.#held.length >= HELD_MAX) this.#held = [];
    this.#held.push(change);
  }
}
