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
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return a.value === b.value ? 0 : a.value === null ? 1 : -1;
    if (typeof a.value === "number" && typeof b.value === "number") return turn * (a.value - b.value);
    return turn * collator.compare(String(a.value), String(b.value));
  });
  return keyed.map(({ row }) => row);
}

/** The next sorting after a click on a column: up, down, then as it came. */
export function nextSorting(sorting: Sorting | null, key: string): Sorting | null {
  if (sorting?.key !== key) return { key, down: false };
  return sorting.down ? null : { key, down: true };
}
