/** What somebody is changing in a pane of the settings, until they save or revert it. */
import type { Problem } from "../../lib/backend";

export class Draft<V extends Record<string, unknown>> {
  #kept = $state.raw<V | null>(null);
  /** Fields that differ from what is kept. */
  #edits = $state.raw<Partial<V>>({});
  readonly #values = $derived(this.#kept === null ? null : { ...this.#kept, ...this.#edits });
  /** What is wrong, by the name of its field. */
  errors = $state.raw<Readonly<Record<string, string>>>({});

  /** What the fields show. */
  get values(): V | null {
    return this.#values;
  }

  /** Names of the fields that differ from what is kept. */
  get changed(): (keyof V & string)[] {
    const kept = this.#kept;
    if (kept === null) return [];
    return Object.keys(this.#edits).filter((name) => !same(this.#edits[name], kept[name]));
  }

  get dirty(): boolean {
    return this.changed.length > 0;
  }

  /** What is kept now; fields that nobody is changing follow it. It reads nothing, so that an effect may call it. */
  keep(kept: V): void {
    this.#kept = kept;
  }

  set<K extends keyof V & string>(name: K, value: V[K]): void {
    if (this.#kept === null) return;
    const others = Object.fromEntries(Object.entries(this.#edits).filter(([other]) => other !== name)) as Partial<V>;
    this.#edits = same(value, this.#kept[name]) ? others : { ...others, [name]: value };
    if (name in this.errors) {
      this.errors = Object.fromEntries(Object.entries(this.errors).filter(([other]) => other !== name));
    }
  }

  revert(): void {
    this.#edits = {};
    this.errors = {};
  }

  /** What was saved is what is kept. */
  saved(): void {
    this.#kept = this.#values;
    this.#edits = {};
    this.errors = {};
  }

  /** Takes what a form shows at its fields; false where something is of no field here. */
  refused(problem: Problem): boolean {
    const found = problem.errors.map(({ pointer, detail }) => [fieldOf(pointer), detail] as const);
    const here = found.filter(([name]) => this.#values !== null && name in this.#values);
    this.errors = Object.fromEntries(here);
    return here.length > 0 && here.length === found.length;
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The first part of a JSON pointer: `/rate_limit_steps/0` → `rate_limit_steps`. */
export function fieldOf(pointer: string | undefined): string {
  return (pointer?.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
}

/** What was typed as a whole number; null where it is none. */
export function wholeOf(text: string): number | null {
  const plain = text.trim();
  return /^\d{1,9}$/.test(plain) ? Number(plain) : null;
}
