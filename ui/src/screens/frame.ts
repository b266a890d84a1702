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
import Accounts from "./Accounts.svelte";
import Devices from "./Devices.svelte";
import Interactions from "./Interactions.svelte";
import Logs from "./Logs.svelte";
import MetricsScreen from "./MetricsScreen.svelte";
import Overview from "./Overview.svelte";
import Settings from "./Settings.svelte";
import Tasks from "./Tasks.svelte";
import Templates from "./Templates.svelte";

export interface Shown {
  title: string;
  icon: typeof Gauge;
  view: Component;
}

export const SHOWN: Readonly<Record<Screen, Shown>> = {
  overview: { title: t.overview.title, icon: Gauge, view: Overview },
  devices: { title: t.devices.title, icon: Smartphone, view: Devices },
  accounts: { title: t.accounts.title, icon: Users, view: Accounts },
  tasks: { title: t.tasks.title, icon: ListChecks, view: Tasks },
  templates: { title: t.templates.title, icon: FileText, view: Templates },
  interactions: { title: t.interactions.title, icon: Table, view: Interactions },
  logs: { title: t.logs.title, icon: ScrollText, view: Logs },
  metrics: { title: t.metrics.title, icon: ChartLine, view: MetricsScreen },
  settings: { title: t.settings.title, icon: Settings2, view: Settings },
};
