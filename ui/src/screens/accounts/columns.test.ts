import { expect, test } from "vitest";
import { columns } from "./columns";

test("a narrow table begins with fewer columns, and none is lost", () => {
  const shown = (width: number) => columns(width, false).filter((column) => column.extra !== true).map((column) => column.key);
  expect(shown(1_050)).toContain("signed-in");
  expect(shown(730)).toEqual(["account", "state", "today", "cooldown", "waiting", "phone", "done"]);
  for (const width of [0, 500, 730, 2_000]) {
    expect(shown(width)).toEqual(expect.arrayContaining(["account", "state", "cooldown", "waiting"]));
    expect(columns(width, false).map((column) => column.key)).toEqual(columns(2_000, false).map((column) => column.key));
  }
});
