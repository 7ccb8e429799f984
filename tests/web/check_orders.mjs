// A person's first hour with the real orders: node check_orders.mjs FORECART SHARED
//
// From an empty repository by the browser alone: the first admin, twelve files with their progress to
// a published forecast, sales looked into, a forecast overridden, a token made and used, signed out.
// Exit 77: no browser here, or no real orders.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { becomeAdmin, faultsOfAccess, listen, obstacle, openBrowser, serve, settled } from './driver.mjs';

const at = (base, page) => `${base}${page}?dataset=galli`;

async function open(page, address) {
  await page.goto(address);
  await settled(page);
}

/// All of them at once; they are in a forecast when the page says so.
async function uploading(page, base, files) {
  await page.goto(`${base}/data`);
  await page.waitForSelector('text=Drop your order files here');
  await page.locator('input[type=file]').first().setInputFiles(files);
  const wizard = page.getByRole('dialog');
  await wizard.getByLabel('Name of the data set').fill('galli');
  await wizard.getByRole('button', { name: 'Send 12 files' }).click();
  await page.waitForURL(/dataset=galli/);
  await page.waitForSelector('text=12 in the forecast', { timeout: 300_000 });
}

/// What the files are known to hold: 186,850 rows, of which 545 are blank and 355 repeat the header.
async function counting(page, base) {
  await open(page, at(base, '/data'));
  const told = await page.textContent('#content');
  for (const count of ['185,950', '900', '545', '355']) assert.ok(told.includes(count), `${count} is not on the page of data`);
}

/// From the year to a month, from there to a product; the sums are those of the orders.
async function lookingInto(page, base) {
  await open(page, at(base, '/sales') + '&grain=month');
  const numbers = page.getByRole('region', { name: 'Numbers' });
  const december = numbers.locator('tr', { hasText: 'Dec 2019' });
  assert.match(await december.textContent(), /4,613,443.*28,114.*24,004.*24,984/);
  await page.getByLabel('Filter by', { exact: true }).selectOption('product');
  await page.getByLabel('Value to filter by').fill('iPhone');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.waitForSelector('.chip');
  await settled(page);
  assert.match(page.url(), /in\.product=iPhone/);
  assert.doesNotMatch(await december.textContent(), /4,613,443/);
}

async function overriding(page, base) {
  await open(page, at(base, '/forecast'));
  const sum = async () => Number((await page.textContent('.figures strong')).replaceAll(',', ''));
  const before = await sum();
  assert.ok(before > 500 && before < 1500, `${before} order lines in a day to come; December has about 800 a day`);
  await page.getByLabel('Factor').fill('3');
  await page.getByLabel('Why', { exact: true }).fill('Television advertises us');
  await page.getByRole('button', { name: 'Override', exact: true }).click();
  await page.waitForSelector('.legend:has-text("With overrides")');
  assert.ok((await sum()) > before, 'the sum does not know the override');
  assert.match(await page.textContent('.override-list'), /Television advertises us.*ann/);
}

/// A program with the token gets the forecast that the page shows.
async function usingTokens(page, base) {
  await open(page, `${at(base, '/settings')}&section=tokens`);
  await page.getByLabel('Name', { exact: true }).fill('stock planner');
  await page.getByRole('button', { name: 'Make the token' }).click();
  const secret = await page.getByLabel('Secret of the token').inputValue();
  const address = `${base}/api/v1/datasets/galli/outlook?panel=hourly&unique_id=total`;
  const answer = await fetch(address, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal(answer.status, 200);
  const { final, mean } = await answer.json();
  assert.ok(Math.abs(final[0] - 3 * mean[0]) < 1e-9, 'the override is not in what programs get');
  assert.equal((await fetch(address)).status, 401);
}

async function everyPage(page, base) {
  for (const path of ['/', '/sales', '/forecast', '/accuracy', '/data', '/runs', '/alerts', '/settings']) {
    await open(page, at(base, path));
    assert.deepEqual(await page.locator('.failure').allTextContents(), [], path);
    assert.deepEqual(await faultsOfAccess(page), [], path);
  }
}

async function signingOut(page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForSelector('input[name=password]');
}

async function main(forecart, shared) {
  const folder = join(shared ?? '', 'data/galli');
  const why = obstacle() || (existsSync(folder) ? '' : `no real orders at ${folder}`);
  if (why) {
    console.log(`SKIPPED: ${why}`);
    return 77;
  }
  const files = readdirSync(folder).filter((name) => name.endsWith('.csv')).map((name) => join(folder, name));
  const scratch = mkdtempSync(join(tmpdir(), 'forecart-orders-'));
  const shop = join(scratch, 'shop');
  execFileSync(forecart, ['init', '--repository', shop], { stdio: 'ignore' });
  const server = await serve(forecart, shop);
  const browser = await openBrowser();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })).newPage();
    page.setDefaultTimeout(30_000);
    const said = listen(page);
    await becomeAdmin(page, server);
    for (const step of [() => uploading(page, server.base, files), counting, lookingInto, overriding, usingTokens, everyPage, signingOut]) await step(page, server.base);
    assert.deepEqual(said, [], 'the console');
  } finally {
    await browser.close();
    assert.equal(await server.end(), 0);
    rmSync(scratch, { recursive: true });
  }
  return 0;
}

process.exitCode = await main(...process.argv.slice(2));
