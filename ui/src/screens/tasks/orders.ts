/** What is ordered about tasks, with the guard each order has (ux.md §3.3). */
import type { TaskDetails, TaskStatus } from "../../lib/api";
import { actions } from "../../lib/actions.svelte";
import type { Takes } from "../../lib/backend";
import { live } from "../../lib/live.svelte";
import { moment } from "../../lib/said";
import { standing } from "../../lib/task-look";
import { confirm } from "../../lib/ui/confirm.svelte";
import { tellDone, tellWithUndo } from "../../lib/ui/toast";
import { t } from "../../words";
import { bodyOf, type Selection, sizeOf, typedFor } from "./asking";
import { job } from "./job.svelte";

/** One task: what waits at once and with an undo, what runs or is scheduled after a question. */
export async function cancelTask(task: TaskStatus): Promise<boolean> {
  const where = standing(task);
  const title = t.tasks.cancelTask(task.target_username);
  if (where === "running") {
    const { done, total } = task.progress;
    const text = t.tasks.cancelRunning(done, total);
    if ((await confirm({ title, text, verb: t.tasks.cancelOne, danger: true })) === null) return false;
  } else if (where === "scheduled" && task.not_before !== null) {
    const text = t.tasks.cancelScheduled(moment(task.not_before));
    if ((await confirm({ title, text, verb: t.tasks.cancelOne, danger: true })) === null) return false;
  }
  return actions.order(async () => {
    const ordered = await live.backend.ask("cancel_task", { id: task.task_id });
    if (ordered.status !== "cancelled") tellDone(ordered.message);
    else if (where !== "waiting") tellDone(t.tasks.cancelledOne);
    else tellWithUndo(t.tasks.cancelledOne, t.tasks.undoHint, () => void putBack(task.task_id));
  });
}

function putBack(id: string): Promise<boolean> {
  return actions.order(async () => {
    const ordered = await live.backend.ask("retry_task", { id });
    tellDone(t.tasks.putBack, ordered.message);
  });
}

export function retryTask(id: string): Promise<boolean> {
  return actions.order(async () => {
    const ordered = await live.backend.ask("retry_task", { id });
    tellDone(t.tasks.retried, ordered.message);
  });
}

/** Takes a waiting task out and puts it at the end of its line. */
export function putAtEnd(id: string): Promise<boolean> {
  return actions.order(async () => {
    await live.backend.ask("cancel_task", { id });
    const ordered = await live.backend.ask("retry_task", { id });
    tellDone(t.tasks.atEnd, ordered.message);
  });
}

export function resolveTask(id: string, happened: boolean): Promise<boolean> {
  return actions.order(async () => {
    const ordered = await live.backend.ask("resolve_task", { id, body: { happened } });
    tellDone(happened ? t.tasks.happenedDone : t.tasks.againDone, ordered.message);
  });
}

type Work = "cancel" | "retry" | "end";

/** Many at once, as a job: asked first, with their number; followed to its end. */
export async function doMany(work: Work, selection: Selection, told: string): Promise<boolean> {
  const tasks = sizeOf(selection);
  const words = t.tasks.many[work];
  const question = {
    title: words.title(tasks),
    text: `${told} ${words.text}`,
    verb: words.verb(tasks),
    danger: work === "cancel",
    ...typedFor(tasks),
  };
  if ((await confirm(question)) === null) return false;
  const body = bodyOf(selection);
  let begun = "";
  const began = await actions.order(async () => {
    const order = work === "retry" ? "retry_tasks" : "cancel_tasks";
    begun = (await live.backend.ask(order, { body: body as Takes<"cancel_tasks">["body"] })).job_id;
  });
  if (!began) return false;
  const ended = await job.follow(begun);
  if (work !== "end" || selection.kind !== "ids" || ended?.state !== "done") return true;
  return actions.order(async () => {
    const again = await live.backend.ask("retry_tasks", { body: { ids: selection.ids } });
    void job.follow(again.job_id);
  });
}

type NewRows = Takes<"create_tasks">["body"];
type NewRow = NewRows[number];

/** A row that does what a task was given to do, for a list of its own. */
export function rowAgain(task: Pick<TaskStatus, "account_id">, input: TaskDetails["input"]): NewRow | null {
  if (typeof input !== "object" || input === null) return null;
  const { instagram, engagement, flow } = input as {
    instagram?: { target: string; actions: string[]; max_likes: number; max_follows: number };
    engagement?: {
      pages: string[];
      texts: string[];
      follow: boolean;
      like: boolean;
      comment: boolean;
      posts: number;
      public_only: boolean;
      min_posts: number;
    };
    flow?: { target: string; script: { main: string; files: Record<string, string>; variables?: Record<string, string> } };
  };
  const { account_id } = task;
  if (instagram !== undefined) {
    const { target, actions, max_follows, max_likes } = instagram;
    // A like that may like nothing does nothing: at least one is asked for.
    return { account_id, target_username: target, actions, max_follows, max_likes: Math.max(1, max_likes) } as NewRow;
  }
  if (engagement !== undefined) {
    const { pages, texts, follow, like, comment, posts, public_only, min_posts } = engagement;
    return {
      task_type: "engagement",
      account_id,
      target_pages: pages,
      comment_list: texts,
      actions: { follow, like, comment },
      max_posts_per_page: posts,
      profile_validation: { public_only, min_posts },
    } as NewRow;
  }
  if (flow === undefined) return null;
  const { main, files, variables = {} } = flow.script;
  return {
    task_type: "flow",
    account_id,
    ...(flow.target === "" ? {} : { target_username: flow.target }),
    flow: files[main] ?? "",
    files: Object.entries(files).flatMap(([name, text]) => (name === main ? [] : [{ name, text }])),
    variables: Object.entries(variables).map(([name, value]) => ({ name, value })),
  } as NewRow;
}

/** Ticked tasks that one rehearsal may have: each is looked up first. */
export const REHEARSE_MAX = 200;

/** The same tasks look-only, as a list of its own; answers that list. */
export async function rehearseTasks(tasks: readonly Pick<TaskStatus, "task_id" | "account_id">[]): Promise<string | null> {
  let made: string | null = null;
  await actions.order(async () => {
    const rows: NewRow[] = [];
    for (const task of tasks.slice(0, REHEARSE_MAX)) {
      const { input } = await live.backend.ask("task_details", { id: task.task_id });
      const row = rowAgain(task, input);
      if (row !== null) rows.push(row);
    }
    const taken = await live.backend.ask("create_tasks", {
      query: { name: t.tasks.rehearsalOf(rows.length), rehearsal: true },
      body: rows,
    });
    made = taken.list_id;
    tellDone(t.tasks.rehearsalBegun(taken.tasks), t.tasks.rehearsalHint);
  });
  return made;
}
