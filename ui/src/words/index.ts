/**
 * Everything the window says, by room: `t.accounts.title`. A sentence with a value in it is a function.
 * Another language is another object of the same type, and the compiler names what it lacks.
 */
import { accounts } from "./accounts";
import { devices } from "./devices";
import { frame } from "./frame";
import { interactions } from "./interactions";
import { logs } from "./logs";
import { metrics } from "./metrics";
import { newTask } from "./new-task";
import { overview } from "./overview";
import { report } from "./report";
import { settings } from "./settings";
import { tasks } from "./tasks";
import { templates } from "./templates";
import { welcome } from "./welcome";

export const t = {
  accounts,
  devices,
  frame,
  interactions,
  logs,
  metrics,
  newTask,
  overview,
  report,
  settings,
  tasks,
  templates,
  welcome,
} as const;
