/** Keys as they are written here: `Mod+Shift+I`, `Mod+1`, `/`, `?`, `Escape`. `Mod` is ⌘ on a Mac, Ctrl elsewhere. */

const MODIFIERS = ["Mod", "Alt", "Shift"] as const;

/** Whether this computer is a Mac. */
export function isMac(platform: string = navigator.platform): boolean {
  return platform.startsWith("Mac");
}

export type Pressed = Pick<KeyboardEvent, "key" | "code" | "metaKey" | "ctrlKey" | "altKey" | "shiftKey">;

/** Whether these keys are pressed. A letter or digit is meant by its place, so that Shift does not change it. */
export function matches(keys: string, event: Pressed, mac = isMac()): boolean {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const wants = (modifier: (typeof MODIFIERS)[number]) => parts.includes(modifier);
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (other || mod !== wants("Mod") || event.altKey !== wants("Alt")) return false;
  if (parts.length === 0) return key === event.key && mod === false;
  if (event.shiftKey !== wants("Shift")) return false;
  const pressed = key.length === 1 ? (CODES[key] ?? `Key${key.toUpperCase()}`) : key;
  return key.length === 1 ? event.code === pressed || event.key.toUpperCase() === key.toUpperCase() : event.key === key;
}

const CODES: Readonly<Record<string, string>> = {
  ...Object.fromEntries([..."0123456789"].map((digit) => [digit, `Digit${digit}`])),
  ".": "Period",
  ",": "Comma",
  "/": "Slash",
  "=": "Equal",
  "-": "Minus",
};

/** Keys as a Mac's menus write them (`⇧⌘I`), or with words elsewhere (`Ctrl+Shift+I`). */
export function written(keys: string, mac = isMac()): string {
  const parts = keys.split("+");
  const key = NAMES[parts.at(-1) ?? ""] ?? parts.at(-1) ?? "";
  if (!mac) return [...parts.slice(0, -1).map((part) => (part === "Mod" ? "Ctrl" : part)), key].join("+");
  const signs = ["Alt", "Shift", "Mod"].filter((modifier) => parts.slice(0, -1).includes(modifier));
  return signs.map((modifier) => SIGNS[modifier]).join("") + key;
}

const SIGNS: Readonly<Record<string, string>> = { Alt: "⌥", Shift: "⇧", Mod: "⌘" };
const NAMES: Readonly<Record<string, string>> = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Enter: "↩", " ": "Space" };

/** Somebody is typing: single letters are theirs. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type);
}
