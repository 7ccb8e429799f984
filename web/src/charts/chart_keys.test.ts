import assert from 'node:assert/strict';
import { test } from 'node:test';

import { moved } from './chart_keys.ts';

const tell = String;

test('in a line both pairs of arrows go from one to the next, and stop at its ends', () => {
  const bars = { count: 3, tell };
  assert.equal(moved(null, 'ArrowRight', bars), 0);
  assert.equal(moved(0, 'ArrowRight', bars), 1);
  assert.equal(moved(1, 'ArrowDown', bars), 2);
  assert.equal(moved(2, 'ArrowRight', bars), 2);
  assert.equal(moved(0, 'ArrowUp', bars), 0);
  assert.equal(moved(0, 'End', bars), 2);
  assert.equal(moved(2, 'Home', bars), 0);
});

test('in rows they go along and across, never from the end of one into the next', () => {
  const cells = { count: 168, across: 24, tell };
  assert.equal(moved(23, 'ArrowRight', cells), 23);
  assert.equal(moved(24, 'ArrowLeft', cells), 24);
  assert.equal(moved(0, 'ArrowLeft', cells), 0);
  assert.equal(moved(5, 'ArrowDown', cells), 29);
  assert.equal(moved(29, 'ArrowUp', cells), 5);
  assert.equal(moved(5, 'ArrowUp', cells), 5);
  assert.equal(moved(150, 'ArrowDown', cells), 150);
});

test('other keys, and charts with nothing in them, lead nowhere', () => {
  assert.equal(moved(1, 'Enter', { count: 3, tell }), null);
  assert.equal(moved(null, 'ArrowRight', { count: 0, tell }), null);
});
