import { toast } from "svelte-sonner";
import type { Problem } from "../model";

/** How long a toast that offers to undo stays, in milliseconds. */
const UNDO_MS = 8_000;

/** Says what the operator's own action did. */
export function tellDone(title: string, description?: string): void {
  toast.success(title, description === undefined ? {} : { description });
}

/** Says what was done, and offers to undo it. */
export function tellWithUndo(title: string, description: string, undo: () => void): void {
  toast(title, { description, duration: UNDO_MS, action: { label: "Undo", onClick: undo } });
}

/** Says why the operator's own action was not done; stays until dismissed. */
export function tellProblem(problem: Problem): void {
  const lines = [problem.detail, ...problem.errors.map((error) => error.detail)];
  const description = `${lines.filter((line) => line !== "").join(" ")} (${problem.code})`;
  toast.error(problem.title, { description, duration: Infinity });
}
