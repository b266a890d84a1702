/** What tables have in common: their columns, and how they are sorted. */

export interface Column<T = unknown> {
  key: string;
  title: string;
  /** A CSS grid track, like `2fr` or `90px`. */
  width: string;
  end?: boolean;
  /** What rows are sorted by; a column without it is not sorted. */
  sort?: (row: T) => string | number | null;
  /** Hidden until the operator asks for it. */
  extra?: boolean;
}

export interface Sorting {
  key: string;
  down: boolean;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Rows in order; what has no value comes last either way. The order given holds among equals. */
export function sorted<T>(rows: readonly T[], columns: readonly Column<T>[], sorting: Sorting | null): readonly T[] {
  const by = columns.find((column) => column.key === sorting?.key)?.sort;
  if (by === undefined || sorting === null) return rows;
  const turn = sorting.down ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: by(row) }));
  keyed.sort((a, b) => compare(a.value, b.value, turn));
  return keyed.map(({ row }) => row);
}

function compare(a: string | number | null, b: string | number | null, turn: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return turn * (a - b);
  return turn * collator.compare(String(a), String(b));
}

/**
 * Sorts rows that hardly change in between, as live data does: it begins from the order of the last
 * time, so that little has to be compared. What comes out is the same as of `sorted`.
 */
export class Sorter<T> {
  #last: ReadonlyMap<string, number> = new Map();

  sort(
    rows: readonly T[],
    columns: readonly Column<T>[],
    sorting: Sorting | null,
    idOf: (row: T) => string,
  ): readonly T[] {
    const by = columns.find((column) => column.key === sorting?.key)?.sort;
    if (by === undefined || sorting === null) return rows;
    const turn = sorting.down ? -1 : 1;
    const known: { row: T; at: number; id: string; value: string | number | null }[] = new Array(this.#last.size);
    const fresh: typeof known = [];
    rows.forEach((row, at) => {
      const id = idOf(row);
      const last = this.#last.get(id);
      const keyed = { row, at, id, value: by(row) };
      if (last === undefined) fresh.push(keyed);
      else known[last] = keyed;
    });
    // Places of rows that went are holes, and `filter` leaves them out.
    const order = known.filter(() => true).concat(fresh);
    order.sort((a, b) => compare(a.value, b.value, turn) || a.at - b.at);
    this.#last = new Map(order.map(({ id }, at) => [id, at]));
    return order.map(({ row }) => row);
  }
}

/** The next sorting after a click on a column: up, down, then as it came. */
export function nextSorting(sorting: Sorting | null, key: string): Sorting | null {
  if (sorting?.key !== key) return { key, down: false };
  return sorting.down ? null : { key, down: true };
}
