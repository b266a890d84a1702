/** Which rows of a long table are drawn: those in sight and a few around them. */

/** Rows drawn above and below what is in sight, so that scrolling shows no gap. */
export const OVERSCAN_ROWS = 8;

export interface RowWindow {
  /** The first row drawn. */
  start: number;
  /** The row after the last one drawn. */
  end: number;
}

export function rowWindow(scrollTop: number, height: number, rowHeight: number, rows: number): RowWindow {
  const visible = Math.ceil(height / rowHeight) + 1;
  // A list that got shorter is still scrolled to where it was, until the browser says otherwise.
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight), rows - visible));
  return {
    start: Math.max(0, first - OVERSCAN_ROWS),
    end: Math.min(rows, first + visible + OVERSCAN_ROWS),
  };
}

/** The row that a key moves to from `active` (-1: none yet), or null when the key is not ours. */
export function rowForKey(key: string, active: number, rows: number, page: number): number | null {
  if (rows === 0) return null;
  const last = rows - 1;
  const clamp = (row: number) => Math.max(0, Math.min(last, row));
  switch (key) {
    case "ArrowDown":
    case "j":
      return clamp(active + 1);
    case "ArrowUp":
    case "k":
      return clamp(active - 1);
    case "PageDown":
      return clamp(active + page);
    case "PageUp":
      return clamp(active - page);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
