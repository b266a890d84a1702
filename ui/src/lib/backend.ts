/** The only file that knows how the engine is reached. */
import { Channel, invoke, isTauri } from "@tauri-apps/api/core";
import type { CommandError, ExamplesImported, Message, Opening, Snapshot } from "./bindings";

/** Every method rejects with a `CommandError`. */
export interface Backend {
  /** Opens the live channel, once for the window's life, and answers what there is now. */
  subscribe(onMessage: (message: Message) => void): Promise<Opening>;
  snapshot(): Promise<Snapshot>;
  /** Imports the example lists that come with the app, and starts. */
  importExamples(): Promise<ExamplesImported>;
  start(): Promise<void>;
  pause(): Promise<void>;
}

class DesktopBackend implements Backend {
  readonly #channel = new Channel<Message>();

  subscribe(onMessage: (message: Message) => void): Promise<Opening> {
    this.#channel.onmessage = onMessage;
    return call("subscribe", { channel: this.#channel });
  }

  snapshot(): Promise<Snapshot> {
    return call("snapshot");
  }

  importExamples(): Promise<ExamplesImported> {
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
    throw errorOf(error);
  }
}

/** Whatever a command rejected with, as a `CommandError`. */
export function errorOf(error: unknown): CommandError {
  if (typeof error === "object" && error !== null && "code" in error && "detail" in error) {
    const told = error as Partial<CommandError>;
    return { code: String(told.code), detail: String(told.detail), errors: told.errors ?? [] };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { code: "internal", detail, errors: [] };
}

/** The engine behind this page. */
export function connect(): Backend {
  if (isTauri()) return new DesktopBackend();
  throw errorOf({ code: "no_engine", detail: "This page has no engine behind it. Open Signalbox's window: make run." });
}
