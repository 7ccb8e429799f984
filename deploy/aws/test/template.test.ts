import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filled, type Json } from '../lib/template.ts';

test('a text that is a place alone becomes the value, whatever that is', () => {
  assert.deepEqual(filled('${List}', { List: ['a', 'b'] }), ['a', 'b']);
  assert.equal(filled('${Days}', { Days: 30 }), 30);
});

test('inside a longer text a value becomes text', () => {
  assert.equal(filled('${A}/x-${B}', { A: 'a', B: 2 }), 'a/x-2');
  assert.deepEqual(filled({ a: ['${A}'] }, { A: 1 }), { a: [1] });
});

test('what needs a value that is missing or empty is left out of its array', () => {
  const given: Json[] = [{ needs: 'Key', x: '${Key}' }, { x: 1 }];
  assert.deepEqual(filled(given, {}), [{ x: 1 }]);
  assert.deepEqual(filled(given, { Key: '' }), [{ x: 1 }]);
  assert.deepEqual(filled(given, { Key: [] }), [{ x: 1 }]);
  assert.deepEqual(filled(given, { Key: 'k' }), [{ x: 'k' }, { x: 1 }]);
});

test('a place without a value is told', () => {
  assert.throws(() => filled('${Nowhere}', {}), /'Nowhere'/);
});
