import { describe, expect, it } from "vitest";
import { bytes, DEVICE_ORDERS, heatOf, mayDo, stateOf, titleOf } from "./device-looks";

const ready = { status: "ready", paused: false, stopped: false, in_hand: false };

describe("phones", () => {
  it("are called by the nearest name there is", () => {
    const check = (label: string | null, name: string | null, expected: string) =>
      expect(titleOf({ label, name, udid: "U1" })).toBe(expected);
    check("Desk", "iPhone", "Desk");
    check(null, "iPhone", "iPhone");
    check(null, null, "U1");
  });

  it("show what the operator did before what they do", () => {
    const check = (change: Partial<typeof ready>, expected: string) =>
      expect(stateOf({ ...ready, ...change })).toBe(expected);
    check({}, "ready");
    check({ status: "connected" }, "starting");
    check({ paused: true }, "paused");
    check({ paused: true, status: "busy" }, "busy");
    check({ paused: true, status: "error" }, "failing");
    check({ in_hand: true, status: "busy" }, "in-hand");
    check({ stopped: true, in_hand: true, status: "busy" }, "stopped");
    check({ stopped: true, status: "disconnected" }, "away");
  });

  it("take the orders that make sense for them", () => {
    const check = (change: Partial<typeof ready>, expected: string) => {
      const device = { ...ready, ...change };
      expect(DEVICE_ORDERS.filter((order) => mayDo(order, device)).join(" ")).toBe(expected);
    };
    check({}, "find prepare restart pause take stop let-go");
    check({ status: "busy" }, "pause take stop");
    check({ paused: true }, "find prepare restart resume take stop let-go");
    check({ stopped: true }, "prepare resume take");
    check({ in_hand: true }, "pause give stop");
    check({ status: "disconnected" }, "pause stop let-go forget");
  });

  it("tell their condition in words", () => {
    expect(heatOf(null)).toBeNull();
    expect(heatOf("serious")).toBe("Hot");
    expect(heatOf("molten")).toBe("molten");
    expect(bytes(61_203_283_968)).toBe("61.2 GB");
    expect(bytes(480_900_000)).toBe("480 MB");
  });
});
