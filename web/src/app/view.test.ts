import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeView, emptyView, encodeView, toggled, viewOf, type View } from './view.ts';

const full: View = {
  page: '/sales',
  dataset: 'orders & returns',
  from: '2019-04-01',
  to: '2019-07-01',
  filters: { city: ['Boston', 'New York, NY'], 'a.b': ['x=y&z'], product: [''] },
  panel: 'daily by city',
  series: 'city=New%20York%20City',
  models: ['ARIMA/auto', 'LSTM'],
  grain: 'week',
  measure: 'revenue',
  by: 'city',
  more: { run: '20261127T164249.153Z-a99bad' },
};

test('a view comes back from its address', () => {
  assert.deepEqual(decodeView(encodeView(full)), full);
  assert.deepEqual(decodeView(encodeView(emptyView('/runs'))), emptyView('/runs'));
});

test('the same view has the same address, and what is empty is not in it', () => {
  assert.equal(encodeView(emptyView('/')), '/');
  const turned = { ...full, filters: { product: [''], city: full.filters.city!, 'a.b': full.filters['a.b']! } };
  assert.equal(encodeView(turned), encodeView(full));
});

test('any address is some view', () => {
  assert.deepEqual(decodeView(''), emptyView('/'));
  assert.equal(decodeView('/sales?in.city=%ZZ').filters.city?.length, 1);
  assert.deepEqual(decodeView('/sales?dataset=a#first-admin=secret').dataset, 'a');
  assert.deepEqual(decodeView('/x?__proto__=1').page, '/x');
});

test('filters are added and removed', () => {
  const one = toggled(emptyView('/sales'), 'city', 'Boston');
  assert.deepEqual(one.filters, { city: ['Boston'] });
  const two = toggled(one, 'city', 'Austin');
  assert.deepEqual(two.filters, { city: ['Boston', 'Austin'] });
  assert.deepEqual(toggled(toggled(two, 'city', 'Boston'), 'city', 'Austin').filters, {});
  assert.deepEqual(one.filters, { city: ['Boston'] }, 'the view before stays as it was');
});

test('another page keeps what is looked at and leaves what only this page knows', () => {
  const there = viewOf('/forecast', full);
  assert.deepEqual(there, { ...full, page: '/forecast', grain: '', measure: '', by: '', more: {} });
});
