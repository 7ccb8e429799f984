import assert from 'node:assert/strict';
import { test } from 'node:test';

import { coverageVerdict, decisionsOf, histogram, metricOf, ranked, residualsOf, verdict } from './metrics.ts';

test('the best comes first, what has no score last', () => {
  const rows = [
    { panel: 'p', model: 'A', mase: 2 },
    { panel: 'q', model: 'X', mase: 0 },
    { panel: 'p', model: 'B', mase: null },
    { panel: 'p', model: 'C', mase: 1 },
  ];
  assert.deepEqual(ranked(rows, 'p', 'mase').map((row) => row.model), ['C', 'A', 'B']);
  assert.equal(metricOf('nothing').name, 'mase');
});

test('what an interval of the difference says', () => {
  const row = (behind: number | null, low: number | null, high: number | null, p: number | null = null) => ({ behind, 'behind-lo-95': low, 'behind-hi-95': high, p_value: p });
  assert.equal(verdict(row(null, null, null)).text, 'the best');
  assert.equal(verdict(row(1, -1, 3)).text, 'may be chance');
  assert.equal(verdict(row(2, 1, 3)).kind, 'warning');
  assert.equal(verdict(row(2, 1, 3, 0.01)).kind, 'warning');
  assert.equal(verdict(row(2, 1, 3, 0.2)).text, 'perhaps behind');
  assert.equal(verdict(row(2, -1, 3, 0.01)).text, 'perhaps behind');
  assert.equal(verdict(row(2, -1, 3, 0.2)).text, 'may be chance');
  assert.equal(verdict(row(2, null, null)).text, 'too few origins to tell');
});

test('coverage against what was meant', () => {
  assert.equal(coverageVerdict(0.7, 0.8), 'too narrow');
  assert.equal(coverageVerdict(0.78, 0.8), 'as meant');
  assert.equal(coverageVerdict(0.99, 0.8), 'too wide');
});

test('bins are round, hold every value and have 0 at an edge', () => {
  const values = [-7, -1, 0, 0.5, 3, 13];
  const bins = histogram(values, 5);
  assert.equal(bins.reduce((sum, bin) => sum + bin.count, 0), values.length);
  assert.ok(bins.some((bin) => bin.from === 0));
  assert.deepEqual(new Set(bins.map((bin) => bin.to - bin.from)), new Set([5]));
  assert.deepEqual(histogram([]), []);
  assert.equal(histogram([4, 4]).length, 1);
});

test('residuals are forecasts less what came', () => {
  const rows = [
    { ds: '2020-01-01', cutoff: '2019-12-31', y: 10, A: 12 },
    { ds: '2020-01-02', cutoff: '2019-12-31', y: null, A: 12 },
  ];
  assert.deepEqual(residualsOf(rows, 'A').map((one) => one.off), [2]);
});

test('decisions are counted by their reason', () => {
  const row = (decision: string, reason: string) => ({ decision, reason, estimate_seconds: 1, search_seconds: 0.5 });
  const counted = decisionsOf([row('keep', ''), row('refit', 'worse'), row('keep', '')]);
  assert.deepEqual(counted, [
    { decision: 'keep', reason: '', count: 2, seconds: 3 },
    { decision: 'refit', reason: 'worse', count: 1, seconds: 1.5 },
  ]);
});
