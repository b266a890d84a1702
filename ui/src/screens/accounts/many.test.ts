import { expect, test } from "vitest";
import { eachOf } from "./many";

test("each is ordered once, a few at a time, and one that is refused keeps none of the others", async () => {
  const ids = Array.from({ length: 30 }, (_, at) => `a${at}`);
  const asked: string[] = [];
  let [atOnce, most] = [0, 0];
  const steps: number[] = [];
  const outcome = await eachOf(
    ids,
    async (id) => {
      asked.push(id);
      most = Math.max(most, ++atOnce);
      await Promise.resolve();
      atOnce -= 1;
      if (id === "a3") throw { code: "unknown_account", detail: "It is gone.", errors: [] };
    },
    (answered) => steps.push(answered),
  );
  expect([...asked].sort()).toEqual([...ids].sort());
  expect(most).toBeLessThanOrEqual(8);
  expect(most).toBeGreaterThan(1);
  expect(outcome.done).toEqual(ids.filter((id) => id !== "a3"));
  expect(outcome.refused.map(({ id, problem }) => [id, problem.code])).toEqual([["a3", "unknown_account"]]);
  expect(steps.at(-1)).toBe(30);
});

test("of none nothing is ordered", async () => {
  expect(await eachOf([], () => Promise.reject(new Error("not asked")))).toEqual({ done: [], refused: [] });
});
