import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addDays, ago, bucketLabel, civil, daysBetween, instant, moment, runBegan, weekdays } from './dates.ts';
import { bytes, change, compact, compactMoney, duration, figure, money, number, percent } from './numbers.ts';
import { seriesName } from './series.ts';
import { csv, sorted } from './table.ts';

const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');

test('numbers are written as the locale has them', () => {
  assert.equal(number(1234567.8, 1, 'en-US'), '1,234,567.8');
  assert.equal(plain(number(1234567.8, 1, 'de-DE')), '1.234.567,8');
  assert.equal(plain(money(19.9, 'EUR', undefined, 'de-DE')), '19,90 €');
  assert.equal(plain(money(1234.5, 'USD', 0, 'en-US')), '$1,235');
  assert.equal(plain(money(19.9, 'JPY', undefined, 'en-US')), '¥20');
  assert.equal(plain(compactMoney(1234567, 'EUR', 'en-US')), '€1.23M');
  assert.equal(compact(1_234_567, 'en-US'), '1.23M');
  assert.equal(percent(0.1425, 1, 'en-US'), '14.3%');
  assert.equal(change(0.031, 'en-US'), '+3.1%');
  assert.equal(change(0, 'en-US'), '0%');
});

test('what is no number is a dash, not NaN', () => {
  for (const show of [number, (value: number | null) => money(value, 'EUR'), compact, percent, change, figure, duration, bytes]) {
    assert.equal((show as (value: number | null) => string)(null), '–');
    assert.equal((show as (value: number | null) => string)(NaN), '–');
    assert.equal((show as (value: number | null) => string)(Infinity), '–');
  }
});

test('figures keep three digits that mean something', () => {
  assert.equal(figure(0.134150053, 'en-US'), '0.134');
  assert.equal(figure(4.77, 'en-US'), '4.77');
  assert.equal(figure(19305.87, 'en-US'), '19,306');
  assert.equal(figure(7, 'en-US'), '7');
});

test('durations and sizes', () => {
  assert.equal(duration(1.26, 'en-US'), '1.3 sec');
  assert.equal(duration(56.6, 'en-US'), '57 sec');
  assert.equal(duration(125, 'en-US'), '2 min 5 sec');
  assert.equal(duration(7380, 'en-US'), '2 hr 3 min');
  assert.equal(bytes(16_759_872, 'en-US'), '16.8 MB');
});

test('civil times read the same in every zone', () => {
  const before = process.env.TZ;
  for (const zone of ['Pacific/Kiritimati', 'America/Los_Angeles', 'UTC']) {
    process.env.TZ = zone;
    assert.equal(moment('2019-04-19', 'en-US'), 'Apr 19, 2019');
    assert.equal(moment('2019-01-01T03:00:00-05:00', 'en-US'), 'Jan 1, 2019, 03:00 AM');
    assert.equal(bucketLabel('2019-04-01', 'month', 'en-US'), 'Apr 2019');
  }
  process.env.TZ = before ?? 'UTC';
  assert.equal(bucketLabel('2019-04-01', 'quarter', 'en-US'), 'Q2 2019');
  assert.equal(bucketLabel('2019-01-01', 'year', 'en-US'), '2019');
});

test('days are counted across changes of the clock', () => {
  assert.equal(addDays('2019-03-09', 2), '2019-03-11');
  assert.equal(addDays('2019-03-01', -1), '2019-02-28');
  assert.equal(daysBetween('2019-03-01', '2019-04-01'), 31);
  assert.equal(Number.isNaN(civil('yesterday').getTime()), true);
});

test('instants are shown in the zone of the shop', () => {
  assert.equal(plain(instant('2026-11-27T16:42:49Z', 'America/New_York', 'en-US')), 'Nov 27, 2026, 11:42 AM');
  assert.equal(runBegan('20261127T164249.153Z-a99bad'), '2026-11-27T16:42:49Z');
  assert.equal(runBegan('current'), null);
  assert.equal(ago('2026-11-27T13:00:00Z', new Date('2026-11-27T16:42:49Z'), 'en-US'), '3 hours ago');
  assert.deepEqual(weekdays('en-US'), ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
});

test('csv quotes, and gives spreadsheets no formulas', () => {
  const columns = [
    { name: 'a', label: 'A' },
    { name: 'b', label: 'B' },
  ];
  const rows = [
    { a: 'x,"y"', b: 1.5 },
    { a: '=1+1', b: null },
    { a: '-5', b: -5 },
  ];
  assert.equal(csv({ columns, rows }), 'a,b\r\n"x,""y""",1.5\r\n\'=1+1,\r\n\'-5,-5\r\n');
});

test('missing values come last whichever way rows are sorted', () => {
  const rows = [{ n: 2 }, { n: null }, { n: 10 }];
  assert.deepEqual(sorted(rows, 'n', false).map((row) => row.n), [2, 10, null]);
  assert.deepEqual(sorted(rows, 'n', true).map((row) => row.n), [10, 2, null]);
});

test('ids of series as people read them', () => {
  assert.equal(seriesName('total'), 'Total');
  assert.equal(seriesName('city=New%20York%20City'), 'New York City');
  assert.equal(seriesName('product=A%2FB/place=CA_1'), 'A/B · CA_1');
  assert.equal(seriesName('city=100%'), '100%');
});
