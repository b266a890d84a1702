/** Which screen is shown, kept in the address after `#/`. */
export const SCREENS = ["overview", "accounts"] as const;
export type Screen = (typeof SCREENS)[number];

/** The screen that an address names; the first one for any other address. */
export function screenOf(hash: string): Screen {
  const name = hash.replace(/^#\/?/, "");
  return SCREENS.find((screen) => screen === name) ?? SCREENS[0];
}

class Route {
  screen = $state<Screen>(SCREENS[0]);

  /** Follows the address; answers how to stop. */
  follow(): () => void {
    const read = () => (this.screen = screenOf(location.hash));
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }
}

export const route = new Route();
