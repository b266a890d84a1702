/** What can be done by keyboard, palette and menu: the frame's own commands and those of the screen that is shown. */
import { untrack } from "svelte";
import { isTyping, matches } from "./keys";

export interface Command {
  /** Stable: the native menu names it. */
  id: string;
  title: string;
  /** What the palette lists it under. */
  group: string;
  /** As in `keys.ts`; the first is written beside it. */
  keys?: readonly string[];
  /** It works only now and then; left out where it always does. */
  enabled?: () => boolean;
  run: () => void;
  /** Not listed in the palette. */
  hidden?: boolean;
}

/** A menu bar and the page may both hear the same keys; within this time that is one press, in milliseconds. */
const SAME_PRESS_MS = 300;

class Commands {
  #last: { id: string; from: "keys" | "menu"; at: number } | null = null;

  // Later sets stand before earlier ones: a screen's `export` hides no other, a dialog's `Escape` does.
  #sets = $state.raw<readonly (readonly Command[])[]>([]);

  /** Adds commands for as long as something is shown; answers how to take them away. For `$effect`. */
  add(commands: readonly Command[]): () => void {
    // Untracked: an effect that adds some does not depend on what others added.
    this.#sets = [commands, ...untrack(() => this.#sets)];
    return () => (this.#sets = untrack(() => this.#sets).filter((set) => set !== commands));
  }

  /** Every command, each id once. */
  all(): Command[] {
    const found = new Map<string, Command>();
    for (const command of this.#sets.flat()) if (!found.has(command.id)) found.set(command.id, command);
    return [...found.values()];
  }

  can(command: Command): boolean {
    return command.enabled?.() ?? true;
  }

  /** Does what has this id, if it can be done. */
  run(id: string): void {
    const command = this.all().find((command) => command.id === id);
    if (command !== undefined && this.can(command)) command.run();
  }

  /** Does what was chosen in the menu bar, unless the page heard the same keys itself. */
  choose(id: string): void {
    if (this.#isNew(id, "menu")) this.run(id);
  }

  #isNew(id: string, from: "keys" | "menu"): boolean {
    const [last, at] = [this.#last, Date.now()];
    if (last !== null && last.id === id && last.from !== from && at - last.at <= SAME_PRESS_MS) return false;
    this.#last = { id, from, at };
    return true;
  }

  /** Does what these keys mean; single keys are left to whoever types, and to a dialog. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    const plain = !event.metaKey && !event.ctrlKey && !event.altKey;
    if (plain && (isTyping(event.target) || document.querySelector("dialog[open]") !== null)) return;
    const command = this.all().find((command) => command.keys?.some((keys) => matches(keys, event)) && this.can(command));
    if (command === undefined) return;
    event.preventDefault();
    if (this.#isNew(command.id, "keys")) command.run();
  }
}

export const commands = new Commands();

/** Commands under the heading they are listed under, in the order the headings come. */
export function grouped(listed: readonly Command[]): Map<string, Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of listed) {
    const group = groups.get(command.group);
    if (group === undefined) groups.set(command.group, [command]);
    else group.push(command);
  }
  return groups;
}
