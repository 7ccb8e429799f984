import assert from 'node:assert/strict';
import { test } from 'node:test';

import { daysOf, endOfDays, filled, finer, grainOf, seconds } from './grains.ts';

test('buckets have their days', () => {
  assert.deepEqual(daysOf('2019-12-01', 'month'), { from: '2019-12-01', to: '2020-01-01' });
  assert.deepEqual(daysOf('2019-10-01', 'quarter'), { from: '2019-10-01', to: '2020-01-01' });
  assert.deepEqual(daysOf('2018-12-31', 'week'), { from: '2018-12-31', to: '2019-01-07' });
  assert.deepEqual(daysOf('2019-03-10T03:00:00-04:00', 'hour'), { from: '2019-03-10', to: '2019-03-11' });
});

test('hours and days without sales are 0, months are left as they are', () => {
  assert.deepEqual(filled(['2019-01-01', '2019-01-04'], [5, 7], 'day').values, [5, 0, 0, 7]);
  assert.deepEqual(filled(['2019-01-01', '2019-03-01'], [5, 7], 'month').values, [5, 7]);
  const clock = filled(['2019-03-10T01:00:00-05:00', '2019-03-10T03:00:00-04:00'], [1, 2], 'hour');
  assert.deepEqual(clock.values, [1, 0, 2], 'the hour that the clock leaves out');
  assert.equal(clock.times[0], seconds('2019-03-10T01:00:00'));
});

test('grains', () => {
  assert.equal(grainOf('W-MON'), 'week');
  assert.equal(grainOf('15min'), null);
  assert.equal(finer('year'), 'quarter');
  assert.equal(finer('month'), 'day');
  assert.equal(finer('day'), 'day');
});

test('a day that sales break off in is not whole', () => {
  assert.equal(endOfDays('2020-01-01T05:13:00-05:00'), '2020-01-01');
  assert.equal(endOfDays('2019-12-31T23:58:00-05:00'), '2020-01-01');
});
