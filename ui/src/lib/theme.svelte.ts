/** Light or dark: what the operator chose, or what the system says. */
export type Appearance = "system" | "light" | "dark";

const KEY = "appearance";

function remembered(): Appearance {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

class Theme {
  #appearance = $state<Appearance>("system");
  #systemIsDark = $state(false);

  get appearance(): Appearance {
    return this.#appearance;
  }

  /** The theme on the screen now. */
  get shown(): "light" | "dark" {
    if (this.#appearance === "system") return this.#systemIsDark ? "dark" : "light";
    return this.#appearance;
  }

  choose(appearance: Appearance): void {
    this.#appearance = appearance;
    localStorage.setItem(KEY, appearance);
    this.#show();
  }

  follow(): void {
    const system = matchMedia("(prefers-color-scheme: dark)");
    this.#systemIsDark = system.matches;
    system.addEventListener("change", () => {
      this.#systemIsDark = system.matches;
      this.#show();
    });
    this.#appearance = remembered();
    this.#show();
  }

  #show(): void {
    document.documentElement.dataset.theme = this.shown;
  }
}

export const theme = new Theme();

/** Sets `data-theme` on the root element, and keeps it right. */
export function followTheme(): void {
  theme.follow();
}
