import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Arrivals } from '../../api/arrival_calls.ts';
import type { Preview } from '../../api/data_calls.ts';
import type { DatasetStatus } from '../../api/types.ts';
import { nameOf, plainName, shaOf } from '../../format/arrivals.ts';
import { addDays } from '../../format/dates.ts';
import { byReason, reasonOf } from '../../format/reasons.ts';
import { closedWeekdays, everyDay, gapsOf, sheetsOf, strips, withoutStrays, yearsOf } from './days.ts';
import { followed, isOpen, isUnsettled, summary, type Facts } from './following.ts';
import { isAtRest, restOf, restWords } from './rest.ts';
import { headOf, printOf, sampleOf, shortText } from './sample.ts';
import { secondsLeft, speedOf, withSample } from './speed.ts';
import { columnOf, dimensionChoices, parts, partsOf, settingIn, sortedFor, takenTable, verdict } from './wizard_parts.ts';

const sha = 'ab'.repeat(32);
const counts = { rows_read: 5, rows_accepted: 4, rows_rejected: 1 };
const nothing: Arrivals = { waiting: [], asked: 0, dead: [] };
const facts = (parts: Partial<Facts>): Facts => ({ arrivals: nothing, files: new Map(), run: null, rest: null, ...parts });

test('a file is followed from the inbox to the forecast', () => {
  const waiting = { ...nothing, waiting: [{ key: `inbox/orders/${sha.slice(0, 16)}/a.csv`, bytes: 1, since: '' }] };
  const dead = { key: `dead/orders/${sha}/a.csv`, code: 'bad_data', message: 'no time column', at: '' };
  const files = new Map([[sha, counts]]);
  const run = { run: 'r', status: 'ok' as const, inputs: [sha], preliminary: true };
  assert.equal(followed(sha, facts({ arrivals: waiting })).stage, 'waiting');
  assert.equal(followed(sha, facts({})).stage, 'waiting'); // between the inbox and its record
  assert.equal(followed(sha, facts({ arrivals: { ...nothing, dead: [dead] } })).stage, 'given_up');
  assert.equal(followed(sha, facts({ arrivals: { ...nothing, dead: [dead] } })).problem?.message, 'no time column');
  assert.equal(followed(sha, facts({ arrivals: { ...waiting, dead: [dead] } })).stage, 'waiting'); // is tried again
  assert.deepEqual(followed(sha, facts({ files })), { stage: 'taken', counts, run: '', preliminary: false, rest: null, problem: null });
  assert.deepEqual(followed(sha, facts({ files, run })), { stage: 'published', counts, run: 'r', preliminary: true, rest: null, problem: null });
  assert.equal(followed(sha, facts({ files, run: { ...run, inputs: ['other'] } })).stage, 'taken');
  assert.equal(summary(['published', 'published', 'cut', 'failed']), '2 in the forecast, 1 being sent, 1 refused');
});

const idle = { working: false, waiting: 0, asked: 0, cancelled: null } as DatasetStatus;
const bySchedule = 'schedule = "outside"\n[automation] # when\nrun = "schedule"\nschedule = \'0 6 * * MON\'\n[csv]\nrun = "upload"\n';

test('where no run is on its way a file rests, and says why', () => {
  assert.ok(isAtRest(idle));
  for (const busy of [{ working: true }, { waiting: 1 }, { asked: 1 }]) assert.ok(!isAtRest({ ...idle, ...busy }));
  const rest = restOf(idle, nothing, bySchedule);
  assert.deepEqual(rest, { why: 'schedule', schedule: '0 6 * * MON' });
  const files = new Map([[sha, counts]]);
  const taken = followed(sha, facts({ files, rest }));
  assert.deepEqual([taken.stage, taken.rest, isOpen(taken), isUnsettled(taken)], ['taken', rest, true, false]);
  const quick = followed(sha, facts({ files, rest, run: { run: 'r', status: 'ok', inputs: [sha], preliminary: true } }));
  assert.deepEqual([quick.stage, quick.rest, isUnsettled(quick)], ['published', rest, false]);
  const known = followed(sha, facts({ files, rest, run: { run: 'r', status: 'ok', inputs: [sha] } }));
  assert.deepEqual([known.rest, isOpen(known)], [null, false]);
  assert.equal(followed(sha, facts({ rest })).rest, null); // between the inbox and its record
});

test('why nothing happens by itself has words', () => {
  const given = { ...nothing, dead: [{ key: 'dead/orders/ask-1', code: '', message: '', at: '' }] };
  const words = (status: DatasetStatus, arrivals: Arrivals, toml: string | null) => restWords(restOf(status, arrivals, toml));
  assert.equal(words(idle, nothing, bySchedule), 'the next run comes by the schedule (0 6 * * MON)');
  assert.equal(words(idle, nothing, '[automation]\nrun = "schedule"\n'), 'no run comes by itself; it is yours to start');
  assert.equal(words({ ...idle, cancelled: '2026-11-27T00:00:00Z' }, nothing, null), 'its run was cancelled; the next is yours to start');
  assert.equal(words(idle, given, '[automation]\nschedule = "@"'), 'its run was given up after several tries; the next comes by the schedule (@)');
  assert.match(words(idle, nothing, '[csv]\nschedule = "no"\n'), /^no run was asked for; the next is yours/);
});

test('speed is that of the last seconds', () => {
  let samples = withSample([], { at: 0, bytes: 0 });
  assert.equal(speedOf(samples), null);
  for (let at = 1000; at <= 10_000; at += 1000) samples = withSample(samples, { at, bytes: at <= 5000 ? at : 5000 + (at - 5000) * 3 });
  assert.equal(speedOf(samples), 3000);
  assert.equal(secondsLeft(6000, 3000), 2);
  assert.equal(secondsLeft(6000, null), null);
  assert.equal(withSample(samples, { at: 11_000, bytes: 100 }).length, 1); // cut: begins from before
});

test('samples end with a whole line, and packed files are whole', async () => {
  const lines = new Blob(['a,b\n', '1,2\n'.repeat(300_000)]);
  const sample = await sampleOf(lines);
  assert.ok(sample!.size <= 1024 * 1024);
  assert.ok((await sample!.text()).endsWith('1,2\n'));
  assert.equal((await sampleOf(lines, shortText))!.size, shortText - (shortText % 4));
  assert.equal(await headOf(lines), 'a,b');
  const packed = new Blob([new Uint8Array([0x1f, 0x8b, 0x08, 0]), new Uint8Array(2_000_000)]);
  assert.equal((await sampleOf(packed))!.size, packed.size);
  assert.equal(await headOf(packed), '');
});

test('a file has the same number as long as it is the same', () => {
  const file = { name: 'a.csv', size: 10, lastModified: 5 };
  assert.match(printOf('orders', file), /^[0-9a-f]{10,16}$/);
  assert.equal(printOf('orders', file), printOf('orders', { ...file }));
  for (const other of [{ ...file, size: 11 }, { ...file, lastModified: 6 }, { ...file, name: 'b.csv' }]) assert.notEqual(printOf('orders', file), printOf('orders', other));
});

test('days without sales are told, but those on which the shop is closed', () => {
  const rows = [];
  for (let day = 1; day <= 28; ++day) {
    const date = `2026-06-${String(day).padStart(2, '0')}`;
    const sunday = new Date(`${date}T00:00Z`).getUTCDay() === 0;
    if (!sunday && ![10, 11, 20].includes(day)) rows.push({ ds: date, lines: day });
  }
  const days = everyDay(rows);
  assert.equal(days.length, 27); // the last one is a Sunday
  assert.deepEqual([...closedWeekdays([...days, { day: '2026-06-28', lines: 0 }])], [0]);
  assert.deepEqual(gapsOf([...days, { day: '2026-06-28', lines: 0 }]), [
    { from: '2026-06-10', to: '2026-06-11', days: 2 },
    { from: '2026-06-20', to: '2026-06-20', days: 1 },
  ]);
  assert.deepEqual(everyDay([]), []);
});

test('strips of weeks end with the last day', () => {
  const days = everyDay([{ ds: '2019-01-01', lines: 1 }, { ds: '2020-01-01', lines: 1 }]);
  assert.deepEqual(strips(days, 53), [['2019-01-01', '2020-01-01']]);
  assert.deepEqual(strips(days, 27), [['2019-01-01', '2019-06-30'], ['2019-07-01', '2020-01-01']]);
  assert.deepEqual([yearsOf(['2019-01-01', '2020-01-01']), yearsOf(['2019-01-01', '2019-12-01'])], ['2019–20', '2019']);
});

const sold = (first: string, count: number) => Array.from({ length: count }, (_, at) => ({ ds: addDays(first, at), lines: 2 }));

test('days far from all others are told apart, whole years of sales are not', () => {
  const shop = sold('2024-01-01', 400);
  const { rows, strays } = withoutStrays([{ ds: '1970-01-01', lines: 1 }, ...shop, ...sold('2076-05-01', 2)]);
  assert.deepEqual(strays.map((one) => one.day), ['1970-01-01', '2076-05-01', '2076-05-02']);
  assert.equal(everyDay(rows).length, 400);
  assert.deepEqual(withoutStrays([...sold('2018-01-01', 100), ...shop]).strays, []); // it was closed in between
  assert.deepEqual(withoutStrays(sold('2024-01-01', 1)).strays, []);
  assert.equal(withoutStrays([...sold('2024-01-01', 20), ...sold('2076-05-01', 2)]).strays.length, 2); // of a young shop
  assert.deepEqual(withoutStrays([...sold('2020-01-01', 1500), ...sold('2025-06-01', 5)], '2025-06-06').strays, []); // it has opened again
  assert.deepEqual(withoutStrays([]), { rows: [], strays: [] });
});

test('a few strips are drawn together, the last ones first, and none without sales', () => {
  const days = everyDay([...sold('2006-01-01', 300), ...sold('2017-01-01', 3000)]);
  const sheets = sheetsOf(strips(days, 53), days);
  assert.ok(sheets.every((one) => one.spans.length <= 4));
  assert.equal(sheets[0]!.until, days.at(-1)!.day);
  assert.equal(sheets.at(-1)!.spans[0]![0], '2006-01-01');
  assert.ok(sheets.length < strips(days, 53).length / 4, 'years without sales are listed');
});

test('reasons add up over files and have words', () => {
  assert.deepEqual(byReason([{ rejected_by_reason: { blank: 1, bad_time: 3 } }, { rejected_by_reason: { blank: 1, bad_price: 0 } }]), [
    { reason: 'bad_time', rows: 3, files: 1 },
    { reason: 'blank', rows: 2, files: 2 },
  ]);
  for (const name of ['invalid_utf8', 'bad_quotes', 'blank', 'repeated_header', 'wrong_column_count', 'missing_value', 'bad_time', 'bad_quantity', 'bad_price', 'return']) {
    assert.ok(reasonOf(name).helps.length > 10, name);
  }
  assert.equal(reasonOf('quite_new').label, 'quite new');
});

test('keys tell names', () => {
  assert.equal(nameOf(`dead/orders/${sha}/a b.csv`), 'a b.csv');
  assert.equal(shaOf(`dead/orders/${sha}/a b.csv`), sha);
  assert.equal(plainName('1c6029a61502dc0f/a b.csv'), 'a b.csv');
  assert.equal(plainName('2026/a.csv'), '2026/a.csv');
  assert.equal(nameOf('dead/orders/ask-20261127T000000.000Z-abc'), 'A request for a run');
  assert.equal(shaOf('inbox/orders/x/a.csv'), '');
});

const preview = {
  columns: [
    { name: 'When', type: 'text', examples: [] },
    { name: 'at', type: 'time', examples: ['2026-01-01'] },
  ],
  mapping: [{ part: 'time', column: 'at', reason: 'content' }],
  whole: false,
  counts: { rows_read: 1000, rows_accepted: 990, rows_rejected: 10 },
} as unknown as Preview;

test('a column plays the part that was tried, else the one that was found', () => {
  assert.equal(columnOf('time', {}, preview), 'at');
  assert.equal(columnOf('time', { time: 'When' }, preview), 'When');
  assert.equal(columnOf('time', { time: '' }, preview), '');
  assert.deepEqual(partsOf('at', {}, preview), [parts[0]!.label]);
  assert.deepEqual(sortedFor('time', preview.columns).map((one) => one.name), ['at', 'When']);
  assert.equal(verdict(preview, String), 'Of the first 1000 rows 990 can be taken in, 10 would be refused.');
});

test('columns that play no part can be ones to cut sales by, and those of the settings stay', () => {
  const columns = ['When', 'Country', 'Channel', 'Product'].map((name) => ({ name, type: 'text' as const, examples: [] }));
  const toml = '[dimensions]\ncountry = "\\"Country\\""\n"city" = "split_part(\\"Channel\\", 1)"\n\n[csv]\nx = "\\"Channel\\""\n';
  const known = { columns, toml, mapping: [{ part: 'time', column: 'When', reason: 'name' }, { part: 'product', column: 'Product', reason: 'name' }] } as Partial<Preview> as Preview;
  const of = (tried: Record<string, string>) => dimensionChoices(tried, known).map((one) => [one.column, one.isChosen, one.isStored]);
  assert.deepEqual(of({}), [['Country', true, true], ['Channel', false, false]]);
  assert.deepEqual(of({ 'dimension:Channel': 'yes', product: '' }), [['Country', true, true], ['Channel', true, false], ['Product', false, false]]);
  assert.deepEqual(of({ 'dimension:Country': '' }), [['Country', false, false], ['Channel', false, false]]); // chosen here before, and not saved
});

test('what settings say of a format', () => {
  const toml = 'time_zone = "Europe/Berlin"  # zone\n[csv]\ndelimiter = "\\t"\nheader = true # x\n[returns]\npolicy = \'net\'\n';
  assert.deepEqual(['time_zone', 'delimiter', 'header', 'returns', 'decimal'].map((name) => settingIn(toml, name)), ['Europe/Berlin', '\t', 'true', 'net', '']);
  assert.equal(settingIn(null, 'header'), '');
});

test('rows as taken in leave out what none of them has', () => {
  const table = takenTable([{ city: 'Ulm', line: 2, product: 'A', time: '2026-01-01T10:00:00', customer: null, place: '', instant: 'x', returned: false }]);
  assert.deepEqual(table.columns.map((column) => column.name), ['time', 'product', 'city']);
  assert.equal(table.columns[0]!.label, 'Time of the order');
});

test('prices as taken in have all their digits', () => {
  const row = { time: '2026-01-01T10:00:00', unit_price: 19.95, revenue: 1234.5678 };
  const shown = takenTable([row]).columns.map((column) => column.show!(row[column.name as keyof typeof row], row));
  assert.deepEqual(shown.slice(1).map((text) => text.replace(/\D/g, '')), ['1995', '12345678']); // in any locale
});
