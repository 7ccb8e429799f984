// From an empty repository to forecasts, by files that are dropped on the page of data; each throws where
// it does not work.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { becomeAdmin, dropFiles, faultsOfAccess, person, serve, settled } from './driver.mjs';

const panel = (page, name) => page.getByRole('region', { name, exact: true });

/// Orders of some days from a day on; on those in `without` nothing is sold.
function orders(first, count, without = []) {
  const lines = ['Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address'];
  for (let day = 0; day < count; ++day) {
    const date = new Date(Date.UTC(2026, 0, first + day)).toISOString().slice(0, 10);
    if (without.includes(date)) continue;
    for (let n = 0; n < 12 + ((3 * day) % 7); ++n) lines.push(`${first + day}${n},Cable,1,9.5,${date} ${String(5 + n).padStart(2, '0')}:15,"1 Main St, Boston, 01101"`);
  }
  return lines.join('\n') + '\n';
}

const row = (page, name) => page.locator('.sending', { hasText: name });

/// From nothing to a published forecast by dropping twelve files; three more that are others are held.
async function firstFiles(page) {
  await page.waitForSelector('text=Drop your order files here');
  for (const fault of await faultsOfAccess(page)) assert.fail(fault);
  const months = Array.from({ length: 12 }, (_, at) => [`part-${at}.csv`, orders(1 + 10 * at, 10, ['2026-02-03', '2026-02-04'])]);
  const odd = [...['wann.csv', 'wann2.csv'].map((name) => [name, 'Wann;Was\n02.03.2024 10:00;Kabel\n']), ['timeless.csv', orders(1, 3).replace(/2026-\d\d-\d\d \d\d:\d\d/g, 'soon')]];
  await dropFiles(page, [...months, ...odd]);
  const wizard = page.getByRole('dialog');
  await wizard.getByText(/every one can be taken in/).waitFor();
  await wizard.getByText('The other 14 files are looked at before they go').waitFor();
  await wizard.getByLabel('Name of the data set').fill('not a name');
  assert.ok(await wizard.getByRole('button', { name: 'Send 15 files' }).isDisabled());
  await wizard.getByLabel('Name of the data set').fill('shop');
  await wizard.getByRole('button', { name: 'Send 15 files' }).click();
  await page.waitForURL(/dataset=shop/);
  await page.waitForSelector('text=12 in the forecast', { timeout: 240_000 });
  for (const [name, why] of [['wann.csv', /'Order Date' is not in 'wann.csv'/], ['wann2.csv', /'Order Date' is not in 'wann2.csv'/], ['timeless.csv', /holds no times/]]) {
    assert.match(await row(page, name).locator('.why').textContent(), why);
    await page.getByRole('button', { name: `Cancel: ${name}` }).click();
  }
  assert.match(await row(page, 'part-3.csv').textContent(), /rows taken in; in /);
  await page.waitForSelector('text=2 days without sales');
  await page.getByRole('button', { name: /Feb 3, 2026 to Feb 4, 2026/ }).click();
  await page.waitForSelector('h1:has-text("Sales")');
  assert.match(page.url(), /from=2026-01-20/);
  await page.goBack();
  await settled(page);
}

/// Slow, cut and back again: it says so, goes on and comes to its end.
async function cutConnection(page) {
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: 400_000 };
  await network.send('Network.emulateNetworkConditions', slow);
  await dropFiles(page, [['large.csv', orders(200, 10) + '#'.repeat(50) + '\n'.repeat(1_500_000)]]);
  await page.getByRole('progressbar', { name: 'Sending large.csv' }).waitFor();
  await row(page, 'large.csv').getByText(/B\/s/).waitFor();
  await network.send('Network.emulateNetworkConditions', { ...slow, offline: true });
  await row(page, 'large.csv').getByText(/connection was cut/).waitFor();
  await network.send('Network.emulateNetworkConditions', { ...slow, offline: false, uploadThroughput: -1 });
  await row(page, 'large.csv').getByText(/rows taken in/).waitFor({ timeout: 60_000 });
}

/// Files that are none, or have other columns, say why and what helps.
async function strangeFiles(page) {
  await dropFiles(page, [['photo.csv', 'PK\u0003\u0004\u0000\u0000'], ['other.csv', 'Wann;Was\n02.03.2024 10:00;Kabel\n']]);
  for (const name of ['photo.csv', 'other.csv']) await row(page, name).locator('.why').waitFor();
  assert.match(await row(page, 'other.csv').textContent(), /Order Date.*not understood|not understood.*Order Date/s);
  await page.setViewportSize({ width: 390, height: 844 });
  const width = await row(page, 'other.csv').locator('.why').evaluate((why) => why.clientWidth);
  assert.ok(width > 200, `on a telephone the reason has ${width} px`);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Cancel: other.csv' }).click();
  await row(page, 'other.csv').waitFor({ state: 'detached' });
}

/// Of files with other columns a data set of its own is made, with the parts that a person names.
async function otherDataset(page, folder) {
  const file = join(folder, 'lager.csv');
  writeFileSync(file, 'Wann;Was;Wohin\n' + Array.from({ length: 60 }, (_, at) => `${String(1 + (at % 28)).padStart(2, '0')}.03.2024 10:${String(at % 60).padStart(2, '0')};Kabel;Ulm\n`).join(''));
  await page.getByLabel('Choose the first files of a new data set').setInputFiles(file);
  const wizard = page.getByRole('dialog');
  await wizard.getByLabel('Product').selectOption('Was');
  await wizard.getByRole('group', { name: 'Rows as taken in' }).getByText('Kabel').first().waitFor();
  await wizard.getByRole('checkbox', { name: 'Wohin' }).check();
  await wizard.getByRole('group', { name: 'Rows as taken in' }).getByText('Ulm').first().waitFor();
  await wizard.getByRole('button', { name: 'Send the file' }).click();
  await page.waitForURL(/dataset=lager/);
  await row(page, 'lager.csv').getByText(/60 rows taken in/).waitFor({ timeout: 60_000 });
  await runsBySchedule(page);
  await page.goBack();
  await settled(page);
  await page.getByRole('button', { name: 'Columns and formats' }).click();
  assert.equal(await page.getByRole('dialog').getByLabel('Product').inputValue(), 'Was');
  assert.ok(await page.getByRole('dialog').getByRole('checkbox', { name: 'Wohin' }).isDisabled(), 'a dimension of the settings is not known as one');
  await page.getByRole('dialog').getByLabel('Place').selectOption('Wohin');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.waitForSelector('.toast:has-text("reads 3 files anew")');
}

/// Where runs come by a schedule, files say so and lead to where one can be begun.
async function runsBySchedule(page) {
  const status = await page.evaluate(async () => {
    const [where, session] = ['/api/v1/datasets/lager/settings', await (await fetch('/api/v1/session')).json()];
    const there = await fetch(where);
    const headers = { 'content-type': 'application/toml', 'x-csrf-token': session.csrf_token, 'if-match': there.headers.get('etag') };
    const text = (await there.text()).replace('run = "upload"', 'run = "schedule"').replace('schedule = ""', 'schedule = "0 6 1 1 *"');
    return (await fetch(where, { method: 'PUT', headers, body: text })).status;
  });
  assert.equal(status, 200);
  await dropFiles(page, [['more.csv', 'Wann;Was;Wohin\n05.04.2024 10:00;Kabel;Ulm\n']]);
  await row(page, 'more.csv').getByText('1 row taken in; the next run comes by the schedule (0 6 1 1 *)').waitFor({ timeout: 120_000 });
  await misdated(page);
  await row(page, 'more.csv').getByRole('link', { name: 'Runs' }).click();
  await page.waitForURL(/\/runs\?dataset=lager/);
}

/// Begins a data set by the session of the page, as somebody else may.
function begin(page, dataset, text) {
  return page.evaluate(
    async ([where, body]) => {
      const session = await (await fetch('/api/v1/session')).json();
      const headers = { 'content-type': 'application/toml', 'x-csrf-token': session.csrf_token, 'if-none-match': '*' };
      return (await fetch(where, { method: 'PUT', headers, body })).status;
    },
    [`/api/v1/datasets/${dataset}/settings`, text],
  );
}

const settingsOf = (page, dataset) => page.evaluate(async (where) => (await fetch(where)).text(), `/api/v1/datasets/${dataset}/settings`);

/// Chooses a file for a data set that is to begin, up to a name for it.
async function naming(page, folder, name) {
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, orders(1, 3));
  await page.getByLabel('Choose the first files of a new data set').setInputFiles(file);
  const wizard = page.getByRole('dialog');
  await wizard.getByText(/every one can be taken in/).waitFor();
  assert.equal(await wizard.getByLabel('Name of the data set').inputValue(), name);
  return wizard;
}

/// Where somebody else has begun a data set of that name meanwhile, theirs stays, and files go into it.
async function lostRace(page, folder) {
  const wizard = await naming(page, folder, 'race');
  const theirs = '# theirs\nversion = 1\n[columns]\ntime = "Order Date"\n';
  assert.equal(await begin(page, 'race', theirs), 201);
  const sending = wizard.getByRole('button', { name: 'Send the file' });
  await sending.click();
  await wizard.getByText('somebody has begun race meanwhile').waitFor();
  await wizard.getByText('There is a data set of that name: the files are added to it.').waitFor();
  assert.equal(await settingsOf(page, 'race'), theirs);
  await sending.click();
  await page.waitForURL(/dataset=race/);
  await row(page, 'race.csv').getByText(/rows taken in/).waitFor({ timeout: 60_000 });
  assert.equal(await settingsOf(page, 'race'), theirs);
}

/// Where it was begun and the answer was lost, the same page goes on by what it wrote.
async function lostAnswer(page, folder) {
  const wizard = await naming(page, folder, 'unheard');
  const where = '**/datasets/unheard/settings';
  await page.route(where, async (route) => (await route.fetch(), route.abort()), { times: 1 });
  await wizard.getByRole('button', { name: 'Send the file' }).click();
  await wizard.getByText('the server does not answer').waitFor();
  assert.match(await settingsOf(page, 'unheard'), /Order Date/);
  await wizard.getByLabel('Product').selectOption('');
  await wizard.getByRole('button', { name: 'Send the file' }).click();
  await page.waitForURL(/dataset=unheard/);
  await row(page, 'unheard.csv').getByText(/rows taken in/).waitFor({ timeout: 60_000 });
  assert.doesNotMatch(await settingsOf(page, 'unheard'), /^product = "Product"/m);
}

/// A day far from all others is told, leads to its sales, and is not drawn.
async function misdated(page) {
  await dropFiles(page, [['old.csv', 'Wann;Was;Wohin\n01.01.1970 10:00;Kabel;Ulm\n']]);
  await panel(page, 'Days with sales').getByRole('button', { name: 'Jan 1, 1970: 1 line' }).waitFor({ timeout: 60_000 });
  await page.getByRole('img', { name: /^Order lines of 36 days/ }).waitFor();
  for (const fault of await faultsOfAccess(page)) assert.fail(fault);
}

/// Who only looks is told so, and has no way to send.
async function viewers(page, server, browser) {
  const user = { name: 'vic', password: person.password, role: 'viewer', datasets: ['shop'] };
  const made = await page.evaluate(async (body) => {
    const session = await (await fetch('/api/v1/session')).json();
    const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token };
    return (await fetch('/api/v1/users', { method: 'POST', headers, body: JSON.stringify(body) })).status;
  }, user);
  assert.equal(made, 201);
  const other = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await other.goto(`${server.base}/data?dataset=shop`);
  await other.fill('input[name=name]', user.name);
  await other.fill('input[name=password]', user.password);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.waitForSelector('text=ask an admin for the role of an analyst');
  await settled(other);
  assert.equal(await other.locator('input[type=file]').count(), 0);
  assert.deepEqual(await other.locator('.failure').allTextContents(), []);
  await other.context().close();
}

/// A repository in which there is nothing, and what becomes of it.
export async function freshRepository(forecart, browser) {
  const folder = mkdtempSync(join(tmpdir(), 'forecart-fresh-'));
  execFileSync(forecart, ['init', '--repository', join(folder, 'shop')], { stdio: 'ignore' });
  const server = await serve(forecart, join(folder, 'shop'));
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })).newPage();
    page.setDefaultTimeout(30_000);
    await becomeAdmin(page, server);
    await page.goto(`${server.base}/data`);
    await firstFiles(page);
    await cutConnection(page);
    await strangeFiles(page);
    await viewers(page, server, browser);
    await otherDataset(page, folder);
    await lostRace(page, folder);
    await lostAnswer(page, folder);
    await page.context().close();
  } finally {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
