/** The screens of the frame, in their order, and what each is drawn by. */
import Gauge from "@lucide/svelte/icons/gauge";
import ChartLine from "@lucide/svelte/icons/chart-line";
import FileText from "@lucide/svelte/icons/file-text";
import ListChecks from "@lucide/svelte/icons/list-checks";
import ScrollText from "@lucide/svelte/icons/scroll-text";
import Settings2 from "@lucide/svelte/icons/settings-2";
import Smartphone from "@lucide/svelte/icons/smartphone";
import Table from "@lucide/svelte/icons/table";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";
import type { Screen } from "../lib/route.svelte";
import { t } from "../words";
import Overview from "./Overview.svelte";

export interface Shown {
  title: string;
  icon: typeof Gauge;
  /** All but the first are fetched when somebody goes there. */
  view: () => Promise<{ default: Component }>;
}

export const SHOWN: Readonly<Record<Screen, Shown>> = {
  overview: { title: t.overview.title, icon: Gauge, view: () => Promise.resolve({ default: Overview }) },
  devices: { title: t.devices.title, icon: Smartphone, view: () => import("./Devices.svelte") },
  accounts: { title: t.accounts.title, icon: Users, view: () => import("./Accounts.svelte") },
  tasks: { title: t.tasks.title, icon: ListChecks, view: () => import("./Tasks.svelte") },
  templates: { title: t.templates.title, icon: FileText, view: () => import("./Templates.svelte") },
  interactions: { title: t.interactions.title, icon: Table, view: () => import("./Interactions.svelte") },
  logs: { title: t.logs.title, icon: ScrollText, view: () => import("./Logs.svelte") },
  metrics: { title: t.metrics.title, icon: ChartLine, view: () => import("./metrics/MetricsView.svelte") },
  settings: { title: t.settings.title, icon: Settings2, view: () => import("./Settings.svelte") },
};
