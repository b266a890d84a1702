// graphile-worker on PostgreSQL. Ways: `queues` (one queue an account), `plain` (no queues, and what
// its manual advises for speed: a local queue, ends in groups).

import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';

import { Book, load, measure } from './load.js';

// Connections for those who store tasks, and for the workers beside one for each job at work.
const STORING = 20;
const MOST = 40;
// A worker that found nothing looks again after this; the usual two seconds would show as speed.
const POLL_MS = 50;

const it = load();
const book = new Book(it);
const named = it.way === 'queues';

const database = `run_${process.pid}`;
const server = { host: it.socket, user: 'bench' };
const admin = new pg.Client({ ...server, database: 'postgres' });
await admin.connect();
await admin.query(`CREATE DATABASE ${database}`);
const commit = it.durability === 'FULL' ? 'on' : 'off';
await admin.query(`ALTER DATABASE ${database} SET synchronous_commit = ${commit}`);

const pool = (max) => {
  const made = new pg.Pool({ ...server, database, max });
  // At the end the server closes what is open.
  made.on('error', () => {});
  made.on('connect', (client) => client.on('error', () => {}));
  return made;
};
const storing = pool(STORING);
const working = pool(Math.min(it.workers + 2, MOST));
const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ pgPool: storing, logger });
await utils.migrate();
const runner = await run({
  pgPool: working,
  logger,
  noHandleSignals: true,
  taskList: { task: ({ no }) => book.work(no) },
  preset: {
    worker: {
      concurrentJobs: it.workers,
      pollInterval: POLL_MS,
      ...(named ? {} : { localQueue: { size: it.workers + 1 }, completeJobBatchDelay: 0 }),
    },
  },
});
runner.events.on('job:complete', ({ error }) => {
  if (error) {
    throw error;
  }
  book.finished();
});

const told = await measure(it, book, {
  submit: (no) => {
    const queue = named ? { queueName: `account${no % it.accounts}` } : {};
    return utils.addJob('task', { no }, queue);
  },
  // It says that a job is over before that is committed.
  settled: async () => {
    const left = 'SELECT count(*)::int AS left FROM graphile_worker._private_jobs';
    while ((await storing.query(left)).rows[0].left > 0) {
      await new Promise((done) => setTimeout(done, 2));
    }
  },
});
const set = async (name) => (await storing.query(`SHOW ${name}`)).rows[0][name];
told.version = await set('server_version');
told.settings = `fsync=${await set('fsync')}, synchronous_commit=${await set('synchronous_commit')}`;
await runner.stop();
await Promise.all([storing.end(), working.end()]);
await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
await admin.end();
console.log(JSON.stringify(told));
process.exit(0);
