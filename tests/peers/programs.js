// The programs that are compared, how each is run, and what each can and cannot do.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
// A run that takes longer than this hangs.
const MOST_MS = 600_000;

function version(name) {
  const file = path.join(here, 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/** The version of a crate in the lock file of apalis's part. */
function crate(name) {
  const lock = readFileSync(path.join(here, 'apalis', 'Cargo.lock'), 'utf8');
  return new RegExp(`name = "${name}"\\nversion = "([^"]+)"`).exec(lock)[1];
}

/** Runs a program; what it prints last is its figures as JSON. */
function json(program, args, env) {
  const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 28, timeout: MOST_MS };
  const { status, stdout, stderr, error } = spawnSync(program, args, options);
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')}: ${error ?? stderr}`);
  }
  return JSON.parse(stdout.toString().trim().split('\n').at(-1));
}

/** The programs; `place` is a temporary directory for all that they write. */
export function programs({ engine, apalis, postgres, redis, place }) {
  const env = { TMPDIR: place };
  const node = (file, socket, way) => ({ durability, workers, accounts, tasks, ms }) => {
    const args = [socket, durability, workers, accounts, tasks, ms, way].map(String);
    return json(process.execPath, [path.join(here, file), ...args], env);
  };
  const rust = (program, ...before) => ({ durability, workers, accounts, tasks, ms }) => {
    const args = [durability, workers, accounts, tasks, ms].map(String);
    return json(program, [...before, ...args], env);
  };
  const sqlite = (durability) => `SQLite, WAL, synchronous=${durability}`;
  const graphile = `graphile-worker ${version('graphile-worker')}`;
  const bull = `BullMQ ${version('bullmq')}`;
  return [
    {
      name: 'Signalbox',
      run: rust(engine, 'one'),
      settings: (_, durability) => sqlite(durability),
      can: `One at a time for each account and each worker, in the order they were stored. Each task's
        outcome is recorded as well. When an attempt is lost, its phone and account are held until
        that phone has proven quiet.`,
    },
    {
      name: `${graphile}, \`queue_name\` = account`,
      run: node('graphile.js', postgres, 'queues'),
      settings: (told) => `PostgreSQL ${told.version.split(' ')[0]}, ${told.settings}`,
      can: `One at a time for each account, by \`queue_name\`. A task whose worker died is locked for
        four hours, and its account with it; then it is begun again, whether or not the first still
        acts.`,
    },
    {
      name: `${graphile}, no queue names, local queue`,
      run: node('graphile.js', postgres, 'plain'),
      settings: (told) => `PostgreSQL ${told.version.split(' ')[0]}, ${told.settings}`,
      can: 'The settings its manual advises for speed; nothing keeps an account\'s tasks apart.',
    },
    {
      name: `${bull}, one queue`,
      run: node('bullmq.js', redis, 'one'),
      settings: (told) => `Redis ${told.version}, ${told.settings}`,
      can: `Nothing keeps an account's tasks apart: groups are part of BullMQ Pro. A task whose worker
        was silent for 30 seconds is begun again, whether or not the first still acts.`,
    },
    {
      name: `${bull}, a queue and a worker for each account`,
      run: node('bullmq.js', redis, 'queues'),
      settings: (told) => `Redis ${told.version}, ${told.settings}`,
      can: `One at a time for each account while one process works. As many workers as accounts: what
        is to be shared among fewer phones needs another queue behind it.`,
    },
    {
      name: `apalis-sqlite ${crate('apalis-sqlite')}`,
      run: rust(apalis),
      settings: (told, durability) => `${sqlite(durability)} (${told.version})`,
      can: `Nothing keeps an account's tasks apart; there are no groups. Its own preparation sets
        synchronous=OFF, which is overruled here. A task whose worker missed two heartbeats is begun
        again after a minute, whether or not the first still acts.`,
    },
  ];
}
