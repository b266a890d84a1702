/** What the window remembers of itself: sizes, sorting, the last tab. Nothing of the operator's data. */

/** The value kept under a name, or what it is where none was kept or it cannot be read. */
export function remembered<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(name);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Only comfort is lost where nothing can be kept.
  }
}
