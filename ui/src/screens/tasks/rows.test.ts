import { expect, test } from "vitest";
import { PAGE, Rows } from "./rows.svelte";

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => String(from + at));
const settled = () => new Promise((done) => setTimeout(done));

/** A list of so many, that tells what it was asked for. */
function listOf(length: number) {
  const asked: [number, number][] = [];
  const ask = async (skip: number, limit: number) => {
    asked.push([skip, limit]);
    return { rows: numbers(skip, Math.min(length, skip + limit)), total: length };
  };
  return { asked, ask };
}

test("pages are asked for one by one, and the last one ends it", async () => {
  const rows = new Rows<string>((row) => row);
  const { asked, ask } = listOf(PAGE + 20);
  rows.begin(ask);
  expect(rows.ready).toBe(false);
  await settled();
  expect([rows.rows.length, rows.total, rows.complete]).toEqual([PAGE, PAGE + 20, false]);
  rows.more();
  rows.more();
  await settled();
  expect(rows.rows).toEqual(numbers(0, PAGE + 20));
  rows.more();
  await settled();
  expect(asked).toEqual([
    [0, PAGE],
    [PAGE, PAGE],
  ]);
});

test("asking again takes all that is loaded, and what moved stands once", async () => {
  const rows = new Rows<string>((row) => row);
  let all = numbers(10, 10 + PAGE + 50);
  const ask = async (skip: number, limit: number) => ({ rows: all.slice(skip, skip + limit), total: all.length });
  rows.begin(ask);
  await settled();
  all = ["new", ...all];
  rows.more();
  await settled();
  expect(new Set(rows.rows).size).toBe(rows.rows.length);
  rows.again();
  await settled();
  expect(rows.rows).toEqual(all.slice(0, rows.rows.length));
});

test("a late answer to an earlier question is dropped", async () => {
  const rows = new Rows<string>((row) => row);
  let answer = (_: string[]) => {};
  rows.begin(() => new Promise((done) => (answer = (found) => done({ rows: found, total: found.length }))));
  rows.begin(async () => ({ rows: ["new"], total: 1 }));
  await settled();
  answer(["old"]);
  await settled();
  expect(rows.rows).toEqual(["new"]);
});

test("what is refused is told, and what was there stays", async () => {
  const rows = new Rows<string>((row) => row);
  let fails = false;
  rows.begin(async () => {
    if (fails) throw { code: "no_engine", detail: "It is away." };
    return { rows: ["a"], total: 1 };
  });
  await settled();
  fails = true;
  rows.again();
  await settled();
  expect([rows.problem?.code, rows.rows]).toEqual(["no_engine", ["a"]]);
});
