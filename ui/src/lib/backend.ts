/** The only file that knows how the engine is reached: Tauri's calls in the window, HTTP in a browser. */
import { Channel, invoke, isTauri } from "@tauri-apps/api/core";
import { type Operations, ROUTES } from "./api";
import type {
  AppChange,
  AppView,
  Change,
  CopyReport,
  DiagnosticsPart,
  Installed,
  Message,
  Opening,
  Snapshot,
  SwitchView,
} from "./bindings";
import { SseReader } from "./sse";

/** Why something was not done; nothing was changed. The same code in every face of Signalbox. */
export interface Problem {
  code: string;
  /** What happened, why, and what to do. */
  detail: string;
  /** One for each bad field, parameter or row. */
  errors: readonly Finding[];
}

export interface Finding {
  /** A JSON pointer into what was sent. */
  pointer?: string;
  parameter?: string;
  line?: number;
  field?: string;
  detail: string;
}

export type Operation = keyof Operations;
export type Takes<K extends Operation> = Operations[K]["takes"];
export type Answer<K extends Operation> = Operations[K]["answer"];
type Args<K extends Operation> = Record<string, never> extends Takes<K> ? [takes?: Takes<K>] : [takes: Takes<K>];

/** What the feed tells: what the engine says, that there is no engine at the other end, and what the window says. */
export type Heard = Exclude<Message, { kind: "lost" }> | { kind: "lost"; problem: Problem };

/** Folders of the data set that the system's file browser can show. */
export type Folder = "data" | "logs" | "backups";
/** Pages of help that open in the browser; `api` is this page under the API's address. */
export type Help = "developer_mode" | "web_driver_agent" | "trust" | "api";

export type Zoom = "zoom-in" | "zoom-out" | "zoom-none";

/** What only Signalbox's own window can do. Every method rejects with a `Problem`. */
export interface App {
  view(): Promise<AppView>;
  change(change: AppChange): Promise<AppView>;
  /** What going over to the other data set means. */
  switchView(live: boolean): Promise<SwitchView>;
  switchSet(live: boolean): Promise<void>;
  emptySimulation(): Promise<void>;
  /** Copies accounts and lists from the other data set into this one, and pauses it. */
  copyAcross(): Promise<CopyReport>;
  restoreBackup(name: string): Promise<void>;
  token(): Promise<string>;
  zoom(step: Zoom): Promise<void>;
  quit(): Promise<void>;
  reveal(folder: Folder): Promise<void>;
  openLink(link: Help): Promise<void>;
  diagnostics(): Promise<readonly DiagnosticsPart[]>;
  /** Answers where, or null when the operator chose not to. */
  saveDiagnostics(name: string): Promise<string | null>;
  installCommandLine(): Promise<Installed>;
}

/** Every method rejects with a `Problem`. */
export interface Backend {
  /** Whether the page is in Signalbox's own window. */
  readonly desktop: boolean;
  /** What the window can do; null in a browser. */
  readonly app: App | null;
  /** Follows the engine for the page's life, and answers what there is now. */
  subscribe(onMessage: (message: Heard) => void): Promise<Opening>;
  snapshot(): Promise<Snapshot>;
  /** Asks a route of the API. */
  ask<K extends Operation>(operation: K, ...takes: Args<K>): Promise<Answer<K>>;
  /** A picture that an operation answers. */
  picture(operation: Operation, id: string): Promise<Blob>;
  /** Saves what an operation answers as a file; answers where, or null when the operator chose not to. */
  save<K extends Operation>(operation: K, takes: Takes<K>, name: string): Promise<string | null>;
}

interface Asked {
  id?: string;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** The address of an operation, with its id and its parameters. */
export function targetOf(operation: Operation, asked: Asked): string {
  const [, path] = ROUTES[operation];
  const target = path.replace(/\{[^}]*\}/, () => encodeURIComponent(asked.id ?? ""));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {})) {
    if (value === undefined || value === null || value === "") continue;
    // Of many, each stands under the name.
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.size > 0 ? `${target}?${query}` : target;
}

const APP: App = {
  view: () => call("app_view"),
  change: (change) => call("change_app", { change }),
  switchView: (live) => call("switch_view", { live }),
  switchSet: (live) => call("switch_set", { live }),
  emptySimulation: () => call("empty_simulation"),
  copyAcross: () => call("copy_across"),
  restoreBackup: (name) => call("restore_backup", { name }),
  token: () => call("api_token"),
  zoom: (step) => call("zoom", { step }),
  quit: () => call("quit"),
  reveal: (folder) => call("reveal", { folder }),
  openLink: (link) => call("open_link", { link }),
  diagnostics: () => call("diagnostics"),
  saveDiagnostics: (name) => call("save_diagnostics", { name }),
  installCommandLine: () => call("install_command_line"),
};

class Desktop implements Backend {
  readonly desktop = true;
  readonly app = APP;

  subscribe(onMessage: (message: Heard) => void): Promise<Opening> {
    // A new one each time: messages are numbered from its beginning.
    const channel = new Channel<Message>();
    channel.onmessage = (message) =>
      onMessage(message.kind === "lost" ? { kind: "lost", problem: problemOf(message.problem) } : message);
    return call("subscribe", { channel });
  }

  snapshot(): Promise<Snapshot> {
    return call("snapshot");
  }

  ask<K extends Operation>(operation: K, ...[takes]: Args<K>): Promise<Answer<K>> {
    const asked: Asked = takes ?? {};
    const body = asked.body === undefined ? null : JSON.stringify(asked.body);
    return call("ask", { method: ROUTES[operation][0], target: targetOf(operation, asked), body });
  }

  async picture(operation: Operation, id: string): Promise<Blob> {
    const bytes: ArrayBuffer = await call("picture", { target: targetOf(operation, { id }) });
    return new Blob([bytes], { type: "image/png" });
  }

  save<K extends Operation>(operation: K, takes: Takes<K>, name: string): Promise<string | null> {
    return call("save", { target: targetOf(operation, takes as Asked), name });
  }
}

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (error) {
    throw problemOf(error);
  }
}

/** How long to wait before the engine is asked again, in milliseconds. */
const AGAIN_MS = 1_000;
const TOKEN = "token";

/** The link's token (`#token=`), kept for the tab and taken out of the address. */
function tokenOfTab(): string {
  const token = /^#token=([0-9a-f]{64})$/.exec(location.hash)?.[1];
  if (token !== undefined) {
    sessionStorage.setItem(TOKEN, token);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(TOKEN) ?? "";
}

class Loopback implements Backend {
  readonly desktop = false;
  readonly app = null;
  readonly #token = tokenOfTab();

  async subscribe(onMessage: (message: Heard) => void): Promise<Opening> {
    const [about, snapshot] = await Promise.all([this.ask("about"), this.snapshot()]);
    void this.#follow(String(snapshot.rev), onMessage);
    return { version: about.version, snapshot };
  }

  snapshot(): Promise<Snapshot> {
    return this.ask("snapshot") as Promise<Snapshot>;
  }

  async ask<K extends Operation>(operation: K, ...[takes]: Args<K>): Promise<Answer<K>> {
    const asked: Asked = takes ?? {};
    const request: RequestInit = { method: ROUTES[operation][0] };
    if (asked.body !== undefined) request.body = JSON.stringify(asked.body);
    const response = await this.#fetch(targetOf(operation, asked), request);
    return (await response.json()) as Answer<K>;
  }

  async picture(operation: Operation, id: string): Promise<Blob> {
    return (await this.#fetch(targetOf(operation, { id }), {})).blob();
  }

  async save<K extends Operation>(operation: K, takes: Takes<K>, name: string): Promise<string | null> {
    const target = targetOf(operation, takes as Asked);
    const { url } = await this.ask("create_ticket", { body: { path: target } });
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    return name;
  }

  /** Reads the stream from where the page is, and opens it again whenever it ends. */
  async #follow(from: string, onMessage: (message: Heard) => void): Promise<never> {
    let seen = from;
    for (;;) {
      try {
        const response = await this.#fetch("/api/events", { headers: { "Last-Event-ID": seen } });
        if (response.body !== null) seen = await readEvents(response.body, seen, onMessage);
        onMessage({ kind: "lost", problem: NO_ENGINE });
      } catch (error) {
        onMessage({ kind: "lost", problem: problemOf(error) });
      }
      await new Promise((wake) => setTimeout(wake, AGAIN_MS));
    }
  }

  async #fetch(target: string, request: RequestInit): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set("Authorization", `Bearer ${this.#token}`);
    if (request.body !== undefined) headers.set("Content-Type", "application/json");
    let response: Response;
    try {
      response = await fetch(target, { ...request, headers, cache: "no-store" });
    } catch {
      throw NO_ENGINE;
    }
    if (response.ok) return response;
    throw problemOf(await response.json().catch(() => null));
  }
}

const NO_ENGINE: Problem = {
  code: "no_engine",
  detail: "Signalbox does not answer. Its window or “signalbox serve” has ended; start it again and this page goes on.",
  errors: [],
};

/** Reads events until the stream ends, which it only does with the engine; answers the last id. */
async function readEvents(
  stream: ReadableStream<Uint8Array>,
  seen: string,
  onMessage: (message: Heard) => void,
): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const events = new SseReader();
  let last = seen;
  for (;;) {
    const piece = await reader.read().catch(() => null);
    if (piece === null || piece.done) return last;
    onMessage({ kind: "alive" });
    for (const { event, id, data } of events.take(decoder.decode(piece.value, { stream: true }))) {
      if (id !== "") last = id;
      if (event === "snapshot") onMessage({ kind: "snapshot", snapshot: JSON.parse(data) as Snapshot });
      else if (event === "change") onMessage({ kind: "change", change: JSON.parse(data) as Change });
    }
  }
}

/** Whatever a call rejected with, as a `Problem`. */
export function problemOf(error: unknown): Problem {
  if (typeof error === "object" && error !== null && "code" in error && "detail" in error) {
    const { code, detail, errors } = error as { code: unknown; detail: unknown; errors?: unknown };
    const found = Array.isArray(errors) ? (errors as unknown[]) : [];
    return { code: String(code), detail: String(detail), errors: found.map((it) => findingOf(it, String(detail))) };
  }
  const said = error instanceof Error ? error.message : typeof error === "string" ? error : "";
  const detail = said === "" ? "Something went wrong inside Signalbox. Its log says what." : said;
  return { code: "internal", detail, errors: [] };
}

function findingOf(found: unknown, detail: string): Finding {
  if (typeof found === "object" && found !== null) return found as Finding;
  const text = String(found);
  // The window names the field alone; why is said for all of it.
  return text.startsWith("/") ? { pointer: text, detail } : { detail: text };
}

/** The engine behind this page. */
export function connect(): Backend {
  return isTauri() ? new Desktop() : new Loopback();
}
