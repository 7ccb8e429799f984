import assert from 'node:assert/strict';
import { test } from 'node:test';

import { emptyView } from '../../app/view.ts';
import { weekOf } from './heat.ts';
import { byDimension, choiceOf, overTime, table } from './question.ts';

const view = { ...emptyView('/sales'), filters: { city: ['Boston'], product: ['Cable'] }, from: '2019-04-01', to: '2019-05-01' };

test('a grain that fits the span is taken where none is asked for', () => {
  const grain = (from: string, to: string) => choiceOf({ ...view, from, to }, '2019-01-01', '2020-01-01').grain;
  assert.equal(grain('2019-04-01', '2019-05-01'), 'day');
  assert.equal(grain('2019-04-01', '2019-09-01'), 'week');
  assert.equal(grain('', ''), 'month');
  assert.equal(choiceOf({ ...view, grain: 'year' }, '', '').grain, 'year');
  assert.equal(choiceOf({ ...view, grain: 'eon', measure: 'joy' }, '', '').measure, 'revenue');
});

test('a dimension is not filtered by itself, all else is', () => {
  const choice = choiceOf(view, '2019-01-01', '2020-01-01');
  assert.deepEqual(byDimension(choice, 'city', 5).filters, { product: ['Cable'] });
  assert.deepEqual(overTime(choice).filters, view.filters);
  assert.equal(byDimension(choice, 'city', 5).order, '-revenue');
  assert.deepEqual(choice.filters, view.filters, 'the view is not touched');
});

test('a table is by time or by a dimension', () => {
  const choice = choiceOf(view, '2019-01-01', '2020-01-01');
  assert.equal(table(choice, '').grain, 'day');
  assert.deepEqual(table(choice, 'city').by, ['city']);
  assert.equal(table({ ...choice, from: '' }, '').from, undefined);
});

test('a week has 168 means', () => {
  const rows = [
    { ds: '2019-01-07T09:00:00-05:00', revenue: 10 },
    { ds: '2019-01-14T09:00:00-05:00', revenue: 30 },
    { ds: '2019-01-20T23:00:00-05:00', revenue: 7 },
  ];
  const cells = weekOf(rows, 'revenue');
  assert.equal(cells.length, 168);
  const weeks = (13 * 24 + 14) / 168;
  assert.deepEqual(cells[9], [9, 0, 40 / weeks]);
  assert.deepEqual(cells[167], [23, 6, 7 / weeks]);
  assert.ok(weekOf([], 'revenue').every((cell) => cell[2] === 0));
});
