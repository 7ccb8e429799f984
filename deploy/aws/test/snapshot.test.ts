import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { STAGES, type Stage } from './stage.ts';

/** Held against their templates by other tests, or said in every resource. */
const ELSEWHERE = new Set(['DefinitionString', 'DashboardBody', 'Tags', 'UserPoolTags', 'Metadata']);
const BY_TEMPLATE = /^(FunctionRole|TrainingJobRole|TaskRole|uploader|reader|operator)/;

/** One line for each value: "stack id.Properties.Name = value". */
function lines(at: string, value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [`${at} = ${JSON.stringify(value)}`];
  const [reference, ...others] = Object.entries(value);
  if (reference && others.length === 0 && /^(Ref|Fn::)/.test(reference[0])) return [`${at} = ${JSON.stringify(value)}`];
  return Object.entries(value).filter(([name]) => !ELSEWHERE.has(name)).flatMap(([name, one]) => lines(`${at}.${name}`, one));
}

function snapshot(stage: Stage): string {
  const all = stage.all().filter(({ id, Type }) => !BY_TEMPLATE.test(id) && Type !== 'AWS::CloudWatch::Alarm');
  const shown = all.flatMap(({ stack, id, ...resource }) => lines(`${stack.replace(/^forecart-[a-z]+-/, '')} ${id}`, resource));
  return shown.join('\n') + '\n';
}

// UPDATE=1 npm test writes them anew; the difference is for eyes
for (const name of ['dev', 'prod'] as const) {
  test(`what ${name} is made of is as it was`, () => {
    const file = new URL(`snapshots/${name}.txt`, import.meta.url);
    if (process.env['UPDATE']) writeFileSync(file, snapshot(STAGES[name]));
    const [was, is] = [readFileSync(file, 'utf8'), snapshot(STAGES[name])].map((text) => text.split('\n')) as [string[], string[]];
    assert.deepEqual({ come: is.filter((line) => !was.includes(line)), gone: was.filter((line) => !is.includes(line)) },
      { come: [], gone: [] });
    assert.deepEqual(is, was); // and in this order
  });
}
