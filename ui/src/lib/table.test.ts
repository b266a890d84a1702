import { describe, expect, it } from "vitest";
import { type Column, nextSorting, Sorter, sorted } from "./ui/table";

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

it("rows that change a little are sorted as if anew", () => {
  interface Row {
    id: string;
    n: number | null;
    name: string;
  }
  const columns: Column<Row>[] = [
    { key: "n", title: "", width: "", sort: (row) => row.n },
    { key: "name", title: "", width: "", sort: (row) => row.name },
  ];
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const row = (no: number): Row => ({ id: `r${no}`, n: random(4) === 0 ? null : random(5), name: `x${random(9)}` });
  const sorter = new Sorter<Row>();
  let rows = Array.from({ length: 60 }, (_, no) => row(no));
  for (let turn = 0; turn < 200; turn += 1) {
    // Some change, some go, some come.
    rows = rows.filter(() => random(20) !== 0).map((old) => (random(6) === 0 ? { ...row(0), id: old.id } : old));
    while (rows.length < 60) rows.splice(random(rows.length + 1), 0, row(1_000 + turn * 100 + rows.length));
    const sorting = { key: random(2) === 0 ? "n" : "name", down: random(2) === 0 };
    expect(sorter.sort(rows, columns, sorting, (one) => one.id)).toEqual(sorted(rows, columns, sorting));
  }
  expect(sorter.sort(rows, columns, null, (one) => one.id)).toBe(rows);
});
