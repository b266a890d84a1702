// The webdriver package straight to WebDriverAgent: `node run.js SOCKET UDID`.

import assert from 'node:assert/strict';
import WebDriver from 'webdriver';

import { forward } from '../forward.js';
import { APP, tour } from '../tour.js';

const [socket, udid] = process.argv.slice(2);
const wda = await forward(socket, udid, 8100);
try {
  const client = await WebDriver.newSession({
    hostname: '127.0.0.1',
    port: wda.port,
    path: '/',
    logLevel: 'error',
    connectionRetryCount: 0,
    capabilities: {
      alwaysMatch: { platformName: 'iOS', 'appium:bundleId': APP, 'wdio:enforceWebDriverClassic': true },
      firstMatch: [{}],
    },
  });
  await tour(client, { predicate: 'predicate string', chain: 'class chain', person: 'carla' });
  const gone = client.sessionId;
  await client.deleteSession();
  const answer = await fetch(`http://127.0.0.1:${wda.port}/session/${gone}`);
  assert.equal(answer.status, 404);
  assert.equal((await answer.json()).value.error, 'invalid session id');
  console.log(`webdriver: session, find, click, type, source, screenshot, delete on ${udid}`);
} finally {
  wda.close();
}
