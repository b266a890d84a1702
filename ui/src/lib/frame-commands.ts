/** The commands that work on every screen. */
import { t } from "../words";
import { actions } from "./actions.svelte";
import type { Command } from "./commands.svelte";
import { focusFilter } from "./filter.svelte";
import { filter } from "./filter.svelte";
import { live } from "./live.svelte";
import { route, SCREENS } from "./route.svelte";
import { type SheetName, sheets } from "./sheets.svelte";
import { type Appearance, theme } from "./theme.svelte";
import { tellWithUndo } from "./ui/toast";

/** The second press of the emergency keys has to come within this, in milliseconds. */
const TWICE_MS = 2_000;

const ready = () => live.phase === "ready";

/** All of them; the emergency keys remember their first press. */
export function frameCommands(): Command[] {
  return [...screens(), ...tasks(), ...view(), ...help()];
}

function screens(): Command[] {
  return SCREENS.map((screen, at) => ({
    id: `go-${screen}`,
    title: t[screen].title,
    group: t.frame.goTo,
    keys: [screen === "settings" ? "Mod+," : `Mod+${at + 1}`],
    run: () => route.go(screen),
  }));
}

function tasks(): Command[] {
  const group = t.frame.tasksGroup;
  const sheet = (name: SheetName) => () => sheets.show(name);
  let pressedAt = 0;
  const emergency = () => {
    if (Date.now() - pressedAt <= TWICE_MS) {
      pressedAt = 0;
      void actions.emergencyStop();
    } else {
      pressedAt = Date.now();
      tellWithUndo(t.frame.emergencyStop, t.frame.emergencyAgain, () => (pressedAt = 0));
    }
  };
  return [
    { id: "new-task", title: t.frame.newTask, group, keys: ["Mod+N"], enabled: ready, run: sheet("new-task") },
    { id: "import", title: t.frame.importList, group, keys: ["Mod+Shift+I"], enabled: ready, run: sheet("import") },
    { id: "paste", title: t.frame.paste, group, enabled: ready, run: sheet("paste") },
    { id: "add-account", title: t.frame.addAccount, group, enabled: ready, run: sheet("add-account") },
    { id: "day-report", title: t.frame.dayReport, group, enabled: ready, run: sheet("day-report") },
    {
      id: "pause-resume",
      title: t.frame.pauseOrResume,
      group,
      keys: ["Mod+Shift+P"],
      enabled: () => ready() && !live.stopped,
      run: () => void actions.toggle(),
    },
    { id: "emergency-stop", title: t.frame.emergencyStop, group, keys: ["Mod+Shift+."], enabled: ready, run: emergency },
  ];
}

function view(): Command[] {
  const group = t.frame.view;
  const looks: [Appearance, string][] = [
    ["system", t.frame.asSystem],
    ["light", t.frame.light],
    ["dark", t.frame.dark],
  ];
  return [
    { id: "palette", title: t.frame.palette, group, keys: ["Mod+K"], hidden: true, run: () => (sheets.palette = true) },
    {
      id: "filter",
      title: t.frame.filter,
      group,
      keys: ["Mod+F", "/"],
      enabled: () => filter.hint !== null,
      run: focusFilter,
    },
    {
      id: "inspector",
      title: t.frame.closeInspector,
      group,
      keys: ["Mod+I", "Escape"],
      enabled: () => route.opened !== null,
      run: () => route.close(),
    },
    { id: "sidebar", title: t.frame.sidebar, group, keys: ["Mod+Shift+S"], run: () => sheets.toggleSidebar() },
    ...looks.map(([appearance, word]) => ({
      id: `appearance-${appearance}`,
      title: `${t.frame.appearance}: ${word}`,
      group,
      run: () => theme.choose(appearance),
    })),
  ];
}

function help(): Command[] {
  const group = t.frame.help;
  return [
    { id: "welcome", title: t.frame.welcome, group, run: () => sheets.show("welcome") },
    { id: "shortcuts", title: t.frame.shortcuts, group, keys: ["?"], run: () => (sheets.shortcuts = true) },
  ];
}
