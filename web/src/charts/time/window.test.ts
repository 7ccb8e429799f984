import assert from 'node:assert/strict';
import { test } from 'node:test';

import { panned, wholeOf, windowOf, windowText, zoomed } from './window.ts';

const whole = { from: 0, to: 1000 };

test('a window moves within what there is', () => {
  assert.deepEqual(panned({ from: 100, to: 200 }, whole, 0.5), { from: 150, to: 250 });
  assert.deepEqual(panned({ from: 100, to: 200 }, whole, -5), { from: 0, to: 100 });
  assert.deepEqual(panned({ from: 100, to: 200 }, whole, 50), { from: 900, to: 1000 });
  assert.deepEqual(panned(whole, whole, 0.5), whole);
});

test('what lies under the pointer stays there', () => {
  const near = zoomed({ from: 100, to: 300 }, whole, 0.5, 0.25, 10);
  assert.equal(near.from + 0.25 * (near.to - near.from), 150);
  assert.equal(near.to - near.from, 100);
  assert.equal(zoomed({ from: 100, to: 120 }, whole, 0.1, 0.5, 10).to, 115);
  assert.deepEqual(zoomed({ from: 100, to: 900 }, whole, 9, 0.5, 10), whole);
});

test('the address tells a window', () => {
  const days = { from: Date.UTC(2019, 0, 1) / 1000, to: Date.UTC(2020, 0, 1) / 1000 };
  const shown = { from: Date.UTC(2019, 10, 1) / 1000, to: Date.UTC(2019, 11, 1, 8) / 1000 };
  assert.equal(windowText(shown), '2019-11-01..2019-12-01T08:00');
  assert.deepEqual(windowOf(windowText(shown), days), shown);
  for (const text of ['', 'x..y', '2019-12-01..2019-11-01', '2030-01-01..2030-02-01']) assert.equal(windowOf(text, days), null);
});

test('the whole of one time alone still has a length', () => {
  assert.deepEqual(wholeOf([5, 7, 9]), { from: 5, to: 9 });
  assert.deepEqual(wholeOf([7200]), { from: 5400, to: 9000 });
  assert.ok(wholeOf([]).from < wholeOf([]).to);
});
