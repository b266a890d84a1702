import { expect, it, vi } from "vitest";
import { commands } from "./commands.svelte";

vi.stubGlobal("navigator", { platform: "Linux" });

/** What is pressed or chosen, how many milliseconds after the step before, and how often it was done in the end. */
function check(steps: readonly (readonly ["keys" | "menu", number])[], expected: number) {
  vi.useFakeTimers({ now: 1_000_000 });
  let done = 0;
  const id = `command-${steps.length}-${expected}-${steps.map(([from]) => from).join("")}`;
  const remove = commands.add([{ id, title: "", group: "", keys: ["Mod+Shift+P"], run: () => done++ }]);
  const pressed = { key: "P", code: "KeyP", ctrlKey: true, metaKey: false, altKey: false, shiftKey: true };
  for (const [from, after] of steps) {
    vi.advanceTimersByTime(after);
    if (from === "menu") commands.choose(id);
    else commands.press({ ...pressed, defaultPrevented: false, preventDefault: () => undefined } as unknown as KeyboardEvent);
  }
  remove();
  vi.useRealTimers();
  expect(done).toBe(expected);
}

it("does once what the menu bar and the page both heard", () => {
  check([["keys", 0], ["menu", 20]], 1);
  check([["menu", 0], ["keys", 20]], 1);
  check([["menu", 0], ["keys", 2_000]], 2);
});

it("does twice what is pressed twice, as the emergency stop wants it", () => {
  check([["keys", 0], ["keys", 100]], 2);
  check([["menu", 0], ["menu", 100]], 2);
  check([["keys", 0], ["menu", 20], ["keys", 150], ["menu", 20]], 2);
});
