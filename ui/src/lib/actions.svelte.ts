/** What the operator can do, with what they are told about it. */
import { errorOf } from "./backend";
import { plural } from "./format";
import { live } from "./live.svelte";
import { tellDone, tellError, tellWithUndo } from "./ui/toast";

class Actions {
  /** An action was sent and not yet answered; its button waits. */
  busy = $state(false);

  importExamples(): Promise<void> {
    return this.#run(async () => {
      const imported = await live.backend.importExamples();
      if (imported.tasks === 0) tellDone("The example lists are there already and go on.");
      else tellDone("Example lists imported and started.", `${plural(imported.tasks, "task")} accepted.`);
    });
  }

  pause(): Promise<void> {
    return this.#run(async () => {
      const running = live.metrics?.accounts_running ?? 0;
      await live.backend.pause();
      const rest = running === 1 ? "1 running task finishes." : `${plural(running, "running task")} finish.`;
      tellWithUndo("Paused. No new tasks start.", running === 0 ? "Nothing is running." : rest, () => void this.resume());
    });
  }

  resume(): Promise<void> {
    return this.#run(async () => {
      await live.backend.start();
      tellDone("Started.", "Waiting tasks start as soon as they can.");
    });
  }

  async #run(action: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await action();
    } catch (error) {
      tellError(errorOf(error));
    } finally {
      this.busy = false;
    }
  }
}

export const actions = new Actions();
