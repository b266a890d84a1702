/** What the operator orders, with what they are told about it. */
import { t } from "../words";
import { type Problem, problemOf } from "./backend";
import { live } from "./live.svelte";
import { tellDone, tellError, tellWithUndo } from "./ui/toast";

class Actions {
  /** An action was sent and not yet answered; its button waits. */
  busy = $state(false);
  /** The sheet after an emergency stop is open. */
  stopSheet = $state(false);

  pause(): Promise<boolean> {
    return this.order(async () => {
      const running = live.metrics?.accounts_running ?? 0;
      await live.backend.ask("pause");
      tellWithUndo(t.frame.paused, t.frame.pausedRunning(running), () => void this.resume());
    });
  }

  resume(): Promise<boolean> {
    return this.order(async () => {
      await live.backend.ask("resume");
      tellDone(t.frame.started, t.frame.startedHint);
    });
  }

  /** Pauses what runs, starts what is paused. */
  toggle(): Promise<boolean> {
    return live.started ? this.pause() : this.resume();
  }

  /** Every phone at once, before anything is asked or told. */
  async emergencyStop(): Promise<void> {
    try {
      await live.backend.ask("emergency_stop");
      this.stopSheet = true;
    } catch (error) {
      tellError(problemOf(error));
    }
  }

  emergencyResume(): Promise<boolean> {
    return this.order(async () => {
      await live.backend.ask("emergency_resume");
      this.stopSheet = false;
      tellDone(t.frame.started, t.frame.startedHint);
    });
  }

  /** The example lists are imported, unless they are there and not done yet, and started. */
  importExamples(): Promise<boolean> {
    return this.order(async () => {
      const { EXAMPLES } = await import("./examples");
      const standing = await live.backend.ask("list_standing", { body: EXAMPLES });
      if (standing.same?.open === true) {
        await live.backend.ask("resume");
        tellDone(t.welcome.examplesThere, t.welcome.examplesStarted);
        return;
      }
      const report = await live.backend.ask("import_list", { body: EXAMPLES });
      await live.backend.ask("resume");
      tellDone(t.welcome.examplesDone(report.tasks), t.welcome.examplesStarted);
    });
  }

  /**
   * Carries out an order, one at a time; what is refused is told, and answered with false.
   * `refused` takes what a form shows at its fields instead; it answers whether it did.
   */
  async order(order: () => Promise<void>, refused?: (problem: Problem) => boolean): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await order();
      return true;
    } catch (error) {
      const problem = problemOf(error);
      if (refused?.(problem) !== true) tellError(problem);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

export const actions = new Actions();
