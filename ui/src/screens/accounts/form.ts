/** What is typed about an account, what is sent of it, and at which field a refusal belongs. */
import type { AccountListing, LimitsView, WindowView } from "../../lib/api";
import type { Finding, Takes } from "../../lib/backend";

export const LIMITS = ["follows_per_day", "likes_per_day", "comments_per_day", "action_gap_seconds"] as const;
export type Limit = (typeof LIMITS)[number];

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

/** A window of hours while it is typed. */
export interface Hours {
  days: readonly Day[];
  from: string;
  to: string;
}

/** Limits and hours while they are typed; an empty text is none. */
export interface Brakes {
  limits: Readonly<Record<Limit, string>>;
  hours: readonly Hours[];
}

/** Who an account is, while it is typed. */
export interface Identity {
  account_id: string;
  handle: string;
  label: string;
  group: string;
  note: string;
  /** A serial; empty: any phone. */
  device_udid: string;
}

export const NOBODY: Identity = { account_id: "", handle: "", label: "", group: "", note: "", device_udid: "" };
export const NO_BRAKES: Brakes = {
  limits: { follows_per_day: "", likes_per_day: "", comments_per_day: "", action_gap_seconds: "" },
  hours: [],
};

type NewAccount = Takes<"add_account">["body"];
type Changed = Takes<"change_account">["body"];

export function identityOf(account: AccountListing): Identity {
  return {
    account_id: account.account_id,
    handle: account.handle,
    label: account.label ?? "",
    group: account.group ?? "",
    note: account.note ?? "",
    device_udid: account.device_udid ?? "",
  };
}

export function brakesOf(limits: LimitsView | null, hours: readonly WindowView[] | null): Brakes {
  const text = (limit: Limit) => String(limits?.[limit] ?? "");
  const isDay = (day: string): day is Day => DAYS.some((known) => known === day);
  return {
    limits: {
      follows_per_day: text("follows_per_day"),
      likes_per_day: text("likes_per_day"),
      comments_per_day: text("comments_per_day"),
      action_gap_seconds: text("action_gap_seconds"),
    },
    hours: (hours ?? []).map(({ days, from, to }) => ({ days: days?.filter(isDay) ?? DAYS, from, to })),
  };
}

/** As the engine takes them. What is no number is sent as it is, and named by the engine. */
export function sentBrakes(brakes: Brakes): Required<Pick<Changed, "limits" | "hours">> {
  const limits: Partial<Record<Limit, number>> = {};
  for (const limit of LIMITS) {
    const typed = brakes.limits[limit].trim();
    if (typed !== "") limits[limit] = Number.isNaN(Number(typed)) ? (typed as unknown as number) : Number(typed);
  }
  const hours = brakes.hours.map(({ days, from, to }) => {
    const window = { from: from.trim(), to: to.trim() };
    return days.length === DAYS.length ? window : { ...window, days };
  });
  return { limits, hours };
}

/** What is sent of a new account: only what was typed. */
export function sentNew(who: Identity, brakes: Brakes): NewAccount {
  const body: NewAccount = { account_id: who.account_id.trim() };
  for (const field of ["handle", "label", "group", "note", "device_udid"] as const) {
    const typed = who[field].trim();
    if (typed !== "") body[field] = typed;
  }
  const { limits, hours } = sentBrakes(brakes);
  if (Object.keys(limits ?? {}).length > 0) body.limits = limits;
  if ((hours ?? []).length > 0) body.hours = hours;
  return body;
}

/** What is sent of a change: only what is another. */
export function sentChange(before: Identity, who: Identity): Changed {
  const body: Changed = {};
  for (const field of ["handle", "label", "group", "note", "device_udid"] as const) {
    const typed = who[field].trim();
    if (typed !== before[field]) body[field] = typed;
  }
  return body;
}

const OF_CODE: Readonly<Record<string, string>> = {
  account_exists: "account_id",
  handle_taken: "handle",
  account_held: "handle",
  too_many_hours: "hours",
};

/**
 * What is wrong, by field: `handle`, `limits/follows_per_day`, `hours/0/from`. `others` is what
 * belongs to no field that is shown.
 */
export function atFields(
  problem: { code: string; detail: string; errors: readonly Finding[] },
  shown: readonly string[],
): { fields: Readonly<Record<string, string>>; others: readonly string[] } {
  const fields: Record<string, string> = {};
  const others: string[] = [];
  const put = (name: string, detail: string) => {
    const field = shown.find((field) => name === field || name.startsWith(`${field}/`));
    if (field === undefined) others.push(detail);
    else fields[name] ??= detail;
  };
  if (problem.errors.length === 0) put(OF_CODE[problem.code] ?? "", problem.detail);
  for (const finding of problem.errors) put((finding.pointer ?? "").replace(/^\//, ""), finding.detail);
  return { fields, others };
}
