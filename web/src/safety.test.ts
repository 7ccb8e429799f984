// What sources of the page may not do, so that what data say never becomes markup or script, and
// nothing about a session is kept in the browser.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = new URL('.', import.meta.url).pathname;

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|tsx)$/.test(name) && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

function using(words: RegExp): string[] {
  return sources.filter((source) => words.test(source.text)).map((source) => source.name);
}

test('makes no markup of what it is told', () => {
  assert.ok(sources.length > 20);
  assert.deepEqual(using(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|javascript:/), []);
});

test('keeps nothing but in one place', () => {
  assert.deepEqual(using(/localStorage|sessionStorage|indexedDB|document\.cookie|caches\./), ['app/kept.ts']);
});

test('asks this server alone', () => {
  assert.deepEqual(using(/https?:\/\/(?!www\.w3\.org\/)/), []);
});
