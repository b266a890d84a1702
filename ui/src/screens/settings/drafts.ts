/** What is being changed in each pane: it stays while another pane, or another screen, is looked at. */
import type { Window } from "../../lib/api";
import { Draft } from "./draft.svelte";
import type { PaneName } from "./panes";

/** Windows by the name of their group; the empty one is everybody else's. */
export type HoursOf = Readonly<Record<string, readonly Window[]>>;

export const limits = new Draft<Record<string, string>>();
export const hours = new Draft<{ hours: HoursOf }>();
export const simulation = new Draft<{ phones: string }>();
export const api = new Draft<{ api_port: string }>();
export const notifications = new Draft<{ failure_percent: string }>();
export const storage = new Draft<{ history_days: string }>();
export const advanced = new Draft<{ durability: "full" | "normal" }>();

export const DRAFTS: Readonly<Partial<Record<PaneName, { readonly dirty: boolean }>>> = {
  limits,
  hours,
  simulation,
  api,
  notifications,
  storage,
  advanced,
};
