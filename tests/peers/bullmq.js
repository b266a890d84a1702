// BullMQ on Redis. Ways: `one` (one queue for all accounts), `queues` (one queue an account, each
// with a worker that takes one task at a time: as many workers as accounts, whatever WORKERS says).

import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

import { Book, load, measure } from './load.js';

const it = load();
const book = new Book(it);
const many = it.way === 'queues';

const admin = new Redis({ path: it.socket });
await admin.flushall();
await admin.config('SET', 'appendfsync', it.durability === 'FULL' ? 'always' : 'everysec');

const connection = { path: it.socket, maxRetriesPerRequest: null };
const names = many ? Array.from({ length: it.accounts }, (_, no) => `account${no}`) : ['tasks'];
// Those who store share a connection; each worker has its own, as it waits on it.
const shared = new Redis(connection);
const queues = names.map((name) => new Queue(name, { connection: shared }));
const workers = names.map((name) => {
  const concurrency = many ? 1 : it.workers;
  const work = ({ data }) => book.work(data.no);
  const worker = new Worker(name, work, { connection, concurrency });
  worker.on('completed', () => book.finished());
  worker.on('failed', (_, error) => {
    throw error;
  });
  return worker;
});
await Promise.all(workers.map((worker) => worker.waitUntilReady()));

const told = await measure(it, book, {
  submit: (no) => queues[no % queues.length].add('task', { no }, { removeOnComplete: true }),
  settled: async () => {
    for (const queue of queues) {
      const counts = await queue.getJobCounts('active', 'waiting', 'failed');
      if (Object.values(counts).some((count) => count > 0)) {
        throw new Error(`not settled: ${JSON.stringify(counts)}`);
      }
    }
  },
});
told.version = /redis_version:(\S+)/.exec(await admin.info('server'))[1];
const set = async (name) => (await admin.config('GET', name))[1];
told.settings = `appendonly=${await set('appendonly')}, appendfsync=${await set('appendfsync')}`;
console.log(JSON.stringify(told));
// What was started is thrown away; nobody waits for workers that wait for tasks.
process.exit(0);
