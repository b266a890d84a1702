/** The filter of the interactions: what stands in the address, as the engine takes it. */
import type { Takes } from "../../lib/backend";
import { wordsOf } from "../../lib/filter.svelte";
import { beginOf, endOf } from "../../lib/times";

export type Query = NonNullable<Takes<"interaction_totals">["query"]>;
type Action = NonNullable<Query["action"]>;
type Status = NonNullable<Query["status"]>;

export const ACTIONS: readonly Action[] = ["follow", "like", "comment", "view"];
export const STATUSES: readonly Status[] = [
  "success",
  "failed",
  "skipped",
  "retry",
  "dedupe_hit",
  "rate_limited",
  "private_account",
  "target_unavailable",
  "unknown",
  "would",
];

/** The parameters of the address that are filters; `q` is the field of the toolbar. */
export const PARAMS = ["q", "account", "action", "status", "device", "list", "from", "to", "rehearsal"] as const;
type Param = (typeof PARAMS)[number];

/** What is asked for; a parameter that means nothing is left out. */
export function queryOf(param: (name: Param) => string): Query {
  const typed = param("q").trim();
  const fields = new Map(wordsOf(typed).map(({ field, word }) => [field, word]));
  const target = fields.get("target") ?? fields.get(null) ?? "";
  const query: Query = {
    account_id: param("account") || undefined,
    target_username: target.replace(/^@/, "") || undefined,
    action: ACTIONS.find((action) => action === (fields.get("action") ?? param("action"))),
    status: STATUSES.find((status) => status === (fields.get("status") ?? param("status"))),
    device: param("device") || undefined,
    list: param("list") || undefined,
    from_date: beginOf(param("from")) || undefined,
    to_date: endOf(param("to")) || undefined,
  };
  if (param("rehearsal") === "yes") query.rehearsal = true;
  return query;
}

/** Whether anything is filtered. */
export function isFiltered(query: Query): boolean {
  return Object.entries(query).some(([name, value]) => name !== "rehearsal" && value !== undefined);
}

/** The sums by status, the greatest first. */
export function byStatus(totals: Readonly<Record<string, Readonly<Record<string, number>>>>): [string, number][] {
  const sums = new Map<string, number>();
  for (const statuses of Object.values(totals))
    for (const [status, rows] of Object.entries(statuses)) sums.set(status, (sums.get(status) ?? 0) + rows);
  return [...sums].sort((a, b) => b[1] - a[1]);
}
