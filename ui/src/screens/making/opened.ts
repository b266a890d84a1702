/** A file that was opened for an import, and what its columns were said to be. */
import type { Answer } from "../../lib/backend";
import { remember, remembered } from "../../lib/remembered";

export type FileKind = Answer<"open_file">["kind"];

export interface Chosen {
  /** For the page only. */
  no: number;
  name: string;
  file: Answer<"open_file">;
  kind: FileKind;
  /** For each column of the file ours; empty: passed over. */
  columns: readonly string[];
  /** What stands in every row under columns of ours that the file does not have. */
  values: Readonly<Record<string, string>>;
}

export const COLUMNS: Readonly<Record<FileKind, readonly string[]>> = {
  tasks: [
    "account_id",
    "task_type",
    "target_username",
    "actions",
    "priority",
    "not_before",
    "comment_text",
    "note",
    "idempotency_key",
  ],
  accounts: ["account_id", "handle", "device_udid", "label", "group", "note"],
};

/** Columns without which no row can be read; of those with a value, every row has that where the file has none. */
const NEEDED: Readonly<Record<FileKind, Readonly<Record<string, string | null>>>> = {
  tasks: { account_id: "", task_type: "instagram", target_username: null, actions: "" },
  accounts: { account_id: null, handle: null, device_udid: "" },
};

interface Mapping {
  kind: FileKind;
  columns: readonly string[];
  values: Readonly<Record<string, string>>;
}

/** Mappings are remembered by what the header says. */
const keyOf = (file: Chosen["file"]) => `import.${file.columns.map((column) => column.name.toLowerCase()).join("\u001f")}`;

/** How a file is read at first: as one with the same header was, or as the engine guesses. */
export function chosen(no: number, name: string, file: Answer<"open_file">): Chosen {
  const kept = remembered<Mapping | null>(keyOf(file), null);
  const usable = kept !== null && kept.columns.length === file.columns.length;
  return usable ? { no, name, file, ...kept } : { no, name, file, ...guessed(file, file.kind) };
}

/** The engine's guess for a file of this kind. */
export function guessed(file: Answer<"open_file">, kind: FileKind): Mapping {
  const columns = file.columns.map((column) => (kind === "tasks" ? column.as_task : column.as_account) ?? "");
  return { kind, columns: columns.map((ours) => (COLUMNS[kind].includes(ours) ? ours : "")), values: {} };
}

export function keep({ file, kind, columns, values }: Chosen): void {
  remember(keyOf(file), { kind, columns, values });
}

/** A column of the file is ours from now on; another that was it is passed over. */
export function mapped(chosen: Chosen, at: number, ours: string): Chosen {
  const columns = chosen.columns.map((old, place) => (place === at ? ours : ours !== "" && old === ours ? "" : old));
  return { ...chosen, columns };
}

/** What every row has under the needed columns that the file lacks. */
export function valuesOf(chosen: Chosen): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [column, value] of Object.entries(NEEDED[chosen.kind])) {
    if (value !== null && !chosen.columns.includes(column)) values[column] = chosen.values[column] ?? value;
  }
  return values;
}

/** The columns that have to be named before the file can be read. */
export function missing(chosen: Chosen): string[] {
  const needed = Object.entries(NEEDED[chosen.kind]);
  return needed.filter(([column, value]) => value === null && !chosen.columns.includes(column)).map(([column]) => column);
}

/** From the names of the file to ours, or to nothing. */
export function namesOf(chosen: Chosen): Record<string, string> {
  const names: Record<string, string> = {};
  chosen.file.columns.forEach((column, at) => {
    // A column without a name can only be passed over.
    names[column.name] = column.name === "" ? "" : (chosen.columns[at] ?? "");
  });
  return names;
}

/** One column and nothing that looks like a header: names, one a line. */
export function isNames(chosen: Chosen): boolean {
  const [column] = chosen.file.columns;
  return chosen.file.columns.length === 1 && column?.as_task === null && column.as_account === null;
}

/** The bytes of a file as base64. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
