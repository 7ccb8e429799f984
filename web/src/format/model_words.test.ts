import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { modelHint, modelTitle } from './model_words.ts';

test('models have titles that say what they are', () => {
  assert.equal(modelTitle('LevelProfile/auto'), 'Level and rhythm');
  assert.equal(modelTitle('MyOwn'), 'MyOwn');
  assert.match(modelHint('LevelProfile/auto'), /^LevelProfile: Follows .* add up/);
  assert.doesNotMatch(modelHint('SeasonalNaive'), /add up/);
  assert.equal(modelHint('MyOwn'), 'MyOwn');
});

test('all models of the program are described', () => {
  const registry = readFileSync(new URL('../../../src/pipeline/model_registry.cpp', import.meta.url), 'utf8');
  const names = [...registry.matchAll(/\{"([A-Z]\w+)",\s*"/g)].map((match) => match[1]!);
  assert.ok(names.length > 30, `only ${names.length} models were found`);
  assert.deepEqual(names.filter((name) => !modelHint(name).includes(': ')), []);
});
