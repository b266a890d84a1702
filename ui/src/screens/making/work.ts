/** What a task does, as it is filled in, and as it is sent. */
import type { Answer, Problem, Takes } from "../../lib/backend";

export const KINDS = ["instagram", "engagement", "flow"] as const;
export type Kind = (typeof KINDS)[number];

export const ACTIONS = [
  "open_app",
  "search_user",
  "view_profile",
  "like_post",
  "follow_user",
  "scroll_feed",
  "explore_posts",
  "navigate_home",
] as const;
export type Action = (typeof ACTIONS)[number];

export const PRIORITIES = ["low", "normal", "high", "urgent"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A name in a flow, and what stands for it. */
export interface Variable {
  name: string;
  value: string;
}

/** What is done, of all three kinds: a change of the kind loses nothing. */
export interface Work {
  kind: Kind;
  priority: Priority;
  actions: readonly Action[];
  maxLikes: number;
  maxFollows: number;
  follow: boolean;
  like: boolean;
  comment: boolean;
  /** One text a line. */
  texts: string;
  posts: number;
  publicOnly: boolean;
  minPosts: number;
  flow: string;
  flowName: string;
  files: readonly { name: string; text: string }[];
  variables: readonly Variable[];
}

export const PLAIN: Work = {
  kind: "instagram",
  priority: "normal",
  actions: ["search_user", "view_profile", "like_post", "follow_user", "navigate_home"],
  maxLikes: 1,
  maxFollows: 1,
  follow: true,
  like: true,
  comment: false,
  texts: "",
  posts: 1,
  publicOnly: true,
  minPosts: 0,
  flow: "",
  flowName: "",
  files: [],
  variables: [],
};

type SavedTask = Answer<"template">;
type NewTemplate = Takes<"add_template">["body"];
export type Row = Takes<"plan_tasks">["body"]["tasks"][number];

/** The comments of an engagement, one a line. */
export function textsOf(work: Work): string[] {
  return work.texts
    .split("\n")
    .map((text) => text.trim())
    .filter((text) => text !== "");
}

function engagement(work: Work) {
  return {
    actions: { follow: work.follow, like: work.like, comment: work.comment },
    comment_list: work.comment ? textsOf(work) : [],
    max_posts_per_page: work.posts,
    profile_validation: { public_only: work.publicOnly, min_posts: work.minPosts },
    priority: work.priority,
  };
}

function flow(work: Work) {
  return {
    flow: work.flow,
    files: work.files,
    variables: work.variables.filter((variable) => variable.name !== ""),
    priority: work.priority,
    ...(work.flowName.trim() === "" ? {} : { name: work.flowName.trim() }),
  };
}

function instagram(work: Work) {
  return {
    actions: work.actions,
    max_likes: work.maxLikes,
    max_follows: work.maxFollows,
    priority: work.priority,
  };
}

/** When and by whom a task is done. */
export interface Given {
  account_id?: string;
  not_before?: string;
}

/** Single actions on one person. */
export function actionsTask(work: Work, target: string, given: Given): Takes<"create_task">["body"] {
  return { target_username: target, ...instagram(work), ...given };
}

/** An engagement with one page. */
export function engagementTask(work: Work, target: string, given: Given): Takes<"create_engagement">["body"] {
  return { target_pages: [target], ...engagement(work), ...given };
}

/** A flow about somebody, or about nobody. */
export function flowTask(work: Work, target: string, given: Given): Takes<"create_flow">["body"] {
  return { ...flow(work), ...(target === "" ? {} : { target_username: target }), ...given };
}

/** A task about each of these; a flow may be about nobody. */
export function rowsOf(work: Work, targets: readonly string[], given: Given): Row[] {
  const about = targets.length === 0 && work.kind === "flow" ? [""] : targets;
  return about.map((target): Row => {
    if (work.kind === "engagement") return { task_type: "engagement", ...engagementTask(work, target, given) };
    if (work.kind === "flow") return { task_type: "flow", ...flowTask(work, target, given) };
    return { task_type: "instagram", ...actionsTask(work, target, given) } as Row;
  });
}

/** The work as a template. */
export function templateOf(name: string, work: Work): NewTemplate {
  if (work.kind === "engagement") return { name, task_type: "engagement", task: engagement(work) };
  if (work.kind === "flow") return { name, task_type: "flow", task: flow(work) };
  return { name, task_type: "instagram", task: instagram(work) };
}

/** What a template does. */
export function workOf(template: SavedTask): Work {
  const task = template.task as Partial<Record<string, unknown>>;
  const priority = PRIORITIES.find((word) => word === task.priority) ?? "normal";
  const plain = { ...PLAIN, priority };
  if (template.task_type === "engagement") {
    const acts = task.actions as { follow: boolean; like: boolean; comment: boolean };
    const which = task.profile_validation as { public_only: boolean; min_posts: number };
    return {
      ...plain,
      kind: "engagement",
      ...acts,
      texts: (task.comment_list as string[]).join("\n"),
      posts: task.max_posts_per_page as number,
      publicOnly: which.public_only,
      minPosts: which.min_posts,
    };
  }
  if (template.task_type === "flow") {
    return {
      ...plain,
      kind: "flow",
      flow: task.flow as string,
      flowName: (task.name as string | undefined) ?? "",
      files: task.files as Work["files"],
      variables: task.variables as Work["variables"],
    };
  }
  return {
    ...plain,
    kind: "instagram",
    actions: task.actions as Action[],
    maxLikes: task.max_likes as number,
    maxFollows: task.max_follows as number,
  };
}

/** The acts that a task of it means to do at most: follows, likes, comments. */
export function actsOf(work: Work): { follows: number; likes: number; comments: number } {
  if (work.kind === "engagement")
    return {
      follows: work.follow ? 1 : 0,
      likes: work.like ? work.posts : 0,
      comments: work.comment ? Math.min(work.posts, textsOf(work).length) : 0,
    };
  if (work.kind === "flow") return { follows: 0, likes: 0, comments: 0 };
  const times = (action: Action) => work.actions.filter((it) => it === action).length;
  return {
    follows: Math.min(times("follow_user"), work.maxFollows),
    likes: Math.min(times("like_post") * work.maxLikes, 10),
    comments: 0,
  };
}

/** What is wrong with a field of the tasks that were sent, by the field's own name. */
export function wrongAt(problem: Problem | null, field: string): string | undefined {
  for (const { pointer, detail } of problem?.errors ?? []) {
    const path = pointer?.replace(/^\/(?:tasks\/\d+|task)(?=\/)/, "").replace(/^\//, "");
    if (path === field || path?.startsWith(`${field}/`) === true) return detail;
  }
  return undefined;
}

/** A local time of a field as one with its zone. */
export function momentOf(local: string): string | undefined {
  if (local === "") return undefined;
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
