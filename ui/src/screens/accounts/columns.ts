/** The columns of the accounts' table. What is asked for row by row in sight cannot be sorted by. */
import type { AccountView } from "../../lib/bindings";
import { lookOf } from "../../lib/states";
import type { Column } from "../../lib/ui/table";
import { t } from "../../words";
import { titleOf } from "./figures";

/** Which columns a table of this width begins with: the rest is a choice away. */
export function columns(width: number, anyPaused: boolean): readonly Column<AccountView>[] {
  const hidden = NARROW.filter(({ below }) => width < below).map(({ key }) => key);
  return ALL.map((column) => {
    const one = hidden.includes(column.key) ? { ...column, extra: true } : column;
    if (one.key === "state" && anyPaused) return { ...one, width: PAUSED_WIDTH };
    // The last head has the menu of columns beside it.
    return one.key === "waiting" && hidden.includes("done") ? { ...one, width: "84px" } : one;
  });
}

/** Room for a state and, beside it, that the account is paused. */
const PAUSED_WIDTH = "minmax(176px, 1fr)";

const NARROW: readonly { key: string; below: number }[] = [
  { key: "signed-in", below: 1_000 },
  { key: "group", below: 860 },
  { key: "success", below: 800 },
  { key: "phone", below: 700 },
  { key: "today", below: 640 },
  { key: "done", below: 500 },
];

const words = t.accounts;

const ALL: readonly Column<AccountView>[] = [
  { key: "account", title: words.account, width: "minmax(90px, 1.4fr)", sort: titleOf },
  { key: "handle", title: words.handle, width: "minmax(80px, 1.2fr)", sort: (account) => account.handle, extra: true },
  { key: "group", title: words.group, width: "minmax(60px, 0.8fr)", sort: (account) => account.group },
  { key: "state", title: words.state, width: "minmax(120px, 1fr)", sort: (account) => lookOf(account).word },
  { key: "signed-in", title: words.signedIn, width: "minmax(80px, 1.2fr)", sort: (account) => account.signed_in_on.length },
  { key: "today", title: words.today, width: "minmax(150px, 1.9fr)" },
  {
    key: "cooldown",
    title: words.cooldown,
    width: "92px",
    end: true,
    sort: (account) => (account.cooldown_until === null ? null : Date.parse(account.cooldown_until)),
  },
  { key: "waiting", title: words.waiting, width: "62px", end: true, sort: (account) => account.waiting_tasks_count },
  { key: "phone", title: words.phone, width: "minmax(80px, 1.4fr)", sort: (account) => account.current_device },
  { key: "task", title: words.task, width: "90px", sort: (account) => account.current_task_id, extra: true },
  {
    key: "errors",
    title: words.errors,
    width: "104px",
    end: true,
    sort: (account) => account.consecutive_errors,
    extra: true,
  },
  { key: "success", title: words.success, width: "96px" },
  { key: "done", title: words.done, width: "72px", end: true, sort: (account) => account.total_tasks_completed },
];
