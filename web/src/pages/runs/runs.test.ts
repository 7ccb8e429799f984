import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Row } from '../../api/types.ts';
import { price } from '../../format/numbers.ts';
import { bestModels, fallbacksOf } from './ledger.ts';
import { askedBy, hasResults, plainLists, stateOf, summaryOf, typicalSeconds } from './words.ts';

const row: Row = {
  panel: 'hourly',
  unique_id: 'total',
  models_tried: 'SeasonalNaive ARIMA LSTM Ensemble',
  best_model: 'SeasonalNaive',
  fallback: 'LSTM -> WindowAverage',
  reason: 'ARIMA: nothing is left to estimate: continued as it is; LSTM: all values are 1; Ensemble: ARIMA: nothing is left to estimate: continued as it is; LSTM: all values are 1',
};

test('the ledger tells which model was not used, what stands in and why', () => {
  const found = fallbacksOf([row, { ...row, unique_id: 'city=Boston', reason: 'LSTM: all values are 1', fallback: 'LSTM -> WindowAverage' }]);
  assert.deepEqual(
    found.map((one) => [one.model, one.instead, one.reason, one.series.length]),
    [
      ['LSTM', 'WindowAverage', 'all values are 1', 2],
      ['ARIMA', '', 'nothing is left to estimate: continued as it is', 1],
      ['Ensemble', '', 'ARIMA: nothing is left to estimate: continued as it is', 1],
    ],
  );
  assert.deepEqual(fallbacksOf([{ panel: 'p', unique_id: 'a', fallback: '', reason: '', models_tried: 'Mean' }]), []);
  assert.deepEqual(fallbacksOf([{ panel: 'p', unique_id: 'a', fallback: null, reason: null, models_tried: null }]), []);
});

test('a reason with a semicolon of its own stays whole', () => {
  const [found] = fallbacksOf([{ panel: 'p', unique_id: 'a', models_tried: 'LSTM', fallback: 'LSTM -> Naive', reason: 'LSTM: too short; 8 are needed' }]);
  assert.equal(found!.reason, 'too short; 8 are needed');
});

test('the best models, most series first', () => {
  assert.deepEqual(bestModels([{ best_model: 'A' }, { best_model: 'B' }, { best_model: 'B' }, { best_model: '' }]), [{ model: 'B', series: 2 }, { model: 'A', series: 1 }]);
});

test('states of runs', () => {
  const run = { status: 'ok', current: false, preliminary: false } as const;
  assert.deepEqual(stateOf({ ...run, current: true }), { text: 'Current', kind: 'good' });
  assert.deepEqual(stateOf({ ...run, status: 'failed' }), { text: 'Failed', kind: 'bad' });
  assert.equal(stateOf({ ...run, preliminary: true }).text, 'Preliminary');
  assert.ok(hasResults({ status: 'partly' }) && !hasResults({ status: 'cancelled' }));
});

test('who asked', () => {
  assert.equal(askedBy(['request', 'upload', 'upload']), 'a request, new files');
  assert.equal(askedBy(null), 'by hand');
});

test('a manifest is summed up as lists have it', () => {
  const run = '20261127T063225.067Z-caf790';
  assert.deepEqual(summaryOf({ run, status: 'ok', proven_by: 'x' }, run), { status: 'ok', current: true, preliminary: false, mode: 'warm', began: '2026-11-27T06:32:25Z' });
  assert.equal(summaryOf({ run }, null).status, 'failed');
  assert.equal(summaryOf({ run, status: 'ok', proven_by: null }, null).mode, 'anew');
});

test('lists of a manifest read like lists', () => {
  assert.equal(plainLists('models ["A","B"], was ["A"]'), 'models A, B, was A');
  assert.equal(plainLists('fourier [], was none'), 'fourier [], was none');
});

test('small prices have two digits', () => {
  assert.equal(price(0.000257, 'USD', 'en-US'), '$0.00026');
  assert.equal(price(null, 'USD', 'en-US'), '–');
});

test('what the last runs took is the middle one of the last five that were whole', () => {
  const run = (seconds: number, status: 'ok' | 'failed' = 'ok', preliminary = false) => ({ seconds, status, preliminary });
  assert.equal(typicalSeconds([run(900), run(10), run(30), run(1, 'ok', true), run(20), run(2, 'failed'), run(25), run(700)]), 25);
  assert.equal(typicalSeconds([run(3, 'failed')]), null);
});
