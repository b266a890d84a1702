import { expect, test } from "vitest";
import { atFields, brakesOf, DAYS, identityOf, NO_BRAKES, NOBODY, sentBrakes, sentChange, sentNew } from "./form";

const nothing = { used: 0, ceiling: null, room_at: null };
const account = {
  account_id: "studio-1",
  handle: "studio.one",
  device_udid: null,
  label: null,
  group: "north",
  note: null,
  state: "available",
  state_reason: null,
  waiting_tasks_count: 0,
  limits: null,
  hours: null,
  paused: false,
  signed_in_on: [],
  consecutive_errors: 0,
  last_success_at: null,
  today: { follows: nothing, likes: nothing, comments: nothing },
};

test("of a new account only what was typed is sent", () => {
  expect(sentNew({ ...NOBODY, account_id: " a ", label: "Anna" }, NO_BRAKES)).toEqual({ account_id: "a", label: "Anna" });
  const limits = { ...NO_BRAKES.limits, likes_per_day: "0" };
  const hours = [{ days: DAYS, from: "09:00", to: "24:00" }];
  expect(sentNew({ ...NOBODY, account_id: "a" }, { limits, hours })).toEqual({
    account_id: "a",
    limits: { likes_per_day: 0 },
    hours: [{ from: "09:00", to: "24:00" }],
  });
});

test("of a change only what is another is sent, and what was emptied is sent empty", () => {
  const before = identityOf(account);
  expect(sentChange(before, before)).toEqual({});
  expect(sentChange(before, { ...before, group: "", label: "One" })).toEqual({ group: "", label: "One" });
});

test("limits and hours come back as they were shown", () => {
  const hours = [
    { days: ["sat", "sun"], from: "22:00", to: "06:00" },
    { days: null, from: "09:00", to: "12:00" },
  ];
  const brakes = brakesOf({ follows_per_day: 5 }, hours);
  expect(sentBrakes(brakes)).toEqual({
    limits: { follows_per_day: 5 },
    hours: [
      { days: ["sat", "sun"], from: "22:00", to: "06:00" },
      { from: "09:00", to: "12:00" },
    ],
  });
  expect(sentBrakes(brakesOf(null, null))).toEqual({ limits: {}, hours: [] });
});

test("a refusal stands at the field it is about, and is never lost", () => {
  const shown = ["account_id", "handle", "limits", "hours"];
  const check = (code: string, errors: { pointer?: string; detail: string }[]) =>
    atFields({ code, detail: "It is refused.", errors }, shown);
  expect(check("handle_taken", [])).toEqual({ fields: { handle: "It is refused." }, others: [] });
  expect(check("disk_full", [])).toEqual({ fields: {}, others: ["It is refused."] });
  expect(
    check("bad_fields", [
      { pointer: "/limits/follows_per_day", detail: "At most 80." },
      { pointer: "/hours/1/from", detail: "HH:MM." },
      { pointer: "/note", detail: "Too long." },
      { detail: "Something." },
    ]),
  ).toEqual({
    fields: { "limits/follows_per_day": "At most 80.", "hours/1/from": "HH:MM." },
    others: ["Too long.", "Something."],
  });
});
