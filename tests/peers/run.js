// Other programs that keep queues, on the same work as Signalbox's engine:
// `node run.js ENGINE APALIS [ROUNDS]`, where ENGINE is the engine's benchmark and APALIS the
// program of apalis's part. All is written to TMPDIR. Prints Markdown.

import assert from 'node:assert/strict';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { postgres, redis } from './instances.js';
import { programs } from './programs.js';
import { abilities, speeds, verdict } from './table.js';

const ACCOUNTS = 100;
const TASKS = Number(process.env.TASKS ?? 20_000);
const CASES = [
  { durability: 'FULL', workers: 16, when: 'Flushed to the disk before it is acknowledged' },
  { durability: 'NORMAL', workers: 128, when: 'Acknowledged before it is flushed' },
];
// Whether an account's tasks keep apart shows when they take time, and come faster than one at a
// time for each account can be done.
const APART = { durability: 'NORMAL', workers: 128, accounts: 10, tasks: TASKS / 10, ms: 20 };

/** Milliseconds until a small write is on the disk. */
function flushes(place) {
  const file = openSync(path.join(place, 'flush'), 'w');
  const times = Array.from({ length: 50 }, () => {
    const start = performance.now();
    writeSync(file, Buffer.alloc(8192), 0, 8192, 0);
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return times.sort((a, b) => a - b)[25];
}

const number = (value) => value.toLocaleString('en');

/** What was done, and on what. */
function intro(count) {
  const [cpu] = os.cpus();
  return `${number(TASKS)} tasks that do nothing, of ${ACCOUNTS} accounts, each stored by itself and
acknowledged, with the workers running from the beginning; from the first that is stored until the
end of the last is. Each program ${count} times, each time right behind Signalbox, with which it is
compared; the median, and the range. The last column is how long a small write took to reach the disk
before each run.

${os.cpus().length} × ${cpu.model.trim()}, ${os.type()}, Node ${process.versions.node}; load before it
began ${os.loadavg()[0].toFixed(1)}.`;
}

/**
 * Each other program runs right behind Signalbox, and is compared with that run alone: a disk whose
 * speed changes meanwhile, as some do thirtyfold, would make a comparison of rounds one of disks.
 */
function rounds([signalbox, ...others], given, count, place) {
  const load = { ...given, accounts: ACCOUNTS, tasks: TASKS, ms: 0 };
  const row = ({ name, settings }) => ({ name, settings, figures: [], ratios: [], flushes: [] });
  const ours = row(signalbox);
  const rows = others.map(row);
  const measured = (into, { name, run }) => {
    into.flushes.push(flushes(place));
    const told = run(load);
    into.kept = into.settings(told, given.durability);
    into.figures.push(told.per_second);
    console.error(`${given.durability}: ${name}: ${Math.round(told.per_second)}/s`);
    return told.per_second;
  };
  for (let round = 0; round < count; round += 1) {
    others.forEach((other, at) => {
      const before = measured(ours, signalbox);
      rows[at].ratios.push(measured(rows[at], other) / before);
    });
  }
  return [ours, ...rows];
}

function apart(all) {
  return all.map(({ name, run, can }) => {
    const { overlaps, disorder, began } = verdict(run(APART).events, APART.accounts);
    assert.equal(began, APART.tasks, `${name} began each task once`);
    console.error(`apart: ${name}: ${overlaps} overlaps, ${disorder} out of order`);
    return { name, overlaps, disorder, can };
  });
}

const [engine, apalis, given] = process.argv.slice(2);
const count = Number(given ?? 3);
const place = os.tmpdir();
const servers = [];
try {
  servers.push(await postgres(place), await redis(place));
  const [{ socket: database }, { socket: store }] = servers;
  const all = programs({ engine, apalis, postgres: database, redis: store, place });
  console.log(intro(count));
  for (const one of CASES) {
    console.log(`\n${one.when}, ${one.workers} workers:\n`);
    console.log(speeds(rounds(all, one, count, place)));
  }
  const apartFrom = `Of ${number(APART.tasks)} tasks of ${APART.ms} ms of ${APART.accounts} accounts`;
  console.log(`\n${apartFrom} on ${APART.workers} workers, how many began while another of their
account ran, and how many after a later one of their account:\n`);
  console.log(abilities(apart(all)));
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
