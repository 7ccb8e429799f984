import assert from 'node:assert/strict';
import { test } from 'node:test';

import { writingOf } from '../../format/measures.ts';
import { spoken, summaryOf } from './summary.ts';

const day = 86_400;
const content = {
  times: [0, day, 2 * day, 3 * day],
  lines: [
    { label: 'Sold', colour: '', values: [5, 3, 9, null] },
    { label: 'Forecast', colour: '', values: [null, null, null, 7] },
  ],
  now: 2 * day,
  grain: 'day',
};

test('a summary tells least, most and last of what is on show', () => {
  const all = summaryOf(content, { from: 0, to: 3 * day });
  assert.match(all, /Sold: least 3 at .*2.*, most 9 at .*3.*, last 9 at/);
  assert.match(all, /Known to/);
  assert.match(all, /Forecast: least 7/);
  const part = summaryOf(content, { from: 0, to: day });
  assert.match(part, /most 5 at/);
  assert.ok(!part.includes('Forecast'), 'a line of which nothing is on show is told');
  assert.equal(summaryOf(content, { from: 9 * day, to: 10 * day }), 'Nothing is on show.');
});

test('at a time only lines with a value are told', () => {
  assert.match(spoken(content, 3), /: Forecast 7$/);
  assert.match(spoken({ ...content, writing: writingOf('revenue', 'USD', 'en-US') }, 0), /: Sold \$5$/);
});
