import assert from 'node:assert/strict';
import { test } from 'node:test';

import { buckets, grainOf } from './buckets.ts';
import { modelName } from './models.ts';

test('models that add up say so, unless all do', () => {
  assert.equal(modelName('AutoETS'), 'AutoETS');
  assert.equal(modelName('AutoETS/auto'), 'AutoETS, adding up');
  assert.equal(modelName('AutoETS/auto', ['AutoETS', 'AutoETS/auto']), 'AutoETS, adding up');
  assert.equal(modelName('AutoETS/auto', ['LSTM/auto', 'AutoETS/auto']), 'AutoETS');
});

test('buckets have words', () => {
  assert.equal(buckets('D'), 'days');
  assert.equal(buckets('W-MON', 1), 'week');
  assert.equal(buckets('MS'), 'months');
  assert.equal(buckets('15min'), 'steps');
  assert.equal(grainOf('h'), 'hour');
  assert.equal(grainOf('15min'), 'hour');
});
