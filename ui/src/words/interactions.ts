import { count, plural } from "../lib/format";

export const interactions = {
  title: "Interactions",
  filterHint: "Name of the target",
  account: "Account",
  action: "Action",
  status: "Status",
  device: "Device",
  list: "List",
  from: "From",
  to: "To",
  rehearsals: "Rehearsals",
  rehearsalsHint: "Shows what rehearsals found, instead of what was done.",
  any: "Any",
  clear: "Clear filters",
  newest: "Show the newest",

  actions: { follow: "Follow", like: "Like", comment: "Comment", view: "View" } as Readonly<Record<string, string>>,
  statuses: {
    success: "Done",
    failed: "Failed",
    skipped: "Skipped",
    retry: "Tried again",
    dedupe_hit: "Done before",
    rate_limited: "Rate limited",
    private_account: "Private",
    target_unavailable: "Not there",
    unknown: "Unknown",
    would: "Would do",
  } as Readonly<Record<string, string>>,

  columns: {
    time: "Time",
    account: "Account",
    action: "Action",
    target: "Target",
    status: "Status",
    reason: "Reason",
    device: "Device",
    took: "Took",
    task: "Task",
  },

  total: (rows: number) => plural(rows, "outcome"),
  sum: (word: string, rows: number) => `${word} ${count(rows)}`,
  counting: "Counting…",
  exportCsv: "Export CSV",
  exportJson: "Export JSON",
  exported: (rows: number | null) => (rows === null ? "The export was saved." : `${plural(rows, "outcome")} exported.`),
  guard: "Guard formulas",
  guardHint:
    "Puts a ' before cells that a spreadsheet would run as a formula. It changes those cells; JSON is never changed.",

  empty: "No interactions yet",
  emptyText: "Each follow, like, comment and view is recorded here, with what came of it.",
  noMatch: "No match",
  noMatchText: "Nothing that was recorded has all of this.",
} as const;
