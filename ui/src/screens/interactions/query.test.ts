import { expect, test } from "vitest";
import { byStatus, isFiltered, queryOf } from "./query";

function check(params: Record<string, string>, expected: Record<string, unknown>) {
  const query = queryOf((name) => params[name] ?? "");
  expect(JSON.parse(JSON.stringify(query))).toEqual(expected);
}

test("what stands in the address is asked for as the engine takes it", () => {
  check({}, {});
  check({ q: "@some.body" }, { target_username: "some.body" });
  check({ q: "status:failed Harbour" }, { status: "failed", target_username: "harbour" });
  check({ account: "anna", action: "like", device: "p-1" }, { account_id: "anna", action: "like", device: "p-1" });
  check({ action: "shout", status: "loud", from: "never" }, {});
  check({ rehearsal: "yes" }, { rehearsal: true });
  check(
    { from: "2026-11-23", to: "2026-11-23" },
    {
      from_date: new Date(2026, 10, 23).toISOString(),
      to_date: new Date(new Date(2026, 10, 24).valueOf() - 1).toISOString(),
    },
  );
});

test("rehearsals are another place, not a filter", () => {
  expect(isFiltered(queryOf((name) => (name === "rehearsal" ? "yes" : "")))).toBe(false);
  expect(isFiltered(queryOf((name) => (name === "list" ? "l" : "")))).toBe(true);
});

test("sums by status go over all actions", () => {
  expect(byStatus({ like: { success: 2, failed: 9 }, follow: { success: 8 } })).toEqual([
    ["success", 10],
    ["failed", 9],
  ]);
});
