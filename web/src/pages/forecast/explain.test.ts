import assert from 'node:assert/strict';
import { test } from 'node:test';

import { partLabel, partsOf, sentence } from './explain.ts';

const row = { unique_id: 'total', ds: '2020-01-01', model: 'A', forecast: 90, season_7: -20, reconciliation: 5, level: 100, trend: 0, price: 5 };
const plain = (value: number | null | undefined) => String(value);

test('parts stand on each other and add up to the forecast', () => {
  const parts = partsOf(row, 'D');
  assert.deepEqual(parts.map((part) => [part.name, part.from]), [['level', 0], ['season_7', 100], ['price', 80], ['reconciliation', 85]]);
  assert.equal(parts.at(-1)!.from + parts.at(-1)!.value, row.forecast);
});

test('seasons have the words of their frequency', () => {
  assert.equal(partLabel('season_7', 'D'), 'day of the week');
  assert.equal(partLabel('season_24', 'h'), 'hour of the day');
  assert.equal(partLabel('season_12', 'MS'), 'month of the year');
  assert.equal(partLabel('season_7', 'h'), 'season of 7 steps');
  assert.equal(partLabel('holiday_us', 'D'), 'holiday us');
});

test('a sentence says it', () => {
  assert.equal(sentence(row, partsOf(row, 'D'), plain), '90 = 100 (level) − 20 (day of the week) + 5 (price) + 5 (so that parts and total add up)');
  assert.equal(sentence({ ...row, forecast: 0 }, []), 'Nothing is expected to sell.');
});
