/** What lies over the screens: the sheets that several screens open, the palette, the key sheet. */
import { remember, remembered } from "./remembered";

export type SheetName = "new-task" | "import" | "paste" | "welcome" | "add-account" | "day-report";

const SIDEBAR = "sidebar.hidden";

class Sheets {
  open = $state<SheetName | null>(null);
  /** What the sheet is opened with: `{ account: "studio-1" }`. */
  given = $state.raw<Readonly<Record<string, string>>>({});
  palette = $state(false);
  shortcuts = $state(false);
  /** The sidebar is hidden. */
  narrow = $state(remembered(SIDEBAR, false));

  show(name: SheetName, given: Readonly<Record<string, string>> = {}): void {
    this.given = given;
    this.open = name;
  }

  close(): void {
    this.open = null;
  }

  toggleSidebar(): void {
    this.narrow = !this.narrow;
    remember(SIDEBAR, this.narrow);
  }
}

export const sheets = new Sheets();
