import assert from 'node:assert/strict';
import { test } from 'node:test';

import { growth, isWhole, lastDays } from './spans.ts';

test('spans lie side by side and leave out the day that is not whole', () => {
  const { now, before } = lastDays('2020-01-01T05:13:00-05:00', 28);
  assert.deepEqual(now, { from: '2019-12-04', to: '2020-01-01' });
  assert.deepEqual(before, { from: '2019-11-06', to: '2019-12-04' });
  assert.equal(isWhole(before, '2019-11-06T00:01:00'), true);
  assert.equal(isWhole(before, '2019-11-07T00:01:00'), false);
});

test('growth needs something to grow from', () => {
  assert.equal(growth(110, 100)?.toFixed(3), '0.100');
  assert.equal(growth(5, 0), null);
  assert.equal(growth(null, 3), null);
});
