/** What each sheet is drawn by; fetched when it is opened first, so that the first paint does not wait for it. */
import type { Component } from "svelte";
import type { SheetName } from "../lib/sheets.svelte";

export type Sheet = Component<{ onclose: () => void }>;

export const SHEETS: Readonly<Record<SheetName, () => Promise<{ default: Sheet }>>> = {
  "new-task": () => import("./sheets/NewTask.svelte"),
  import: () => import("./sheets/ImportList.svelte"),
  paste: () => import("./sheets/PasteNames.svelte"),
  welcome: () => import("./sheets/Welcome.svelte"),
  "add-account": () => import("./sheets/AddAccount.svelte"),
  "day-report": () => import("./sheets/DayReport.svelte"),
};
