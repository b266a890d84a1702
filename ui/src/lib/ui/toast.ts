import { toast } from "svelte-sonner";
import { t } from "../../words";
import type { Problem } from "../backend";

/** How long a toast that offers to undo stays, in milliseconds. */
const UNDO_MS = 8_000;
/** How many findings a toast names; the rest are in what is copied. */
const FINDINGS = 3;

/** Says what the operator's own action did. */
export function tellDone(title: string, description?: string): void {
  toast.success(title, description === undefined ? {} : { description });
}

/** Says what was done, and offers to undo it. */
export function tellWithUndo(title: string, description: string, undo: () => void): void {
  toast(title, { description, duration: UNDO_MS, action: { label: t.frame.undo, onClick: undo } });
}

/** Says why the operator's own action was not done; stays until dismissed. */
export function tellError(problem: Problem): void {
  const findings = problem.errors.slice(0, FINDINGS).map((finding) => finding.detail);
  const description = [...findings, `(${problem.code})`].join(" ");
  toast.error(problem.detail, {
    description,
    duration: Infinity,
    action: { label: t.frame.copy, onClick: () => copyProblem(problem) },
  });
}

/** Puts all that is known of a problem on the clipboard. */
export function copyProblem(problem: Problem): void {
  void navigator.clipboard.writeText(JSON.stringify(problem, null, 2)).then(() => tellDone(t.frame.copied));
}

/** Says what was done, and offers to look at it. */
export function tellOpen(title: string, label: string, open: () => void): void {
  toast.success(title, { duration: UNDO_MS, action: { label, onClick: open } });
}
