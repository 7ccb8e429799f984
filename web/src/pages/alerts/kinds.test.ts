import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bySeverity, kindOf } from './kinds.ts';

test('the worst alerts stand first, then the latest', () => {
  const alert = (name: string, since: string) => ({ alert: name, since });
  const order = bySeverity([alert('coverage_drift', '2026-01-01T00:00:00Z'), alert('rejects_above', '2026-01-03T00:00:00Z'), alert('no_data', '2025-01-01T00:00:00Z')]);
  assert.deepEqual(order.map((one) => one.alert), ['no_data', 'rejects_above', 'coverage_drift']);
});

test('a rule of a newer server has a name at least', () => {
  assert.equal(kindOf('too_hot').title, 'too hot');
  assert.equal(kindOf('no_data').severity, 'bad');
});
