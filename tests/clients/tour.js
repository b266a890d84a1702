// What both clients do on the phone, through the commands that both have.

import assert from 'node:assert/strict';

export const APP = 'com.burbn.instagram';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const W3C = 'element-6066-11e4-a52e-4f735466cecf';

/**
 * Finds, clicks, types, reads the source and takes a picture. `client` is a session of the
 * webdriver package; `predicate` and `chain` are called differently with and without Appium, and
 * each client follows a `person` of its own, as the phone's world remembers.
 */
export async function tour(client, { predicate, chain, person }) {
  const find = async (using, value) => {
    const element = await client.findElement(using, value);
    assert.ok(element[W3C], `${using} ${value}: ${JSON.stringify(element)}`);
    return element[W3C];
  };
  const label = (id) => client.getElementAttribute(id, 'label');

  await client.elementClick(await find('accessibility id', 'explore-tab'));
  await client.elementClick(await find('accessibility id', 'search-bar'));
  const field = await find('accessibility id', 'search-text-input');
  await client.elementSendKeys(field, 'bob');
  assert.equal(await client.getElementAttribute(field, 'value'), 'bob');
  await client.elementClear(field);
  await client.elementSendKeys(field, person);

  const source = await client.getPageSource();
  assert.match(source, /<XCUIElementTypeApplication [^>]*name="Instagram"/);
  assert.match(source, new RegExp(`value="${person}"`));

  // The same cell, in four ways.
  const name = `search-collection-view-cell-${person}`;
  const ways = [
    ['accessibility id', name],
    ['xpath', `//XCUIElementTypeCell[@name="${name}"]`],
    [predicate, `type == "XCUIElementTypeCell" AND name ENDSWITH "${person}"`],
    [chain, '**/XCUIElementTypeCell[`name == "' + name + '"`][1]'],
  ];
  const rects = [];
  for (const [using, value] of ways) {
    rects.push(await client.getElementRect(await find(using, value)));
  }
  rects.forEach((rect) => assert.deepEqual(rect, rects[0]));
  assert.ok((await client.findElements('class name', 'XCUIElementTypeCell')).length > 1);
  const nothing = await client.findElement('accessibility id', 'nothing').catch((error) => error);
  assert.match(String(nothing.error ?? nothing.name), /no such element/);

  await client.elementClick(await find('accessibility id', name));
  const follow = await find('accessibility id', 'user-detail-header-follow-button');
  assert.equal(await label(follow), `Follow ${person}`);
  await client.elementClick(follow);
  assert.equal(await label(follow), 'Following');

  // Up the page with a finger.
  const before = await client.getElementRect(follow);
  await client.performActions([
    {
      type: 'pointer',
      id: 'finger',
      parameters: { pointerType: 'touch' },
      actions: [
        { type: 'pointerMove', duration: 0, x: 195, y: 700, origin: 'viewport' },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerMove', duration: 600, x: 195, y: 600, origin: 'viewport' },
        { type: 'pointerUp', button: 0 },
      ],
    },
  ]);
  const after = await client.getElementRect(follow);
  assert.ok(after.y <= before.y, `${before.y} → ${after.y}`);

  const picture = Buffer.from(await client.takeScreenshot(), 'base64');
  assert.ok(picture.subarray(0, PNG.length).equals(PNG), 'a PNG');
  assert.ok(picture.length > 5_000, `a picture of ${picture.length} bytes`);
}
