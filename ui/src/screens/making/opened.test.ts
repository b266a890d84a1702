import { beforeEach, expect, it, vi } from "vitest";
import { base64Of, chosen, isNames, keep, mapped, missing, namesOf, valuesOf } from "./opened";

const file = (names: [string, string | null][], kind: "tasks" | "accounts" = "tasks") => ({
  kind,
  encoding: "UTF-8",
  delimiter: "comma",
  sheet: null,
  rows: 1,
  text: "",
  columns: names.map(([name, ours]) => ({ name, as_task: ours, as_account: ours, samples: [] })),
});

beforeEach(() => {
  const kept = new Map<string, string>();
  const storage = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, text: string) => kept.set(name, text) };
  vi.stubGlobal("localStorage", storage);
});

it("what a file lacks is asked for, or stands in every row", () => {
  const one = chosen(0, "x.csv", file([["Wer", null], ["Ziel", "target_username"]]));
  expect(missing(one)).toEqual([]);
  expect(valuesOf(one)).toEqual({ account_id: "", task_type: "instagram", actions: "" });
  expect(namesOf(mapped(one, 0, "account_id"))).toEqual({ Wer: "account_id", Ziel: "target_username" });
  expect(missing(mapped(one, 1, ""))).toEqual(["target_username"]);
  expect(missing(chosen(0, "x.csv", file([["x", null]], "accounts")))).toEqual(["account_id", "handle"]);
});

it("a column of ours is one of the file at most", () => {
  const one = chosen(0, "x.csv", file([["a", "target_username"], ["b", null]]));
  expect(mapped(one, 1, "target_username").columns).toEqual(["", "target_username"]);
  expect(mapped(one, 1, "").columns).toEqual(["target_username", ""]);
});

it("a column without a name is passed over", () => {
  const one = chosen(0, "x.csv", file([["a", "target_username"], ["", null]]));
  expect(namesOf(mapped(one, 1, "note"))).toEqual({ a: "target_username", "": "" });
});

it("a mapping is remembered for files with the same header", () => {
  const header: [string, string | null][] = [["A", null], ["B", null]];
  keep(mapped(chosen(0, "x.csv", file(header)), 1, "target_username"));
  expect(chosen(1, "y.csv", file([["a", null], ["b", null]])).columns).toEqual(["", "target_username"]);
  expect(chosen(2, "z.csv", file([["a", null], ["c", null]])).columns).toEqual(["", ""]);
});

it("a plain list of names is told from a sheet", () => {
  expect(isNames(chosen(0, "x.txt", file([["anna", null]])))).toBe(true);
  expect(isNames(chosen(0, "x.txt", file([["username", "target_username"]])))).toBe(false);
});

it("bytes become base64 whatever they are", async () => {
  const bytes = new Uint8Array(100_000).map((_, at) => at % 256);
  const text = await base64Of(new Blob([bytes]));
  expect(atob(text).length).toBe(100_000);
  expect(atob(text).charCodeAt(255)).toBe(255);
});
