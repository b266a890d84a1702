import { expect, test } from "vitest";
import { moment, readable } from "./moment";

test("a point in time is as short as it can be told apart", () => {
  const now = new Date(2026, 10, 27, 15, 0).getTime();
  const at = (...when: [number, number, number, number, number]) => moment(new Date(...when).toISOString(), now);
  expect(at(2026, 10, 27, 9, 5)).toBe("09:05");
  expect(at(2026, 10, 26, 23, 59)).toBe("26 Nov 23:59");
  expect(at(2025, 10, 27, 15, 0)).toBe("27 Nov 2025");
  expect(moment("soon", now)).toBe("soon");
});

test("a sentence of the engine is told with local times and short ids", () => {
  const now = Date.parse("2026-11-27T05:00:00Z");
  const at = "2026-11-27T05:34:24.132Z";
  expect(readable(`Account a01 rests until ${at}.`, now)).toBe(`Account a01 rests until ${moment(at, now)}.`);
  expect(readable("Behind 01a21b7e-52a9-7428-888b-b252255b4fe9 of the same account.", now)).toBe(
    "Behind task …255b4fe9 of the same account.",
  );
  expect(readable("Every phone for it is busy.", now)).toBe("Every phone for it is busy.");
});
