import { expect, it } from "vitest";
import { accountsOf, ANYBODY, spreadOf, type Who } from "./who";

it("who does it is said as the engine takes it, once it is filled in", () => {
  const check = (who: Partial<Who>, expected: unknown) => expect(spreadOf({ ...ANYBODY, ...who }), JSON.stringify(who)).toEqual(expected);
  check({}, undefined);
  check({ by: "accounts" }, null);
  check({ by: "accounts", accounts: "a, b\na;" }, { accounts: ["a", "b"] });
  check({ by: "group", group: " day " }, { group: "day" });
  check({ by: "group", group: "  " }, null);
  check({ by: "devices", devices: [] }, null);
  check({ by: "devices", devices: ["u1"] }, { devices: ["u1"] });
  expect(accountsOf({ ...ANYBODY, accounts: "a" })).toEqual([]);
});
