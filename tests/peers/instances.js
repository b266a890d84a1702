// A PostgreSQL and a Redis that are thrown away: each in a temporary directory, reached by a socket
// in it only. What the computer runs already is not touched.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Debian keeps these beside the path; elsewhere they are on it. */
function postgresTool(name) {
  const versions = '/usr/lib/postgresql';
  const found = existsSync(versions) ? readdirSync(versions).sort((a, b) => b - a) : [];
  return found.length > 0 ? path.join(versions, found[0], 'bin', name) : name;
}

/** PostgreSQL does not run as root; there it runs as the user that its package makes. */
function postgresUser() {
  if (process.getuid() !== 0) {
    return {};
  }
  const id = (flag) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString());
  return { uid: id('-u'), gid: id('-g') };
}

async function until(what, ready) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (ready()) {
      return;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${what} did not start`);
}

/** What it says goes to a file: nobody would read a pipe while a measured program runs. */
function start(program, args, options) {
  const log = path.join(options.cwd, 'log');
  const out = openSync(log, 'w');
  const child = spawn(program, args, { ...options, stdio: ['ignore', out, out] });
  closeSync(out);
  const stop = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
  };
  const alive = () => {
    if (child.exitCode !== null) {
      throw new Error(`${program} ended:\n${readFileSync(log, 'utf8')}`);
    }
  };
  return { stop, alive };
}

/** PostgreSQL with its own settings but for the number of connections; `socket` is a directory. */
export async function postgres(place) {
  const home = path.join(place, 'postgres');
  mkdirSync(home);
  const user = postgresUser();
  if (user.uid !== undefined) {
    chownSync(home, user.uid, user.gid);
  }
  const data = path.join(home, 'data');
  const options = { ...user, cwd: home };
  const init = ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-locale'];
  const made = spawnSync(postgresTool('initdb'), init, options);
  if (made.status !== 0) {
    throw new Error(`initdb: ${made.error ?? made.stderr}`);
  }
  const settings = { listen_addresses: '', unix_socket_directories: home, max_connections: 200 };
  const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = start(postgresTool('postgres'), ['-D', data, ...set], options);
  const psql = ['-h', home, '-U', 'bench', '-d', 'postgres', '-c', 'SELECT 1'];
  await until('PostgreSQL', () => {
    server.alive();
    return spawnSync(postgresTool('psql'), psql).status === 0;
  });
  return { socket: home, stop: () => server.stop('SIGINT') };
}

/** Redis that appends each write to a file; how often it waits for the disk is said later. */
export async function redis(place) {
  const home = path.join(place, 'redis');
  mkdirSync(home);
  const socket = path.join(home, 'socket');
  const config = path.join(home, 'redis.conf');
  const lines = ['port 0', `unixsocket ${socket}`, `dir ${home}`, 'save ""', 'appendonly yes'];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const server = start('redis-server', [config], { cwd: home });
  await until('Redis', () => {
    server.alive();
    return existsSync(socket);
  });
  return { socket, stop: () => server.stop('SIGTERM') };
}
