import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import type { AuditEntry, User } from '../../api/account_calls.ts';
import { auditTable, detailText, doneWords, matching, outcomeKind, spanOf } from './audit_words.ts';
import { curlOf } from './curl.ts';
import { grantsText, offered, scopeText } from './grants.ts';
import { licences } from './licences.ts';
import { sectionOf, sections, sectionsOf } from './sections.ts';
import { difference, faultOf, lineSpan, problemText, saysCurrency, withCurrency } from './settings_words.ts';
import { changeOf, found, madePassword, stateOf, waysOf } from './user_words.ts';

const ann: User = { name: 'ann', role: 'analyst', datasets: ['a', 'b'], disabled: false, has_password: true, issuer: null, subject: null, created: '', locked_until: null, tokens: 0 };

test('each section has its address, and shows to who may see it', () => {
  assert.equal(sectionOf('tokens').title, 'Tokens');
  assert.equal(sectionOf('nonsense'), sections[0]);
  assert.equal(sectionOf(undefined), sections[0]);
  const names = (role: 'viewer' | 'analyst' | 'admin') => sectionsOf(role).map((one) => one.name);
  assert.deepEqual(names('viewer'), ['you', 'look', 'tokens', 'about']);
  assert.ok(names('analyst').includes('dataset') && !names('analyst').includes('users'));
  assert.equal(names('admin').length, sections.length);
});

test('data sets in words', () => {
  assert.equal(grantsText('admin', []), 'all, as an admin');
  assert.equal(grantsText('viewer', ['*', 'a']), 'all');
  assert.equal(grantsText('viewer', ['a', 'b']), 'a, b');
  assert.equal(grantsText('viewer', []), 'none');
  assert.equal(scopeText(null), 'all that you see');
  assert.equal(scopeText(['a']), 'a');
  assert.deepEqual(offered(['b', 'a'], ['gone', '*', 'a']), ['a', 'b', 'gone']);
});

test('a change of a user holds what is different alone', () => {
  assert.deepEqual(changeOf(ann, { role: 'analyst', datasets: ['b', 'a'] }), {});
  assert.deepEqual(changeOf(ann, { role: 'admin', datasets: ['a', 'b'] }), { role: 'admin' });
  assert.deepEqual(changeOf(ann, { role: 'analyst', datasets: [] }), { datasets: [] });
});

test('how somebody is, the worst first', () => {
  const now = new Date('2026-11-27T12:00:00Z');
  assert.equal(stateOf(ann, now).text, 'active');
  assert.match(stateOf({ ...ann, locked_until: '2026-11-27T12:00:30Z' }, now).text, /^locked until /);
  assert.equal(stateOf({ ...ann, locked_until: '2026-11-27T11:59:30Z' }, now).text, 'active');
  assert.equal(stateOf({ ...ann, has_password: false }, now).text, 'cannot sign in');
  assert.equal(stateOf({ ...ann, disabled: true, has_password: false }, now).text, 'disabled');
  assert.equal(waysOf({ has_password: true, issuer: 'https://id' }), 'password, provider');
  assert.equal(waysOf({ has_password: false, issuer: null }), 'no way');
});

test('users are found by what the table tells of them', () => {
  const list = [ann, { ...ann, name: 'bob', role: 'viewer' as const, disabled: true }];
  const names = (find: string) => found(list, find).map((one) => one.name);
  assert.deepEqual(names(''), ['ann', 'bob']);
  assert.deepEqual(names('VIEW disabled'), ['bob']);
  assert.deepEqual(names('password'), ['ann', 'bob']);
  assert.deepEqual(names('ann viewer'), []);
});

test('made passwords are long, of the letters, and use no byte that favours some', () => {
  assert.match(madePassword(), /^[a-zA-Z2-9]{20}$/);
  assert.notEqual(madePassword(), madePassword());
  let asked = 0;
  const text = madePassword((bytes) => bytes.fill(asked++ === 0 ? 255 : 0)); // 255 is left out
  assert.equal(text, 'a'.repeat(20));
});

test('the example for a shell can be pasted', () => {
  const origin = 'https://shop.example';
  assert.equal(curlOf(origin, { secret: 'fct_x', datasets: null }, 'orders'), 'curl -H "Authorization: Bearer fct_x" https://shop.example/api/v1/datasets/orders');
  assert.match(curlOf(origin, { datasets: ['a b'] }, 'orders'), /fct_\.\.\." https:\/\/shop.example\/api\/v1\/datasets\/a%20b$/);
  assert.match(curlOf(origin, { datasets: ["o'neill"] }, ''), /'https:\/\/shop.example\/api\/v1\/datasets\/o'\\''neill'$/);
});

const entry = (parts: Partial<AuditEntry>): AuditEntry => ({ at: '2026-11-27T12:00:00Z', who: 'ann', from: '192.0.2.7', what: 'token.add', on: 'ann', outcome: 'done', detail: { role: 'viewer', grants: ['a', 'b'] }, stamp: '1', ...parts });

test('the audit is found by any of its words, in any case', () => {
  const entries = [entry({}), entry({ stamp: '2', who: '', what: 'session.begin', outcome: 'refused', detail: null })];
  const found = (find: string) => matching(entries, find).map((one) => one.stamp);
  assert.deepEqual(found(''), ['1', '2']);
  assert.deepEqual(found('TOKEN'), ['1']);
  assert.deepEqual(found('stranger signed'), ['2']);
  assert.deepEqual(found('viewer 192.0'), ['1']);
  assert.deepEqual(found('viewer refused'), []);
});

test('the audit in words', () => {
  assert.equal(doneWords('token.add'), 'made a token');
  assert.equal(doneWords('some.new_thing'), 'some: new thing');
  assert.equal(detailText({ role: 'viewer', grants: ['a', 'b'], none: [] }), 'role viewer; grants a, b; none none');
  assert.deepEqual(['done', 'refused', 'conflict'].map(outcomeKind), ['good', 'warning', 'bad']);
  assert.equal(auditTable([entry({})]).rows[0]!.detail, '{"role":"viewer","grants":["a","b"]}');
});

test('days of the audit go from the first moment of one to that after the other', () => {
  assert.deepEqual(spanOf('', ''), {});
  assert.deepEqual(spanOf('nonsense', ''), {});
  const { from, to } = spanOf('2026-04-19', '2026-04-20');
  assert.equal(from, new Date(2026, 3, 19).toISOString());
  assert.equal(to, new Date(2026, 3, 21).toISOString());
});

test('lines of settings', () => {
  assert.equal(problemText({ message: "dataset.toml, line 7: key 'x' is not known" }), "key 'x' is not known");
  assert.equal(problemText({ message: 'the currency' }), 'the currency');
  const text = 'ab\ncde\n';
  assert.deepEqual(lineSpan(text, 2), { from: 3, to: 6 });
  assert.deepEqual(lineSpan(text, 3), { from: 7, to: 7 });
  assert.deepEqual(lineSpan(text, 99), { from: 7, to: 7 });
});

test('the currency is written at its place', () => {
  assert.equal(withCurrency('# x\nversion = 1\n[columns]\n', 'EUR'), '# x\nversion = 1\ncurrency = "EUR"\n[columns]\n');
  assert.equal(withCurrency('version = 1\ncurrency = ""  # none\n[a]\n', 'USD'), 'version = 1\ncurrency = "USD"\n[a]\n');
  assert.equal(withCurrency('[a]\nversion = 2\ncurrency = "x"\n', 'USD'), 'currency = "USD"\n[a]\nversion = 2\ncurrency = "x"\n');
});

test('a currency is told in either kind of quotes, of the data set itself', () => {
  for (const text of ['version = 1\ncurrency = "EUR"\n', "currency = 'EUR' # of the shop\n", '  currency="EUR"']) assert.equal(saysCurrency(text), true, text);
  for (const text of ['', 'currency = ""', '# currency = "EUR"', '[a]\ncurrency = "EUR"', `currency = "EUR'`]) assert.equal(saysCurrency(text), false, text);
});

test('an empty text cannot be used', () => {
  assert.match(faultOf('')!.message, /^There is nothing in it/);
  assert.ok(faultOf(' \n\t\n'));
  assert.equal(faultOf('# only a word'), null);
});

test('a difference tells lines of one text alone', () => {
  assert.deepEqual(difference('a\nb\nc', 'a\nc\nd'), ['- b', '+ d']);
  assert.deepEqual(difference('same', 'same'), []);
  assert.deepEqual(difference('', 'a'), ['- ', '+ a']);
});

test('every library that is built in is named with its licence', () => {
  const root = new URL('../../../../', import.meta.url);
  const names = licences.map(([name]) => name);
  const web = JSON.parse(readFileSync(new URL('web/package.json', root), 'utf8')) as { dependencies: Record<string, string> };
  const cmake = readFileSync(new URL('cmake/dependencies.cmake', root), 'utf8').split('if(FORECART_TESTS)')[0]!;
  const found = [...cmake.matchAll(/(?:find_package|pkg_check_modules)\((\w+)|find_library\(([A-Z]+)_/g)].map((match) => match[1] ?? match[2]!);
  const built = found.filter((name) => !['Threads', 'PkgConfig'].includes(name));
  assert.ok(built.length > 12);
  assert.deepEqual([...Object.keys(web.dependencies), ...built].filter((name) => !names.includes(name)), []);
});
