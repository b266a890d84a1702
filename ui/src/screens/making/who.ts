/** Who does what is made: nobody in particular, or some accounts. */
import type { Problem, Takes } from "../../lib/backend";

export const CHOICES = ["auto", "accounts", "group", "devices"] as const;
export type Choice = (typeof CHOICES)[number];

export interface Who {
  by: Choice;
  /** As it is typed. */
  accounts: string;
  group: string;
  devices: readonly string[];
}

export const ANYBODY: Who = { by: "auto", accounts: "", group: "", devices: [] };

export type Spread = NonNullable<Takes<"plan_tasks">["body"]["spread"]>;

/** The accounts that are named, each once. */
export function accountsOf(who: Who): string[] {
  return who.by === "accounts" ? [...new Set(who.accounts.split(/[\s,;]+/).filter((id) => id !== ""))] : [];
}

/** What is said to the engine; null where a choice is not filled in yet. */
export function spreadOf(who: Who): Spread | undefined | null {
  if (who.by === "auto") return undefined;
  if (who.by === "group") return who.group.trim() === "" ? null : { group: who.group.trim() };
  if (who.by === "devices") return who.devices.length === 0 ? null : { devices: who.devices };
  const accounts = accountsOf(who);
  return accounts.length === 0 ? null : { accounts };
}

/** What is wrong with who was named. */
export function wrongWho(problem: Problem | null): string | undefined {
  return problem?.errors.find(({ pointer }) => pointer?.startsWith("/spread") === true)?.detail;
}
