/** When somebody last looked at the window, so that who comes back is told what happened since. */
import { remember, remembered } from "./remembered";

const KEY = "presence.seen";
/** Somebody who was away for less has not left. */
export const AWAY_MS = 10 * 60_000;
/** How often it is noted that the window is looked at. */
const BEAT_MS = 20_000;

/** Since when somebody was away who comes back now; null where they had not left. */
export function leftAt(seen: number | null, now: number): number | null {
  return seen !== null && now - seen >= AWAY_MS ? seen : null;
}

class Presence {
  /** Since when the operator was away, until they have read what happened since. */
  away = $state<number | null>(null);

  /** Notes that somebody looks at the window, for its life. */
  follow(): void {
    this.#back();
    const shown = () => document.visibilityState === "visible";
    setInterval(() => shown() && document.hasFocus() && this.#note(), BEAT_MS);
    document.addEventListener("visibilitychange", () => (shown() ? this.#back() : this.#note()));
    addEventListener("focus", () => this.#back());
    addEventListener("blur", () => this.#note());
  }

  /** It was read. */
  read(): void {
    this.away = null;
  }

  #back(): void {
    this.away ??= leftAt(remembered<number | null>(KEY, null), Date.now());
    this.#note();
  }

  #note(): void {
    remember(KEY, Date.now());
  }
}

export const presence = new Presence();
