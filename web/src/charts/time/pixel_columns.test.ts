import assert from 'node:assert/strict';
import { test } from 'node:test';

import { columnsOf } from './pixel_columns.ts';

const tens = (x: number) => Math.floor(x / 10);

test('columns hold the least and the largest, and touch the one before', () => {
  const xs = [0, 5, 9, 10, 15, 20, 40];
  const ys = [1, 7, 3, 4, 9, 2, 5];
  assert.deepEqual([...columnsOf(xs, ys, 0, 6, tens, 5)], [{ low: 1, high: 7 }, { low: 3, high: 9 }, { low: 2, high: 9 }, undefined, { low: 2, high: 5 }]);
});

test('what is missing joins nothing', () => {
  assert.deepEqual([...columnsOf([0, 10, 20], [1, null, 3], 0, 2, tens, 3)], [{ low: 1, high: 1 }, undefined, { low: 3, high: 3 }]);
});

test('what lies outside is left out, but the line comes from there', () => {
  assert.deepEqual(columnsOf([-10, 0, 10], [5, 1, 2], 0, 2, tens, 1), [{ low: 1, high: 5 }]);
});
