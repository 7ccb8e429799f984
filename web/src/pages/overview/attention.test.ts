import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { DatasetStatus, RunSummary } from '../../api/types.ts';
import { joined } from './ahead.ts';
import { matters } from './attention.ts';

const status: DatasetStatus = {
  dataset: 'orders',
  uploads: 1,
  rows_accepted: 1000,
  first: '2019-01-01T03:07:00-05:00',
  last: '2020-01-01T05:13:00-05:00',
  current_run: '20261127T164249.153Z-a99bad',
  waiting: 0,
  asked: 0,
  working: false,
  dead: 0,
  currency: null,
  settings_error: null,
  last_failure: null,
  alerts: [],
  alert_error: null,
  next: 'nothing',
};

const run: RunSummary = { run: '20261127T164249.153Z-a99bad', status: 'ok', current: true, preliminary: false, began: null, ended: null, asked_by: null, mode: 'anew', goes_on_from: null, cost: null, seconds: 57, core_seconds: 30, error: null, stages: [] };

test('where nothing is wrong nothing is red or amber', () => {
  const kinds = matters(status, [], [run]).map((one) => one.kind);
  assert.deepEqual(kinds, ['info', 'good', 'good']);
});

test('how old sales are is told while they are fresh', () => {
  const of = (now: string) => matters(status, [], [run], new Date(now)).find((one) => one.title.startsWith('Sales'))!;
  assert.equal(of('2020-01-01T08:13:00Z').kind, 'good');
  assert.doesNotMatch(of('2026-11-27T12:00:00Z').text, /ago/);
  assert.match(of('2026-11-27T12:00:00Z').title, /^Sales end on /);
});

test('what is worst comes first', () => {
  const ill = { ...status, dead: 2, waiting: 1, last_failure: { code: 'internal', message: 'no memory' }, alerts: [{ key: 'no_data', alert: 'no_data', panel: '', message: 'late', since: '2020-01-01T00:00:00Z' }] };
  const list = matters(ill, [], [{ ...run, error: 'internal', status: 'failed' }]);
  assert.deepEqual(list.map((one) => one.kind), ['bad', 'bad', 'warning', 'info', 'info', 'good']);
  assert.equal(list[0]!.text, 'no memory');
  assert.ok(!list.some((one) => one.title.includes('went well')), 'a run that failed did not go well');
});

test('what follows a run and failed is a warning with its reason', () => {
  const list = matters({ ...status, report_error: 'no space', tables_error: 'AccessDenied' }, [], [run]);
  assert.deepEqual(list.filter((one) => one.kind === 'warning').map((one) => one.text), ['no space', 'AccessDenied']);
});

test('refused rows are a warning where they are many, and say why', () => {
  const file = (rows: number) => [{ file: 'a.csv', sha256: '', rows_rejected: rows, rejected_by_reason: { blank: rows - 1, bad_time: 1 } }];
  const of = (rows: number) => matters(status, file(rows), [run]).find((one) => one.title.includes('refused'))!;
  assert.equal(of(5).kind, 'info');
  assert.equal(of(50).kind, 'warning');
  assert.match(of(50).text, /empty row 49, unreadable time 1/);
});

test('history and forecast are joined at the last value, and partial buckets are left to the forecast', () => {
  const forecast = {
    run: 'r',
    panel: 'daily',
    unique_id: 'total',
    model: 'A',
    isBest: true,
    ds: ['2020-01-01', '2020-01-02'],
    mean: [7, 8],
    final: [7, 8],
    intervals: { '80': { lo: [6, 7], hi: [8, 9] }, '95': { lo: [5, 6], hi: [9, 10] } },
    overrides: [],
  };
  const history = [
    { ds: '2019-12-28', revenue: 3 },
    { ds: '2019-12-30', revenue: 4 },
    { ds: '2019-12-31', revenue: 5 },
    { ds: '2020-01-01', revenue: 0.1 },
  ];
  const made = joined('revenue', 'day', history, forecast);
  assert.deepEqual(made.past, [3, 0, 4, 5, null, null]);
  assert.deepEqual(made.mean, [null, null, null, 5, 7, 8]);
  assert.deepEqual(made.low80, [null, null, null, 5, 6, 7]);
  assert.equal(made.sum, 15);
  assert.equal(made.lastSum, 9);
  assert.equal(made.rows.length, 6);
  assert.deepEqual(made.rows[4], { ds: '2020-01-01', revenue: null, forecast: 7, 'lo-80': 6, 'hi-80': 8 });
  const overridden = joined('revenue', 'day', history, { ...forecast, final: [14, 8] });
  assert.equal(overridden.sum, 22, 'the overview does not know what people put in place of a forecast');
  assert.deepEqual(overridden.mean, [null, null, null, 5, 14, 8]);
});
