/** The filter field of the toolbar: the screen that is shown says what it takes, and reads what is typed. */
import { route } from "./route.svelte";

class Filter {
  /** What the field says while it is empty; null where the screen takes none. */
  hint = $state<string | null>(null);

  /** What is typed; it stands in the address, so that a link and a step back keep it. */
  get text(): string {
    return route.param("q");
  }

  type(text: string): void {
    route.set({ q: text });
  }

  clear(): void {
    this.type("");
  }

  /** The screen that is shown takes a filter; for `$effect`: it answers how to take that back. */
  take(hint: string): () => void {
    this.hint = hint;
    return () => (this.hint = null);
  }
}

export const filter = new Filter();

/** Puts the cursor into the field. */
export function focusFilter(): void {
  document.getElementById("filter")?.focus();
}

/** A word that is looked for, and in which field; null: in any. */
export interface Word {
  field: string | null;
  word: string;
}

/** A filter as its words: `state:cooldown device:desk anna`, each with the field it is of, in lower case. */
export function wordsOf(text: string): Word[] {
  const words = text.toLowerCase().match(/(?:[a-z_]+:)?"[^"]*"|\S+/g) ?? [];
  return words.map((word) => {
    const [, field, rest] = /^([a-z_]+):(.*)$/s.exec(word) ?? [];
    return { field: field ?? null, word: (rest ?? word).replace(/^"|"$/g, "") };
  });
}

/**
 * Whether something has all the words: one with a field in that field's text, one without in any.
 * A field that is not known finds nothing, rather than everything.
 */
export function has(text: string, fields: Readonly<Record<string, string | null | undefined>>): boolean {
  return hasWords(wordsOf(text), fields);
}

/** The same of words that were taken apart once, for many rows. */
export function hasWords(words: readonly Word[], fields: Readonly<Record<string, string | null | undefined>>): boolean {
  return words.every(({ field, word }) => {
    if (field !== null) return field in fields && (fields[field] ?? "").toLowerCase().includes(word);
    return Object.values(fields).some((value) => (value ?? "").toLowerCase().includes(word));
  });
}
