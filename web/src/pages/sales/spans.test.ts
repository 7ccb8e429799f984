import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Choice } from './question.ts';
import { isWhole, pasts, spanOf } from './spans.ts';

const known = { dimensions: [], first: '2019-01-01T03:07:00', last: '2020-01-01T05:13:00' };
const choice = (from: string, to: string): Choice => ({ measure: 'revenue', grain: 'month', from, to, filters: {} });

test('the days on show are whole ones that there are sales of', () => {
  assert.deepEqual(spanOf(choice('', ''), known), { from: '2019-01-01', to: '2020-01-01' });
  assert.deepEqual(spanOf(choice('2018-05-01', '2019-03-01'), known), { from: '2019-01-01', to: '2019-03-01' });
  assert.deepEqual(spanOf(choice('2019-12-04', '2020-02-01'), known), { from: '2019-12-04', to: '2020-01-01' });
});

test('what sales do not reach back to is not compared with', () => {
  const at = (from: string, to: string) => pasts({ from, to }, known.first).map(({ words, span }) => `${words} ${span.from}`);
  assert.deepEqual(at('2019-12-04', '2020-01-01'), ['the 28 days before 2019-11-06']);
  assert.deepEqual(at('2019-12-31', '2020-01-01'), ['the day before 2019-12-30', '52 weeks before 2019-01-01']);
  assert.deepEqual(at('2019-01-01', '2020-01-01'), []);
  assert.deepEqual(at('2020-01-01', '2020-01-01'), []);
});

test('a bucket that has just begun, or is cut off by the days chosen, is not whole', () => {
  const span = { from: '2019-01-01', to: '2020-01-01' };
  assert.equal(isWhole('2019-12-01', 'month', span), true);
  assert.equal(isWhole('2020-01-01', 'month', span), false);
  assert.equal(isWhole('2018-12-31', 'week', span), false);
  assert.equal(isWhole('2019-12-31', 'day', span), true);
  assert.equal(isWhole('2019-01-01', 'month', { from: '2019-01-10', to: '2019-03-01' }), false);
});
