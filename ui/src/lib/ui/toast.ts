import { toast } from "svelte-sonner";
import type { CommandError } from "../bindings";

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
export function tellError(error: CommandError): void {
  const description = [...error.errors, `(${error.code})`].join(" ");
  toast.error(error.detail, { description, duration: Infinity });
}
