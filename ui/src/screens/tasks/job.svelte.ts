/** The job that was ordered last in this window: how far it is and, once it has ended, what came of it. */
import type { JobView } from "../../lib/api";
import { type Problem, problemOf } from "../../lib/backend";
import { live } from "../../lib/live.svelte";

/** How often a job at work is asked for, in milliseconds. */
const LOOK_MS = 300;

class FollowedJob {
  view = $state.raw<JobView | null>(null);
  problem = $state.raw<Problem | null>(null);
  #turn = 0;

  /** Follows a job to its end; answers how it ended, or null where that is not known. */
  async follow(id: string): Promise<JobView | null> {
    const turn = ++this.#turn;
    this.problem = null;
    for (;;) {
      try {
        const view = await live.backend.ask("job", { id });
        if (turn !== this.#turn) return null;
        this.view = view;
        this.problem = null;
        if (view.state !== "running") return view;
      } catch (error) {
        if (turn !== this.#turn) return null;
        this.problem = problemOf(error);
        // While the engine is away it is asked again; a job that is not there any more is over.
        if (this.problem.code !== "no_engine") return null;
      }
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  }

  async stop(): Promise<void> {
    const view = this.view;
    if (view === null) return;
    try {
      this.view = await live.backend.ask("cancel_job", { id: view.job_id });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== "job_ended") this.problem = problem;
    }
  }

  dismiss(): void {
    this.#turn += 1;
    this.view = null;
    this.problem = null;
  }
}

export const job = new FollowedJob();
