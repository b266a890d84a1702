import { type Backend, connect, type Heard, type Problem, problemOf } from "./backend";
import { EntityStore } from "./entity-store.svelte";
import { Feed } from "./feed";
import type {
  AccountView,
  Change,
  ConcurrencyMetrics,
  DeviceView,
  EngineView,
  ListView,
  LiveTask,
  Notice,
  ProgressView,
  Snapshot,
} from "./bindings";

/** Loading until the first snapshot; error when there is none to come; then ready for good. */
export type Phase = "loading" | "ready" | "error";

/** How old the data may be before the status bar says so, and before it calls it disconnected. */
export const STALE_MS = 3_000;
export const LOST_MS = 10_000;
/** How far the clock may be from where it ought to be before the operator is told, and for how long. */
const JUMP_MS = 2_500;
const JUMP_TOLD_MS = 15_000;

/** What Signalbox's own window says to its page. */
export type Said = Extract<Heard, { kind: "menu" | "quit" }>;

/** The window's live picture of the engine. */
class Live {
  /** Who hears what the window says; `desktop.ts` sets it. */
  onsaid: (said: Said) => void = () => undefined;
  phase = $state<Phase>("loading");
  error = $state.raw<Problem | null>(null);
  /** Why the engine is not heard any more, where that is known. */
  lost = $state.raw<Problem | null>(null);
  /** The journal row that what is shown includes. */
  rev = $state(0);
  version = $state("");
  metrics = $state.raw<ConcurrencyMetrics | null>(null);
  progress = $state.raw<ProgressView | null>(null);
  phonesReady = $state(0);
  phonesAttached = $state(0);
  started = $state(false);
  /** Everything is paused: running tasks finish. */
  paused = $state(false);
  /** Everything was stopped at once. */
  stopped = $state(false);
  /** What stays until somebody does something about it. */
  notices = $state.raw<readonly Notice[]>([]);
  simulated = $state(false);
  diskFull = $state(false);
  /** What is wrong with the data set and what to do, one sentence. */
  damage = $state.raw<string | null>(null);
  readonly accounts = new EntityStore<AccountView>((account) => account.account_id);
  readonly devices = new EntityStore<DeviceView>((device) => device.udid);
  readonly lists = new EntityStore<ListView>((list) => list.list_id);
  /** Those that run. */
  readonly tasks = new EntityStore<LiveTask>((task) => task.task_id);
  /** The present time, once a second, by the engine's clock: what it tells of lies before or after it. */
  now = $state(Date.now());
  /** The same by this computer's clock: when something is asked for again, how old a picture is. */
  wall = $state(Date.now());
  /** By how much this computer's clock was just set, or how long it slept; null when neither. */
  jumpedMs = $state<number | null>(null);
  /** Phones that were attached while this page watched, and are not any more. */
  readonly unplugged = new EntityStore<DeviceView>((device) => device.udid);

  // What the engine's clock said, and when; a simulation's may run faster than this computer's.
  #said = { engine: Date.now(), wall: Date.now(), scale: 1 };
  // On the clock that only goes forward: the other one may be set.
  #heardAt = $state(performance.now());
  #steady = $state(performance.now());
  #backend: Backend | null = null;
  #feed = this.#newFeed();
  #arrived: Heard[] = [];
  #frameAsked = false;
  #jumpedAt = 0;

  /** How long ago the engine was last heard, in milliseconds. */
  get ageMs(): number {
    return Math.max(0, this.#steady - this.#heardAt);
  }

  /** Tasks that have not ended. */
  get unfinished(): number {
    const progress = this.progress;
    return progress === null ? 0 : progress.total - progress.completed - progress.failed - progress.cancelled;
  }

  get disconnected(): boolean {
    return this.phase === "ready" && (this.lost !== null || this.ageMs > LOST_MS);
  }

  get backend(): Backend {
    this.#backend ??= connect();
    return this.#backend;
  }

  /** Connects, or tries again after an error. */
  async open(): Promise<void> {
    this.phase = "loading";
    this.error = null;
    this.#feed = this.#newFeed();
    try {
      const opening = await this.backend.subscribe((message) => this.#receive(message));
      this.version = opening.version;
      this.#feed.snapshot(opening.snapshot);
      this.#heardAt = performance.now();
      this.lost = null;
      this.phase = "ready";
    } catch (error) {
      this.error = problemOf(error);
      this.phase = "error";
    }
  }

  /** Fetches a new snapshot; what is on the screen stays until it is there. */
  async resync(): Promise<void> {
    try {
      this.#feed.snapshot(await this.backend.snapshot());
      this.#heardAt = performance.now();
    } catch (error) {
      // The status bar shows the age of what is on the screen; the next heartbeat tries again.
      console.error("no new snapshot", problemOf(error));
    }
  }

  /** Keeps the clock going, and catches up when the window is shown again; answers how to stop. */
  watch(): () => void {
    const clock = setInterval(() => this.#look(), 1_000);
    // A hidden window's timers and frames may have stood still for hours.
    const shown = () => {
      if (document.visibilityState !== "visible" || this.phase !== "ready") return;
      this.#flush();
      void this.resync();
    };
    document.addEventListener("visibilitychange", shown);
    return () => {
      clearInterval(clock);
      document.removeEventListener("visibilitychange", shown);
    };
  }

  // Both clocks side by side: where only one has moved on, it was set, or the computer slept.
  #look(): void {
    const wall = Date.now();
    const steady = performance.now();
    const jumped = wall - this.wall - (steady - this.#steady);
    this.wall = wall;
    this.#steady = steady;
    this.now = this.#engineTime(wall);
    if (Math.abs(jumped) > JUMP_MS) {
      this.jumpedMs = jumped;
      this.#jumpedAt = steady;
      // Times to come are told by the engine's own reckoning; it is asked for them again.
      if (this.phase === "ready") void this.resync();
    } else if (this.jumpedMs !== null && steady - this.#jumpedAt > JUMP_TOLD_MS) {
      this.jumpedMs = null;
    }
  }

  #engineTime(wall: number): number {
    const { engine, wall: then, scale } = this.#said;
    // At the same pace it is the same clock.
    return scale === 1 ? wall : engine + (wall - then) * scale;
  }

  /** Milliseconds until a moment that the engine told, as somebody who waits for it counts them. */
  until(moment: string): number {
    return (Date.parse(moment) - this.now) / this.#said.scale;
  }

  /** How long ago a moment was that the engine told, or how long before another one, in milliseconds. */
  since(moment: string, end: string | null = null): number {
    const to = end === null ? this.now : Date.parse(end);
    return (to - Date.parse(moment)) / this.#said.scale;
  }

  /** Says no more of a phone that was unplugged. */
  forgetUnplugged(): void {
    this.unplugged.replace([]);
  }

  // Which phones came and went, by what was known of them before.
  #followCables(devices: readonly DeviceView[]): void {
    const gone = devices.filter((device) => {
      if (device.status !== "disconnected") return false;
      const before = this.devices.get(device.udid);
      return before !== undefined && before.status !== "disconnected";
    });
    const here = devices.filter((device) => device.status !== "disconnected").map((device) => device.udid);
    this.unplugged.apply(gone, here);
  }

  #newFeed(): Feed {
    return new Feed({
      replace: (snapshot) => this.#replace(snapshot),
      apply: (change) => this.#apply(change),
      resync: () => void this.resync(),
    });
  }

  // Messages are applied once per frame, however many came.
  #receive(message: Heard): void {
    if (message.kind === "lost") {
      this.lost = message.problem;
      return;
    }
    if (message.kind === "menu" || message.kind === "quit") {
      this.onsaid(message);
      return;
    }
    this.#heardAt = performance.now();
    this.lost = null;
    this.#arrived.push(message);
    if (document.visibilityState === "hidden") {
      this.#flush();
    } else if (!this.#frameAsked) {
      this.#frameAsked = true;
      requestAnimationFrame(() => this.#flush());
    }
  }

  #flush(): void {
    this.#frameAsked = false;
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const message of arrived) {
      if (message.kind === "begun") {
        // Another engine: its revisions say nothing about those of the one before.
        this.#feed = this.#newFeed();
        this.#feed.snapshot(message.snapshot);
      } else if (message.kind === "snapshot" || message.kind === "change" || message.kind === "alive") {
        this.#feed.message(message);
      }
    }
  }

  #replace(snapshot: Snapshot): void {
    const wall = Date.now();
    this.#said = { engine: Date.parse(snapshot.now), wall, scale: snapshot.time_scale };
    this.now = this.#engineTime(wall);
    this.accounts.replace(snapshot.accounts);
    this.#followCables(snapshot.devices);
    this.devices.replace(snapshot.devices);
    this.lists.replace(snapshot.lists);
    this.tasks.replace(snapshot.tasks);
    this.rev = snapshot.rev;
    this.#show(snapshot.engine);
  }

  #apply(change: Change): void {
    const { upserts, removes } = change;
    this.accounts.apply(upserts.accounts, removes.accounts);
    this.#followCables(upserts.devices);
    this.unplugged.apply([], removes.devices);
    this.devices.apply(upserts.devices, removes.devices);
    this.lists.apply(upserts.lists, []);
    // Of tasks, those that run are kept; the rest are asked for where they are shown.
    const runs = (task: LiveTask) => task.status === "running";
    const done = upserts.tasks.filter((task) => !runs(task)).map((task) => task.task_id);
    this.tasks.apply(upserts.tasks.filter(runs), done);
    this.rev = change.rev;
    this.#show(change.engine);
  }

  #show(engine: EngineView): void {
    this.metrics = engine.metrics;
    this.progress = engine.progress;
    this.phonesReady = engine.phones_ready;
    this.phonesAttached = engine.phones_attached;
    this.started = engine.started;
    this.paused = engine.paused;
    this.stopped = engine.stopped;
    this.notices = engine.notices;
    this.simulated = engine.simulated;
    this.diskFull = engine.disk_full;
    this.damage = engine.damage;
  }
}

export const live = new Live();
