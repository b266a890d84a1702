import { expect, it } from "vitest";
import { daysOf, withWindows } from "./hours";

const day = { from: "08:00", to: "20:00" };

it("takes a group away with its last window, since without one it would never open", () => {
  expect(withWindows({ "": [day], team: [day] }, "team", [])).toEqual({ "": [day] });
  expect(withWindows({}, "team", [day])).toEqual({ team: [day] });
});

it("means every day where no day is named", () => {
  expect(daysOf(day)).toHaveLength(7);
  expect(daysOf({ ...day, days: ["sun"] })).toEqual(["sun"]);
  expect(daysOf({ ...day, days: null })).toHaveLength(7);
});
