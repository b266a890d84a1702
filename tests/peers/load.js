// The work every program gets, and how it is measured: TASKS tasks that take MS milliseconds (none
// at all where the speed is measured), of ACCOUNTS accounts, on WORKERS workers. Each account has a
// submitter of its own that waits for each task to be stored, as the order of its tasks would not
// be known otherwise. Workers run from the beginning.

/** `node NAME.js SOCKET FULL|NORMAL WORKERS ACCOUNTS TASKS MS [WAY]` */
export function load() {
  const [socket, durability, ...rest] = process.argv.slice(2);
  const [workers, accounts, tasks, ms] = rest.slice(0, 4).map(Number);
  return { socket, durability, workers, accounts, tasks, ms, way: rest[4] };
}

/** What began and what ended, by the numbers of the tasks. */
export class Book {
  constructor({ ms }) {
    this.ms = ms;
    // The number (from one) of what began, and minus the number of what ended.
    this.events = [];
    this.done = 0;
  }

  /** One task, as a worker does it. */
  async work(no) {
    if (this.ms > 0) {
      this.events.push(no + 1);
      await new Promise((done) => setTimeout(done, this.ms));
      this.events.push(-no - 1);
    }
  }

  /** The program says of one task that it is over. */
  finished() {
    this.done += 1;
    if (this.done >= this.wanted) {
      this.reached();
    }
  }

  /** Waits until it said so of this many. */
  until(wanted) {
    this.wanted = wanted;
    return new Promise((reached) => {
      this.reached = reached;
      if (this.done >= wanted) {
        reached();
      }
    });
  }
}

/**
 * Runs it all. `submit` stores one task and waits until that is done; `settled` waits until nothing
 * is left in the store. One task of each account goes before the clock runs.
 */
export async function measure({ accounts, tasks }, book, { submit, settled }) {
  const run = async (count, before) => {
    const submitters = Array.from({ length: accounts }, async (_, account) => {
      for (let no = account; no < count; no += accounts) {
        await submit(no);
      }
    });
    await Promise.all([...submitters, book.until(before + count)]);
    await settled();
  };
  await run(accounts, 0);
  book.events = [];
  const start = performance.now();
  await run(tasks, accounts);
  const seconds = (performance.now() - start) / 1000;
  return { per_second: tasks / seconds, events: book.events };
}
