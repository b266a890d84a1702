import { expect, it } from "vitest";
import { bytes } from "./sizes";

const check = (size: number, expected: string) => expect(bytes(size)).toBe(expected);

it("writes sizes short", () => {
  check(0, "0 bytes");
  check(999, "999 bytes");
  check(1500, "1.5 KB");
  check(123_456, "123 KB");
  check(9_876_543, "9.9 MB");
  check(2_000_000_000_000_000, "2000 TB");
});
