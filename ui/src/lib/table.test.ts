import { describe, expect, it } from "vitest";
import { type Column, nextSorting, sorted } from "./ui/table";

interface Row {
  name: string | null;
  size: number;
}
const COLUMNS: Column<Row>[] = [
  { key: "name", title: "Name", width: "1fr", sort: (row) => row.name },
  { key: "size", title: "Size", width: "1fr", sort: (row) => row.size },
  { key: "none", title: "None", width: "1fr" },
];
const ROWS: Row[] = [
  { name: "a10", size: 2 },
  { name: null, size: 3 },
  { name: "A9", size: 1 },
];

describe("sorted", () => {
  it.each([
    [null, ["a10", null, "A9"]],
    [{ key: "name", down: false }, ["A9", "a10", null]],
    [{ key: "name", down: true }, ["a10", "A9", null]],
    [{ key: "size", down: false }, ["A9", "a10", null]],
    [{ key: "none", down: true }, ["a10", null, "A9"]],
  ])("%j", (sorting, expected) => expect(sorted(ROWS, COLUMNS, sorting).map((row) => row.name)).toEqual(expected));

  it("turns a column up, down, and back to how rows came", () => {
    const up = nextSorting(null, "name");
    const down = nextSorting(up, "name");
    expect([up, down, nextSorting(down, "name"), nextSorting(down, "size")]).toEqual([
      { key: "name", down: false },
      { key: "name", down: true },
      null,
      { key: "size", down: false },
    ]);
  });
});
