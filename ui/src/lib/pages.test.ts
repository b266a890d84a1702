import { describe, expect, test } from "vitest";
import { keyed, type Page, Pages } from "./pages.svelte";

/** Pages of two of the numbers from 9 down. */
function numbers(cursor: string | undefined): Promise<Page<number>> {
  const from = cursor === undefined ? 9 : Number(cursor);
  const rows = [from, from - 1].filter((row) => row > 0);
  return Promise.resolve({ rows, next: from > 2 ? String(from - 2) : null });
}

describe("pages", () => {
  test("come behind each other, and each once however often the end is near", async () => {
    const pages = new Pages(numbers);
    await pages.refresh();
    expect(pages.rows).toEqual([9, 8]);
    expect(pages.deep).toBe(false);
    await Promise.all([pages.more(), pages.more()]);
    expect(pages.rows).toEqual([9, 8, 7, 6]);
    expect(pages.deep).toBe(true);
    for (let turn = 0; turn < 9; turn += 1) await pages.more();
    expect(pages.rows).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(pages.next).toBeNull();
  });

  test("a page that comes after a new first page is dropped", async () => {
    let open: (page: Page<number>) => void = () => undefined;
    const pages = new Pages<number>((cursor) =>
      cursor === undefined ? numbers(undefined) : new Promise((answer) => (open = answer)),
    );
    await pages.refresh();
    const late = pages.more();
    await pages.refresh();
    open({ rows: [1], next: null });
    await late;
    expect(pages.rows).toEqual([9, 8]);
    expect(pages.next).toBe("7");
  });

  test("a problem leaves what was shown, and goes with the next answer", async () => {
    let fails = false;
    const pages = new Pages<number>((cursor) => (fails ? Promise.reject(new Error("gone")) : numbers(cursor)));
    await pages.refresh();
    fails = true;
    await pages.more();
    expect(pages.problem?.detail).toBe("gone");
    expect(pages.rows).toEqual([9, 8]);
    fails = false;
    await pages.refresh();
    expect(pages.problem).toBeNull();
  });

  test("rows that say the same have keys of their own, which newer rows do not change", () => {
    const told = (row: { name: string }) => row.name;
    const before = keyed([{ name: "a" }, { name: "b" }, { name: "a" }], told);
    const after = keyed([{ name: "a" }, { name: "a" }, { name: "b" }, { name: "a" }], told);
    expect(new Set(after.map((row) => row.key)).size).toBe(4);
    expect(after.slice(1).map((row) => row.key)).toEqual(before.map((row) => row.key));
  });
});
