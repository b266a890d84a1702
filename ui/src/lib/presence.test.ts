import { expect, test } from "vitest";
import { AWAY_MS, leftAt } from "./presence.svelte";

test("who was away for a while is told since when; who only looked elsewhere is not", () => {
  const now = 1_795_000_000_000;
  expect(leftAt(null, now)).toBeNull();
  expect(leftAt(now - 1, now)).toBeNull();
  expect(leftAt(now - AWAY_MS + 1, now)).toBeNull();
  expect(leftAt(now - AWAY_MS, now)).toBe(now - AWAY_MS);
});
