// What stands for a file of the app has all that the file has.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

function exportsOf(file: string): string[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const made = [...text.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map((found) => found[1]!);
  const handedOn = [...text.matchAll(/^export \{ (.*) \} from/gm)].flatMap((found) => found[1]!.split(', '));
  return [...made, ...handedOn].sort();
}

for (const name of ['router', 'kept']) {
  test(`report/${name}.ts has what app/${name}.ts has`, () => {
    assert.ok(exportsOf(`../app/${name}.ts`).length > 1);
    assert.deepEqual(exportsOf(`./${name}.ts`), exportsOf(`../app/${name}.ts`));
  });
}
