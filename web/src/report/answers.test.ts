import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask } from '../api/client.ts';
import { keyOf, meansOf, unpacked, type Block } from './answers.ts';

const about = { dataset: 'orders', run: 'r', version: '1', time_zone: 'none', series: {} };

function block(...answers: Block['answers']): Block {
  return { about, lists: [['a', 'b', 'c', 'd']], answers };
}

test('the order of words does not matter, their values do', () => {
  const question = { method: 'POST', path: 'x', query: { a: 1, b: '2' }, body: { by: ['p', 'q'], limit: 5 } };
  assert.equal(keyOf(question), keyOf({ ...question, query: { b: 2, a: '1' }, body: { limit: 5, by: ['p', 'q'] } }));
  for (const other of [{ method: 'GET' }, { path: 'y' }, { query: { a: 1 } }, { body: { by: ['q', 'p'], limit: 5 } }, { body: { by: ['p', 'q'], limit: 6 } }]) {
    assert.notEqual(keyOf(question), keyOf({ ...question, ...other }));
  }
});

test('lists, parts of lists and rows are as they were', () => {
  const lists = [['a', 'b', 'c', 'd']];
  assert.deepEqual(unpacked({ $list: 0 }, lists), lists[0]);
  assert.deepEqual(unpacked({ $list: 0, from: 1, to: 3 }, lists), ['b', 'c']);
  assert.deepEqual(unpacked({ rows: { $rows: { ds: { $list: 0 }, y: [1, 2, null, 4] } } }, lists), {
    rows: [
      { ds: 'a', y: 1 },
      { ds: 'b', y: 2 },
      { ds: 'c', y: null },
      { ds: 'd', y: 4 },
    ],
  });
  assert.deepEqual(unpacked({ a: [{ $list: 0 }], b: null, c: 'x' }, lists), { a: [lists[0]], b: null, c: 'x' });
});

test('questions of pages are answered as a server does', async () => {
  const body = { by: ['city'], filters: {}, limit: 5 };
  const means = meansOf(
    block(
      { question: { method: 'GET', path: 'datasets/orders/forecast', query: { panel: 'by hour', unique_id: 'city=New%20York' } }, answer: { ds: { $list: 0 } } },
      { question: { method: 'POST', path: 'datasets/orders/sales/query', query: {}, body }, answer: { rows: [] } },
    ),
  );
  const forecast = await ask('datasets/orders/forecast', { query: { unique_id: 'city=New%20York', panel: 'by hour', run: undefined } }, means);
  assert.deepEqual(forecast.ok && forecast.value, { ds: ['a', 'b', 'c', 'd'] });
  const sales = await ask('datasets/orders/sales/query', { method: 'POST', body: { limit: 5, filters: {}, by: ['city'] } }, means);
  assert.deepEqual(sales.ok && sales.value, { rows: [] });
});

test('what is not held says so, and what helps', async () => {
  const answer = await ask('datasets/orders/past', {}, meansOf(block()));
  assert.ok(!answer.ok);
  assert.equal(answer.error.status, 404);
  assert.match(answer.error.message, /this report does not hold that/);
  assert.match(answer.error.remedy, /forecart serve/);
});
