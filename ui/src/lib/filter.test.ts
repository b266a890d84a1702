import { describe, expect, it } from "vitest";
import { has } from "./filter.svelte";

const ROW = { state: "Cooldown", device: "iPhone 15 — desk 1", account: "anna" };

describe("has", () => {
  it.each([
    ["", true],
    ["ANN", true],
    ["state:cool", true],
    ["state:cool device:desk", true],
    ["state:cool device:shelf", false],
    ['device:"desk 1"', true],
    ['device:"desk 2"', false],
    ["nothing:anna", false],
    ["anna bert", false],
  ])("%s", (text, expected) => expect(has(text, ROW)).toBe(expected));
});
