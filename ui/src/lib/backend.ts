/** The only file that knows how the engine is reached. */
import { Channel, invoke, isTauri } from "@tauri-apps/api/core";
import type { ImportReport, Message, Opening, Overview, Problem } from "./model";

/** Every method rejects with a `Problem`. */
export interface Backend {
  /** Opens the live channel, once for the window's life, and answers what there is now. */
  subscribe(onMessage: (message: Message) => void): Promise<Opening>;
  overview(): Promise<Overview>;
  /** Imports the example lists that come with the app, and starts. */
  importExamples(): Promise<ImportReport>;
  start(): Promise<void>;
  pause(): Promise<void>;
}

class DesktopBackend implements Backend {
  readonly #channel = new Channel<Message>();

  subscribe(onMessage: (message: Message) => void): Promise<Opening> {
    this.#channel.onmessage = onMessage;
    return call("subscribe", { channel: this.#channel });
  }

  overview(): Promise<Overview> {
    return call("overview");
  }

  importExamples(): Promise<ImportReport> {
    return call("import_examples");
  }

  start(): Promise<void> {
    return call("start");
  }

  pause(): Promise<void> {
    return call("pause");
  }
}

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (error) {
    throw problemOf(error);
  }
}

/** Whatever a command rejected with, as a `Problem`. */
export function problemOf(error: unknown): Problem {
  if (typeof error === "object" && error !== null && "code" in error && "title" in error) {
    const told = error as Partial<Problem>;
    return {
      code: String(told.code),
      title: String(told.title),
      detail: told.detail ?? "",
      errors: told.errors ?? [],
    };
  }
  return {
    code: "internal",
    title: "Signalbox could not do that.",
    detail: error instanceof Error ? error.message : String(error),
    errors: [],
  };
}

/** The engine behind this page. */
export function connect(): Backend {
  if (isTauri()) return new DesktopBackend();
  throw problemOf({
    code: "no_engine",
    title: "This page has no engine behind it.",
    detail: "Open Signalbox's window: make run.",
  });
}
