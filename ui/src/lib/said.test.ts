import { expect, test } from "vitest";
import { moment, said } from "./said";

test("a sentence has local times and short ids", () => {
  const at = new Date(2026, 10, 27, 14, 32, 5);
  const sentence = `Account a rests until ${at.toISOString()}.`;
  expect(said(sentence, at.getTime())).toBe("Account a rests until 14:32.");
  expect(said("Behind 019abcde-0000-7000-8000-00000000beef of the same account.")).toBe(
    "Behind task …00beef of the same account.",
  );
  expect(said("Paused by you.")).toBe("Paused by you.");
});

test("a moment is as short as it is clear", () => {
  const now = new Date(2026, 10, 27, 9, 0).getTime();
  const check = (at: Date, expected: string) => expect(moment(at.toISOString(), now)).toBe(expected);
  check(new Date(2026, 10, 27, 0, 5), "00:05");
  check(new Date(2026, 10, 28, 14, 32), "28 Nov 14:32");
  check(new Date(2025, 10, 28, 14, 32), "28 Nov 2025");
  expect(moment("soon", now)).toBe("soon");
});
