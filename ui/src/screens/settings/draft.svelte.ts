/** What somebody is changing in a pane of the settings, until they save or revert it. */
import type { Problem } from "../../lib/backend";

export class Draft<V extends Record<string, unknown>> {
  #kept = $state.raw<V | null>(null);
  #values = $state.raw<V | null>(null);
  /** What is wrong, by the name of its field. */
  errors = $state.raw<Readonly<Record<string, string>>>({});

  /** What the fields show. */
  get values(): V | null {
    return this.#values;
  }

  /** Names of the fields that differ from what is kept. */
  get changed(): (keyof V & string)[] {
    const [kept, values] = [this.#kept, this.#values];
    if (kept === null || values === null) return [];
    return Object.keys(values).filter((name) => JSON.stringify(values[name]) !== JSON.stringify(kept[name]));
  }

  get dirty(): boolean {
    return this.changed.length > 0;
  }

  /** What is kept now; fields that nobody is changing follow it. */
  keep(kept: V): void {
    const changed = new Set<string>(this.changed);
    const values = this.#values;
    this.#kept = kept;
    if (values === null) this.#values = kept;
    else this.#values = { ...kept, ...Object.fromEntries(Object.entries(values).filter(([name]) => changed.has(name))) };
  }

  set<K extends keyof V & string>(name: K, value: V[K]): void {
    if (this.#values === null) return;
    this.#values = { ...this.#values, [name]: value };
    if (name in this.errors) {
      this.errors = Object.fromEntries(Object.entries(this.errors).filter(([other]) => other !== name));
    }
  }

  revert(): void {
    this.#values = this.#kept;
    this.errors = {};
  }

  /** What was saved is what is kept. */
  saved(): void {
    this.#kept = this.#values;
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

/** The first part of a JSON pointer: `/rate_limit_steps/0` → `rate_limit_steps`. */
export function fieldOf(pointer: string | undefined): string {
  return (pointer?.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
}

/** What was typed as a whole number; null where it is none. */
export function wholeOf(text: string): number | null {
  const plain = text.trim();
  return /^\d{1,9}$/.test(plain) ? Number(plain) : null;
}
