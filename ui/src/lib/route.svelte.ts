/** Which screen is shown, with what, kept in the address after `#/`: `#/tasks?tab=failed&open=task:…`. */
export const SCREENS = [
  "overview",
  "devices",
  "accounts",
  "tasks",
  "templates",
  "interactions",
  "logs",
  "metrics",
  "settings",
] as const;
export type Screen = (typeof SCREENS)[number];

/** What the inspector shows. */
export interface Opened {
  kind: "task" | "account" | "device" | "list";
  id: string;
}

export interface Place {
  screen: Screen;
  params: ReadonlyMap<string, string>;
}

/** The place that an address names; the first screen for any other address. */
export function placeOf(hash: string): Place {
  const [name, query] = hash.replace(/^#\/?/, "").split("?", 2);
  const screen = SCREENS.find((screen) => screen === name) ?? SCREENS[0];
  return { screen, params: new Map(new URLSearchParams(query ?? "")) };
}

/** The address of a place. */
export function addressOf(screen: Screen, params: Iterable<readonly [string, string]> = []): string {
  const query = new URLSearchParams([...params].map(([name, value]): [string, string] => [name, value]));
  return query.size > 0 ? `#/${screen}?${query}` : `#/${screen}`;
}

/** `task:0190…` as what the inspector shows. */
export function openedOf(value: string | undefined): Opened | null {
  const [kind, id] = value?.split(/:(.*)/s, 2) ?? [];
  if (id === undefined || id === "") return null;
  return kind === "task" || kind === "account" || kind === "device" || kind === "list" ? { kind, id } : null;
}

class Route {
  screen = $state<Screen>(SCREENS[0]);
  params = $state.raw<ReadonlyMap<string, string>>(new Map());

  /** What the inspector shows, if anything. */
  get opened(): Opened | null {
    return openedOf(this.params.get("open"));
  }

  /** The value of a parameter, or what it is where none is named. */
  param(name: string, otherwise = ""): string {
    return this.params.get(name) ?? otherwise;
  }

  /** Goes to a screen, with a step back to where one was. */
  go(screen: Screen, params: Readonly<Record<string, string>> = {}): void {
    location.hash = addressOf(screen, Object.entries(params));
  }

  /** Changes parameters of this screen in place; an empty value takes one away. */
  set(changes: Readonly<Record<string, string>>): void {
    // Where somebody has gone a moment ago counts, though the browser has not told of it yet.
    this.#read();
    const params = new Map(this.params);
    for (const [name, value] of Object.entries(changes)) {
      if (value === "") params.delete(name);
      else params.set(name, value);
    }
    history.replaceState(null, "", addressOf(this.screen, params));
    this.#read();
  }

  /** Shows something in the inspector, on whatever screen this is. */
  open(kind: Opened["kind"], id: string): void {
    this.set({ open: `${kind}:${id}` });
  }

  close(): void {
    this.set({ open: "" });
  }

  /** Follows the address; answers how to stop. */
  follow(): () => void {
    const read = () => this.#read();
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }

  #read(): void {
    const { screen, params } = placeOf(location.hash);
    this.screen = screen;
    this.params = params;
  }
}

export const route = new Route();
