/** The panes of the settings, in their order. */
import Bell from "@lucide/svelte/icons/bell";
import Braces from "@lucide/svelte/icons/braces";
import Clock from "@lucide/svelte/icons/clock";
import Gauge from "@lucide/svelte/icons/gauge";
import HardDrive from "@lucide/svelte/icons/hard-drive";
import Info from "@lucide/svelte/icons/info";
import Settings2 from "@lucide/svelte/icons/settings-2";
import Smartphone from "@lucide/svelte/icons/smartphone";
import FlaskConical from "@lucide/svelte/icons/flask-conical";
import Wrench from "@lucide/svelte/icons/wrench";
import type { Component } from "svelte";
import type { Asked } from "../../lib/asked.svelte";
import type { Answer } from "../../lib/backend";
import type { AppView } from "../../lib/bindings";
import About from "./About.svelte";
import Advanced from "./Advanced.svelte";
import Api from "./Api.svelte";
import Devices from "./Devices.svelte";
import General from "./General.svelte";
import Hours from "./Hours.svelte";
import Limits from "./Limits.svelte";
import Notifications from "./Notifications.svelte";
import Simulation from "./Simulation.svelte";
import Storage from "./Storage.svelte";

/** What every pane is given. */
export interface Given {
  /** The engine's settings. */
  settings: Asked<Answer<"settings">>;
  /** The app; nothing in a browser. */
  app: Asked<AppView>;
}

export type PaneName =
  | "general"
  | "limits"
  | "hours"
  | "devices"
  | "notifications"
  | "simulation"
  | "api"
  | "storage"
  | "advanced"
  | "about";

export interface Pane {
  name: PaneName;
  icon: typeof Bell;
  view: Component<Given>;
  /** Only Signalbox's own window has it. */
  desktop?: boolean;
}

export const PANES: readonly Pane[] = [
  { name: "general", icon: Settings2, view: General },
  { name: "limits", icon: Gauge, view: Limits },
  { name: "hours", icon: Clock, view: Hours },
  { name: "devices", icon: Smartphone, view: Devices },
  { name: "notifications", icon: Bell, view: Notifications, desktop: true },
  { name: "simulation", icon: FlaskConical, view: Simulation, desktop: true },
  { name: "api", icon: Braces, view: Api },
  { name: "storage", icon: HardDrive, view: Storage },
  { name: "advanced", icon: Wrench, view: Advanced },
  { name: "about", icon: Info, view: About },
];
