import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guessBits, strengthOf } from './password.ts';

test('a password that is harder to guess is told to be stronger', () => {
  const told = ['kazoo', 'aaaaaaaaaaaa', '111111111111111111', 'abcdefghijkl', 'kazooviolett', 'nine lives and a fence'];
  assert.deepEqual(told.map((one) => strengthOf(one).text), ['too short', 'easily guessed', 'easily guessed', 'easily guessed', 'good', 'strong']);
  assert.equal(strengthOf('🐈🐈🐈🐈🐈🐈').level, 0, 'characters count, not code units');
  assert.equal(strengthOf('').level, 0);
});

test('more of the same adds little', () => {
  assert.ok(guessBits('kazookazookazookazoo') < guessBits('kazoo violet stair 7'));
  assert.ok(guessBits('123456789012345678') < 45);
  for (let size = 1; size < 40; ++size) assert.ok(guessBits('kV7 '.repeat(size)) <= guessBits('kV7 '.repeat(size + 1)));
});
