import { describe, expect, it } from "vitest";
import { matches, type Pressed, written } from "./keys";

const NONE = { metaKey: false, ctrlKey: false, altKey: false, shiftKey: false };
const press = (key: string, code: string, held: Partial<Pressed> = {}): Pressed => ({ key, code, ...NONE, ...held });

describe("matches", () => {
  it.each([
    ["Mod+K", press("k", "KeyK", { metaKey: true }), true, true],
    ["Mod+K", press("k", "KeyK", { ctrlKey: true }), true, false],
    ["Mod+K", press("k", "KeyK", { ctrlKey: true }), false, true],
    ["Mod+K", press("K", "KeyK", { metaKey: true, shiftKey: true }), true, false],
    ["Mod+Shift+I", press("I", "KeyI", { metaKey: true, shiftKey: true }), true, true],
    ["Mod+Shift+.", press(">", "Period", { metaKey: true, shiftKey: true }), true, true],
    ["Mod+1", press("1", "Digit1", { metaKey: true }), true, true],
    ["Mod+,", press(",", "Comma", { ctrlKey: true }), false, true],
    ["?", press("?", "Slash", { shiftKey: true }), true, true],
    ["/", press("/", "Slash"), true, true],
    ["/", press("/", "Slash", { metaKey: true }), true, false],
    ["Delete", press("Delete", "Delete"), true, true],
    ["Escape", press("Escape", "Escape", { altKey: true }), true, false],
  ] as const)("%s %#", (keys, event, mac, expected) => expect(matches(keys, event, mac)).toBe(expected));
});

describe("written", () => {
  it.each([
    ["Mod+Shift+I", true, "⇧⌘I"],
    ["Mod+Shift+I", false, "Ctrl+Shift+I"],
    ["Escape", true, "Esc"],
  ] as const)("%s", (keys, mac, expected) => expect(written(keys, mac)).toBe(expected));
});
