import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { watchReads } from "../../lib/reactive.test-support.svelte";
import { Draft, fieldOf, wholeOf } from "./draft.svelte";

function draft() {
  const it = new Draft<{ likes: string; hours: string[] }>();
  it.keep({ likes: "100", hours: ["08:00"] });
  return it;
}

describe("a draft of settings", () => {
  it("knows what was changed, and takes it back", () => {
    const it = draft();
    expect(it.dirty).toBe(false);
    it.set("likes", "90");
    expect(it.changed).toEqual(["likes"]);
    it.set("likes", "100");
    expect(it.dirty).toBe(false);
    it.set("hours", []);
    it.revert();
    expect(it.values).toEqual({ likes: "100", hours: ["08:00"] });
  });

  it("follows what is kept, but for what somebody is changing", () => {
    const it = draft();
    it.set("likes", "90");
    it.keep({ likes: "80", hours: ["09:00"] });
    expect(it.values).toEqual({ likes: "90", hours: ["09:00"] });
    expect(it.changed).toEqual(["likes"]);
  });

  it("is kept by an effect that runs once for each change of what is kept", async () => {
    const it = new Draft<{ likes: string }>();
    const { seen, stop } = watchReads(() => it.keep({ likes: "100" }));
    await tick();
    it.set("likes", "90");
    await tick();
    stop();
    expect(seen).toHaveLength(1);
    expect(it.values).toEqual({ likes: "90" });
  });

  it("shows what is refused at its fields, and leaves the rest to others", () => {
    const it = draft();
    const problem = (pointer: string) => ({ code: "validation", detail: "", errors: [{ pointer, detail: "Too many." }] });
    expect(it.refused(problem("/likes"))).toBe(true);
    expect(it.errors).toEqual({ likes: "Too many." });
    it.set("likes", "1");
    expect(it.errors).toEqual({});
    expect(it.refused(problem("/other"))).toBe(false);
    expect(it.refused({ code: "no_engine", detail: "", errors: [] })).toBe(false);
  });
});

describe("what is read", () => {
  const whole = (text: string, expected: number | null) => expect(wholeOf(text)).toBe(expected);
  it("takes whole numbers alone", () => {
    whole(" 80 ", 80);
    whole("0", 0);
    whole("", null);
    whole("-1", null);
    whole("1.5", null);
    whole("80k", null);
  });
  it("finds the field of a pointer", () => {
    expect(fieldOf("/rate_limit_steps/0")).toBe("rate_limit_steps");
    expect(fieldOf("/a~1b")).toBe("a/b");
    expect(fieldOf(undefined)).toBe("");
  });
});
