/** What Signalbox's own window says to its page, and what a web view does that an app does not. */
import { untrack } from "svelte";
import { t } from "../words";
import type { App, Zoom } from "./backend";
import { type Command, commands } from "./commands.svelte";
import { isMac, isTyping } from "./keys";
import { live, type Said } from "./live.svelte";
import { route } from "./route.svelte";
import { confirm } from "./ui/confirm.svelte";

/** Follows the window; answers how to stop. In a browser there is nothing to follow. */
export function followWindow(): () => void {
  const app = live.backend.app;
  if (app === null) return () => undefined;
  const remove = untrack(() => commands.add(ownCommands(app)));
  live.onsaid = (said) => (said.kind === "menu" ? chosen(said.id) : void askToQuit(said));
  addEventListener("keydown", keepPage);
  addEventListener("contextmenu", keepMenu);
  return () => {
    remove();
    live.onsaid = () => undefined;
    removeEventListener("keydown", keepPage);
    removeEventListener("contextmenu", keepMenu);
  };
}

/** What the menu bar has on a Mac; elsewhere the keys and the palette have it. */
function ownCommands(app: App): Command[] {
  const zooms: [Zoom, string, string][] = [
    ["zoom-in", t.settings.zoomIn, "Mod+="],
    ["zoom-out", t.settings.zoomOut, "Mod+-"],
    ["zoom-none", t.settings.zoomNone, "Mod+0"],
  ];
  const quit: Command = {
    id: "quit",
    title: t.settings.quit,
    group: t.frame.general,
    ...(isMac() ? {} : { keys: ["Mod+Q"] }),
    run: () => {
      const running = live.stopped ? 0 : (live.metrics?.accounts_running ?? 0);
      if (running > 0) void askToQuit({ kind: "quit", running });
      else void app.quit();
    },
  };
  const zoomed = zooms.map(([id, title, keys]) => ({ id, title, group: t.frame.view, keys: [keys], run: () => void app.zoom(id) }));
  return [...zoomed, quit];
}

/** What the menu bar means where somebody types, and where they do not. */
function chosen(id: string): void {
  const field = document.activeElement;
  if (id === "go-about") route.go("settings", { pane: "about" });
  else if (id !== "select-all" || !isTyping(field)) commands.choose(id);
  else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.select();
}

async function askToQuit({ running }: Extract<Said, { kind: "quit" }>): Promise<void> {
  const agreed = await confirm({
    title: t.settings.quitTitle,
    text: t.settings.quitText(running),
    verb: t.settings.quitVerb,
    danger: true,
  });
  if (agreed !== null) await live.backend.app?.quit();
}

/** A page that is loaded anew has lost what was half written in it. */
function keepPage(event: KeyboardEvent): void {
  const reload = event.key === "F5" || ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "r");
  if (!reload || !import.meta.env.PROD) return;
  // The keys may mean something here, and what is prevented is not looked at any more.
  commands.press(event);
  event.preventDefault();
}

/** The web view's own menu offers to reload; where text can be selected, it offers to copy. */
function keepMenu(event: MouseEvent): void {
  const at = event.target instanceof Element ? event.target : null;
  if (!isTyping(event.target) && at?.closest(".selectable") == null && import.meta.env.PROD) event.preventDefault();
}
