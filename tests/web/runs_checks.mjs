// What people do on the pages of runs and alerts, and what the frame tells by itself; each throws
// where it does not work.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { faultsOfAccess, settled } from './driver.mjs';
import { moreOfStall } from './shop.mjs';

const long = { timeout: 120_000 }; // a run of the stall, on a busy machine
const viewer = { name: 'vic', password: 'another 8 herons, long enough' };

async function open(page, base, path) {
  await page.goto(base + path);
  await settled(page);
}

function wordsOf(page) {
  return new URL(page.url()).searchParams;
}

async function accessible(page) {
  await settled(page);
  assert.deepEqual(await faultsOfAccess(page, ['minor', 'moderate', 'serious', 'critical']), [], page.url());
}

const rows = (page) => page.locator('.runs-table tbody tr').count();

const moreRowsThan = (page, count) => page.waitForFunction((before) => document.querySelectorAll('.runs-table tbody tr').length > before, count, long);

/// A change as the page's own: with its cookies and the token of its session.
function send(page, method, path, body, type) {
  return page.evaluate(
    async ([method, path, body, type]) => {
      const session = await (await fetch('/api/v1/session')).json();
      const answer = await fetch(path, { method, body, headers: { 'content-type': type, 'x-csrf-token': session.csrf_token } });
      return answer.status;
    },
    [method, path, body, type],
  );
}

/// A plan, a run, and without a reload: what became of it, its line, a message that leads to it.
export async function runningNow(page, base) {
  const streams = [];
  const count = (request) => request.url().includes('/api/v1/events') && streams.push(request.url());
  page.on('request', count);
  await open(page, base, '/runs?dataset=stall');
  const before = await rows(page);
  await page.getByRole('button', { name: 'Run now…' }).click();
  await page.waitForSelector('.start dt:has-text("Would cost")');
  assert.match(await page.textContent('.start'), /goes on from the run of/);
  await page.getByRole('group', { name: 'Way' }).getByRole('button', { name: 'All anew' }).click();
  await page.waitForSelector('.start dd:has-text("everything anew")');
  await accessible(page);
  await page.getByRole('button', { name: 'Start the run' }).click();
  await page.waitForSelector('.asked:has-text("is done")', long);
  await moreRowsThan(page, before);
  assert.equal(await page.locator('.runs-table .badge:has-text("Current")').count(), 1);
  assert.match(await page.locator('.runs-table tbody tr').first().textContent(), /Current.*a requestall anew/);
  const toast = page.locator('.toast:has-text("Forecasts of stall are new")');
  await toast.waitFor(long);
  await toast.getByRole('button', { name: 'Show' }).click();
  await page.waitForSelector('h1:has-text("Forecast")');
  assert.equal(wordsOf(page).get('dataset'), 'stall');
  page.off('request', count);
  assert.equal(streams.length, 1, `${streams.length} streams of events for one tab`);
}

/// New files are taken in, and the list has their run; what it changed, by two check boxes.
export async function comparingRuns(page, base) {
  await open(page, base, '/runs?dataset=stall');
  const before = await rows(page);
  assert.equal(await send(page, 'PUT', '/api/v1/datasets/stall/files/more.csv', moreOfStall(), 'text/csv'), 201);
  await moreRowsThan(page, before);
  assert.match(await page.locator('.runs-table tbody tr').first().textContent(), /new files/);
  const boxes = page.locator('.runs-table input:not([disabled])');
  for (const at of [0, 1]) await boxes.nth(at).check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.waitForSelector('.changes tbody tr');
  assert.ok(wordsOf(page).get('with') < wordsOf(page).get('run'), 'the older run is not the one before');
  assert.match(await page.getByRole('region', { name: 'Why' }).textContent(), /1 order file more/);
  assert.equal(await page.locator('.because .badge').first().textContent(), 'data');
  await accessible(page);
  const address = page.url();
  await page.reload();
  await page.waitForSelector('.changes tbody tr');
  assert.equal(page.url(), address);
}

/// A run at its own address: from the list, with its tables, and to the one before.
export async function lookingAtRun(page, base) {
  await open(page, base, '/runs?dataset=stall');
  await page.locator('.runs-table tbody a').first().click();
  await page.waitForSelector('h2:has-text("Run of")');
  await accessible(page);
  assert.match(await page.textContent('#content'), /Best by series/);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'ledger as csv' }).click()]);
  assert.match(readFileSync(await file.path(), 'utf8'), /^panel,unique_id,/);
  await page.getByRole('link', { name: 'Compare with the one before' }).click();
  await page.waitForURL(/with=/);
  await page.goBack();
  await page.waitForSelector('h2:has-text("Run of")');
  await open(page, base, '/runs?dataset=stall&run=20200101T000000.000Z-000000');
  assert.match(await page.textContent('.failure'), /20200101T000000/);
}

/// Progress in the frame and on the page while it is made; cancelled, nothing of it is published.
export async function cancelling(page, base) {
  await open(page, base, '/runs?dataset=orders');
  const current = await page.locator('.runs-table tr:has-text("Current") a').getAttribute('title');
  await page.getByRole('button', { name: 'Run now…' }).click();
  await page.getByRole('button', { name: /^Start/ }).click();
  await page.waitForSelector('.activity [role=progressbar][aria-valuenow]', long);
  await page.waitForSelector('.under-way [role=progressbar][aria-valuenow]', long);
  assert.deepEqual(await faultsOfAccess(page), []);
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByRole('button', { name: 'Cancel the work' }).click();
  await page.waitForSelector('.asked:has-text("was cancelled")', long);
  await page.waitForSelector('.runs-table .badge:has-text("Cancelled")', long);
  await page.waitForSelector('.activity', { state: 'detached' });
  assert.equal(await page.locator('.runs-table tr:has-text("Current") a').getAttribute('title'), current);
}

/// The bell counts, and an alert leads to what it is about.
export async function hearingAlerts(page, base) {
  await open(page, base, '/alerts?dataset=orders');
  assert.equal(await page.textContent('nav .count'), '1');
  const item = page.locator('.items li.bad');
  assert.match(await item.textContent(), /No sales come in.*stall/);
  await item.getByRole('link').click();
  await page.waitForSelector('h1:has-text("Data")');
  assert.equal(wordsOf(page).get('dataset'), 'stall');
}

/// Who may not begin runs is told so, and sees them.
export async function viewing(page, base) {
  const user = JSON.stringify({ ...viewer, role: 'viewer', datasets: ['stall'] });
  assert.equal(await send(page, 'POST', '/api/v1/users', user, 'application/json'), 201);
  const own = await (await page.context().browser().newContext({ locale: 'en-US' })).newPage();
  await own.goto(`${base}/runs?dataset=stall`);
  await own.fill('input[name=name]', viewer.name);
  await own.fill('input[name=password]', viewer.password);
  await own.getByRole('button', { name: 'Sign in' }).click();
  await own.waitForSelector('.runs-table tbody tr');
  await settled(own);
  assert.equal(await own.getByRole('button', { name: 'Run now…' }).count(), 0);
  assert.match(await own.textContent('#content'), /As a viewer you see what runs/);
  await own.context().close();
}

/// Without a stream all works; when it comes back, what was missed is asked for, and what is there
/// stays while the server is away.
export async function withoutStream(page, base) {
  const own = await page.context().newPage();
  await own.route('**/api/v1/events', (route) => route.fulfill({ status: 503, body: '{}' }));
  await open(own, base, '/runs?dataset=stall');
  const there = await rows(own);
  assert.ok(there >= 2);
  await own.route('**/datasets/stall/runs?*', (route) => route.fulfill({ status: 502, body: '' }));
  await own.unroute('**/api/v1/events');
  await Promise.all([own.waitForRequest(/api\/v1\/events/), own.waitForResponse((answer) => answer.url().includes('/stall/runs?') && answer.status() === 502)]);
  await settled(own);
  assert.equal(await rows(own), there);
  assert.equal(await own.locator('.failure').count(), 0);
  await own.close();
}
