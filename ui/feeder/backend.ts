/** Stands where the engine is: 10,000 accounts, 100,000 tasks, 500 changes a second, ten messages a second. */
import type { Answer, Backend, Heard, Operation, Problem, Takes } from "../src/lib/backend";
import type { AccountView, Change, LiveTask, Opening, Snapshot, Upserts } from "../src/lib/bindings";
import { ACCOUNTS, accountAt, deviceAt, engineAt, listAt, listingAt, PHONES, taskAt, TASKS } from "./made-up";

export * from "../src/lib/backend";

/** The engine tells at most ten changes a second; each has a tenth of what changed. */
const EVERY_MS = 100;
const CHANGES = 50;

/** What the measuring reads: how long each message took from its frame's begin until it was laid out, and drawn. */
export interface Measured {
  /** Applied, rendered and laid out, milliseconds. */
  ticks: number[];
  /** The same and painted: until the next thing could be done. */
  frames: number[];
  /** Changes of entities that were sent. */
  changes: number;
  /** The number of the last message: the metrics show it, where the page keeps up. */
  turn: number;
}

declare global {
  interface Window {
    measured: Measured;
  }
}

class FedBackend implements Backend {
  readonly desktop = false;
  readonly app = null;
  #rev = 1;
  #turn = 0;
  #snapshot: Snapshot | null = null;
  #framed = false;

  subscribe(onMessage: (message: Heard) => void): Promise<Opening> {
    window.measured = { ticks: [], frames: [], changes: 0, turn: 0 };
    setInterval(() => this.#send(onMessage), EVERY_MS);
    return Promise.resolve({ version: "feeder", snapshot: this.#first() });
  }

  snapshot(): Promise<Snapshot> {
    return Promise.resolve({ ...this.#first(), rev: this.#rev });
  }

  ask<K extends Operation>(operation: K, ...[takes]: readonly unknown[]): Promise<Answer<K>> {
    if (operation === "accounts") {
      const { ids = [] } = (takes as Takes<"accounts"> | undefined)?.query ?? {};
      const accounts = ids.map((id) => listingAt(Number(id.replace("acct_", "")), this.#turn));
      const answer: Answer<"accounts"> = { success: true, skip: 0, limit: ids.length, total: ACCOUNTS, accounts };
      return Promise.resolve(answer as Answer<K>);
    }
    if (operation !== "tasks") return Promise.reject(NOT_FED);
    const { skip = 0, limit: wanted = 100 } = (takes as Takes<"tasks"> | undefined)?.query ?? {};
    const limit = Math.max(0, Math.min(wanted, TASKS - skip));
    const tasks = Array.from({ length: limit }, (_, at) => taskAt(skip + at, this.#turn));
    const answer: Answer<"tasks"> = { success: true, skip, limit, total: TASKS, tasks };
    return Promise.resolve(answer as Answer<K>);
  }

  picture(): Promise<Blob> {
    return Promise.reject(NOT_FED);
  }

  save(): Promise<string | null> {
    return Promise.reject(NOT_FED);
  }

  #first(): Snapshot {
    this.#snapshot ??= {
      rev: this.#rev,
      now: new Date().toISOString(),
      time_scale: 1,
      engine: engineAt(0),
      accounts: Array.from({ length: ACCOUNTS }, (_, at) => accountAt(at, 0)),
      devices: Array.from({ length: PHONES }, (_, at) => deviceAt(at, 0)),
      lists: Array.from({ length: 20 }, (_, at) => listAt(at, 0)),
      tasks: [],
    };
    return this.#snapshot;
  }

  #send(onMessage: (message: Heard) => void): void {
    this.#turn += 1;
    window.measured.turn = this.#turn;
    const change = this.#change();
    window.measured.changes += CHANGES;
    // Several messages that come within one frame are applied in it together.
    if (this.#framed) {
      onMessage({ kind: "change", change });
      return;
    }
    this.#framed = true;
    let began = 0;
    // Asked for before the page asks for its own frame, and after: what is between is the page's work.
    requestAnimationFrame(() => (began = performance.now()));
    onMessage({ kind: "change", change });
    requestAnimationFrame(() => {
      void document.body.offsetHeight;
      this.#framed = false;
      this.#note(began, performance.now());
    });
  }

  #note(began: number, laidOut: number): void {
    const { ticks, frames } = window.measured;
    ticks.push(laidOut - began);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      frames.push(performance.now() - began);
      port1.close();
    };
    port2.postMessage(null);
  }

  #change(): Change {
    const turn = this.#turn;
    const since = this.#rev;
    this.#rev += CHANGES;
    const accounts: AccountView[] = [];
    const tasks: LiveTask[] = [];
    // Of fifty: most are accounts, all over the table and among them some that are in sight.
    for (let at = 0; at < 36; at++) accounts.push(accountAt(at < 6 ? (turn * 7 + at) % 60 : (turn * 977 + at * 283) % ACCOUNTS, turn));
    for (let at = 0; at < 10; at++) tasks.push(runningAt((turn * 10 + at) % 300, turn));
    const upserts: Upserts = {
      accounts,
      tasks,
      devices: Array.from({ length: 3 }, (_, at) => deviceAt((turn + at * 11) % PHONES, turn)),
      lists: [listAt(turn % 20, turn)],
    };
    return { since, rev: this.#rev, engine: engineAt(turn), upserts, removes: { accounts: [], devices: [] } };
  }
}

const NOT_FED: Problem = { code: "not_fed", detail: "The feeder does not answer this.", errors: [] };

function runningAt(at: number, turn: number): LiveTask {
  const runs = (turn + at) % 3 !== 0;
  return {
    task_id: `task-${at}`,
    account_id: `acct_${at}`,
    list_id: null,
    status: runs ? "running" : "completed",
    device_id: `SIM-${at % PHONES}`,
    started_at: new Date().toISOString(),
    cancel_asked: false,
  };
}

export function connect(): Backend {
  return new FedBackend();
}
