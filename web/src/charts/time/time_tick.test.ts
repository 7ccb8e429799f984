import assert from 'node:assert/strict';
import { test } from 'node:test';

import { timeTicks } from './time_tick.ts';

const at = (label: string) => Date.parse(`${label}Z`) / 1000;
const day = 86_400;

test('days tell the year at first and where it changes', () => {
  const ticks = timeTicks([at('2019-12-16T00:00'), at('2019-12-26T00:00'), at('2020-01-05T00:00')], 10 * day);
  assert.deepEqual(ticks.map((tick) => tick.split('\n')[1]), ['2019', undefined, '2020']);
});

test('hours tell the day at midnight; months and years have theirs already', () => {
  const hours = timeTicks([at('2020-01-05T18:00'), at('2020-01-06T00:00')], 6 * 3600);
  assert.match(hours[0]!, /\n2020$/);
  assert.match(hours[1]!, /6/);
  assert.ok(!hours[1]!.includes(':'));
  for (const step of [31 * day, 366 * day]) assert.ok(timeTicks([at('2019-01-01T00:00'), at('2020-01-01T00:00')], step).every((tick) => !tick.includes('\n')));
});
