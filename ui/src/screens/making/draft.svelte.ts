/** The task that is being filled in, kept until it is sent: closing the sheet loses nothing. */
import { remember, remembered } from "../../lib/remembered";
import { ANYBODY, type Who } from "./who";
import { PLAIN, type Work } from "./work";

const NAME = "draft.new-task";

interface Kept {
  work: Work;
  template: string;
  targets: string;
  who: Who;
  notBefore: string;
  listName: string;
  rehearsal: boolean;
}

const EMPTY: Kept = {
  work: PLAIN,
  template: "",
  targets: "",
  who: ANYBODY,
  notBefore: "",
  listName: "",
  rehearsal: false,
};

export class Draft {
  #kept = $state.raw<Kept>(EMPTY);

  constructor() {
    // What an older version kept may lack what this one reads.
    const kept = remembered<Partial<Kept>>(NAME, {});
    this.#kept = { ...EMPTY, ...kept, work: { ...PLAIN, ...kept.work }, who: { ...ANYBODY, ...kept.who } };
  }

  get now(): Kept {
    return this.#kept;
  }

  change(changes: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...changes };
    remember(NAME, this.#kept);
  }

  /** The task was sent: whom it was about and when is of this one only; what is done stays for the next. */
  sent(): void {
    this.change({ targets: "", notBefore: "", listName: "", rehearsal: false });
  }

  clear(): void {
    this.change(EMPTY);
  }
}
