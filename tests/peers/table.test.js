import assert from 'node:assert/strict';
import { test } from 'node:test';

import { speeds, verdict } from './table.js';

test('what overlaps and what is out of order', () => {
  const check = (events, expected) => {
    const { overlaps, disorder } = verdict(events, 2);
    assert.deepEqual([overlaps, disorder], expected, `${events}`);
  };
  check([], [0, 0]);
  // Numbers from one: 1 and 3 are of one account, 2 and 4 of the other.
  check([1, 2, -1, -2, 3, -3, 4, -4], [0, 0]);
  check([1, 3, -3, -1], [1, 0]);
  check([3, -3, 1, -1], [0, 1]);
  check([3, 1, -1, -3], [1, 1]);
  // An overlap counts for the one that began second, and order is kept all the same.
  check([1, 3, 5, -1, -3, -5, 2, -2], [2, 0]);
});

test('the median and the range', () => {
  const rows = [
    { name: 'a', kept: 's', figures: [1000, 4000, 2000], ratios: [], flushes: [0.1] },
    { name: 'b', kept: 't', figures: [500, 200], ratios: [0.5, 0.04], flushes: [4, 0.12] },
  ];
  const [, , first, second] = speeds(rows).split('\n');
  assert.equal(first, '| a | s | 2,000 (1,000–4,000) | 1 | 0.1 (0.1–0.1) |');
  assert.equal(second, '| b | t | 350 (200–500) | 0.27 (0.040–0.50) | 2.1 (0.1–4.0) |');
});
