// An Appium session of the XCUITest driver, on a WebDriverAgent that runs already:
// `node run.js SOCKET UDID`. The driver itself asks usbmuxd and the phone what it wants to know.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import net from 'node:net';
import { once } from 'node:events';
import WebDriver from 'webdriver';

import { forward } from '../forward.js';
import { APP, tour } from '../tour.js';

const [socket, udid] = process.argv.slice(2);
const here = import.meta.dirname;

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Appium's server; it takes the folder it runs in, with its driver, for its home. */
async function appium(port) {
  const args = ['node_modules/appium/index.js', 'server', '--address', '127.0.0.1', '--port', `${port}`];
  args.push('--use-drivers', 'xcuitest', '--log-no-colors', '--log-level', 'debug');
  const env = { ...process.env, USBMUXD_SOCKET_ADDRESS: `UNIX:${socket}`, APPIUM_HOME: here };
  const server = spawn(process.execPath, args, { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = [];
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => log.push(text));
  }
  for (let tries = 0; tries < 300 && server.exitCode === null; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    if (answer?.ok) {
      return { server, log };
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  server.kill();
  throw new Error(`Appium did not start:\n${log.join('')}`);
}

const wda = await forward(socket, udid, 8100);
const root = `http://127.0.0.1:${wda.port}`;
const status = await (await fetch(`${root}/status`)).json();
const port = await freePort();
const { server, log } = await appium(port);
try {
  const client = await WebDriver.newSession({
    hostname: '127.0.0.1',
    port,
    path: '/',
    logLevel: 'error',
    connectionRetryCount: 0,
    connectionRetryTimeout: 120_000,
    capabilities: {
      alwaysMatch: {
        platformName: 'iOS',
        'appium:automationName': 'XCUITest',
        'appium:udid': udid,
        'appium:platformVersion': status.value.os.version,
        'appium:bundleId': APP,
        'appium:webDriverAgentUrl': root,
        'appium:mjpegServerPort': await freePort(),
        'appium:noReset': true,
        'wdio:enforceWebDriverClassic': true,
      },
      firstMatch: [{}],
    },
  });
  await tour(client, {
    predicate: '-ios predicate string',
    chain: '-ios class chain',
    person: 'dora',
  });
  await client.deleteSession();
  // Appium's own session is gone from the phone as well: nobody holds one.
  const [, gone] = /session\/([0-9A-F-]{36})\/element\b/.exec(log.join('')) ?? [];
  assert.ok(gone, 'the session on the phone is in the log');
  const answer = await fetch(`${root}/session/${gone}`);
  assert.equal((await answer.json()).value.error, 'invalid session id');
  console.log(`appium: session, find, click, type, source, screenshot, delete on ${udid}`);
} catch (error) {
  console.error(log.join(''));
  throw error;
} finally {
  wda.close();
  // It may wait for connections that nobody uses any more.
  const late = setTimeout(() => server.kill('SIGKILL'), 5_000);
  server.kill();
  if (server.exitCode === null && server.signalCode === null) {
    await once(server, 'exit');
  }
  clearTimeout(late);
}
