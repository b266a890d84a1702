/** What each sheet is drawn by. */
import type { Component } from "svelte";
import type { SheetName } from "../lib/sheets.svelte";
import AddAccount from "./sheets/AddAccount.svelte";
import DayReport from "./sheets/DayReport.svelte";
import ImportList from "./sheets/ImportList.svelte";
import NewTask from "./sheets/NewTask.svelte";
import PasteNames from "./sheets/PasteNames.svelte";
import Welcome from "./sheets/Welcome.svelte";

export const SHEETS: Readonly<Record<SheetName, Component<{ onclose: () => void }>>> = {
  "new-task": NewTask,
  import: ImportList,
  paste: PasteNames,
  welcome: Welcome,
  "add-account": AddAccount,
  "day-report": DayReport,
};
