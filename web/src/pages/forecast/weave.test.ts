import assert from 'node:assert/strict';
import { test } from 'node:test';

import { modelsOf, pastOf, rowsOf, scoreOf, together, weave } from './weave.ts';

const name = { panel: 'p', unique_id: 'total' };
const history = { ...name, ds: ['2019-12-29', '2019-12-30', '2019-12-31', '2020-01-01'], y: [10, 20, 30, 4] };
const answer = { run: 'r2', ...name, ds: ['2020-01-01', '2020-01-02'], values: { A: [21, 22], 'A-lo-80': [11, 12], 'A-hi-80': [31, 32], 'A-lo-95': [1, 2], 'A-hi-95': [41, 42], 'B/auto': [7, 8], 'A-demand': [23, 24] } };
const outlook = { run: 'r2', ...name, model: 'A', ds: answer.ds, mean: [21, 22], final: [21, 44], intervals: {}, overrides: [] };
const interval = (lo: number[], hi: number[]) => ({ 80: { lo, hi } });

test('history ends where the forecast begins; what came since stands beside it', () => {
  const woven = weave(history, answer, outlook);
  assert.deepEqual(woven.ds, ['2019-12-29', '2019-12-30', '2019-12-31', '2020-01-01', '2020-01-02']);
  assert.deepEqual(woven.came, [10, 20, 30, null, null]);
  assert.deepEqual(woven.since, [null, null, null, 4, null]);
  assert.deepEqual(woven.models.A!.mean, [null, null, null, 21, 22]);
  assert.deepEqual(woven.models.A!.high[95], [null, null, null, 41, 42]);
  assert.deepEqual(woven.models['B/auto']!.low[80], [null, null, null, null, null]);
  assert.deepEqual(woven.final, [null, null, null, 21, 44]);
  assert.equal(woven.first, 3);
  assert.equal(weave(history, answer, { ...outlook, final: [21, 22] }).final, null);
});

test('sales after the last forecast have a place too', () => {
  const later = { ...history, ds: [...history.ds, '2020-01-05'], y: [...history.y, 9] };
  assert.deepEqual(weave(later, answer, outlook).since, [null, null, null, 4, null, 9]);
});

test('models are the columns that are no bounds', () => {
  assert.deepEqual(modelsOf(answer), ['A', 'B/auto']);
});

test('of past forecasts the last before a bucket counts, and never the current one', () => {
  const woven = weave(history, answer, outlook);
  const past = {
    ...name,
    model: 'A',
    runs: [
      { run: 'r2', ds: answer.ds, mean: [21, 22], intervals: interval([1, 1], [2, 2]) },
      { run: 'r1', ds: ['2019-12-30', '2019-12-31'], mean: [25, 26], intervals: interval([15, 15], [35, 29]) },
      { run: 'r0', ds: ['2019-12-29', '2019-12-30'], mean: [8, 9], intervals: interval([5, 5], [15, 15]) },
    ],
  };
  const told = pastOf(woven, past, 'r2');
  assert.deepEqual(told.mean, [8, 25, 26, null, null]);
  assert.deepEqual(told.low[80], [5, 15, 15, null, null]);
  const score = scoreOf(told, woven.came)!;
  assert.equal(score.n, 3);
  assert.equal(score.within, 2 / 3);
  assert.equal(score.wape, (2 + 5 + 4) / 60);
  assert.equal(scoreOf(pastOf(woven, { ...past, runs: [] }, 'r2'), woven.came), null);
  assert.deepEqual(rowsOf(woven, ['A'], told, 2, 3), [
    { ds: '2019-12-31', came: 30, past: 26, 'past-lo-80': 15, 'past-hi-80': 29, A: null, 'A-lo-80': null, 'A-hi-80': null, 'A-lo-95': null, 'A-hi-95': null, final: null },
    { ds: '2020-01-01', came: 4, past: null, 'past-lo-80': null, 'past-hi-80': null, A: 21, 'A-lo-80': 11, 'A-hi-80': 31, 'A-lo-95': 1, 'A-hi-95': 41, final: 21 },
  ]);
});

test('the next buckets stand beside as many before them', () => {
  const woven = weave(history, answer, outlook);
  assert.deepEqual(together(woven, woven.models.A!.mean), { ahead: 43, before: 50, steps: 2 });
  assert.equal(together({ ...woven, came: [null, null, null, null, null] }, woven.models.A!.mean), null);
});
