import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isDashed, modelColour } from './model_colours.ts';

test('a model has one colour, whether its forecasts add up or not', () => {
  const all = ['LSTM/auto', 'LSTM', 'AutoETS', 'AutoETS/auto'];
  assert.equal(modelColour('LSTM', all, 'light'), modelColour('LSTM/auto', ['AutoETS/auto', 'LSTM/auto'], 'light'));
  assert.notEqual(modelColour('LSTM', all, 'light'), modelColour('AutoETS', all, 'light'));
  assert.notEqual(modelColour('LSTM', all, 'light'), modelColour('LSTM', all, 'dark'));
  assert.ok(isDashed('LSTM', all) && !isDashed('LSTM/auto', all) && !isDashed('LSTM', ['LSTM']));
});
