// Every page in a real browser: node check_pages.mjs FORECART
//
// Exit 77: no browser here.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pages } from '../../web/src/pages/pages.ts';
import { becomeAdmin, faultsOfAccess, listen, obstacle, openBrowser, person, serve, settled } from './driver.mjs';
import * as dataChecks from './data_checks.mjs';
import { documentOf, firstView } from './first_view.mjs';
import * as frameChecks from './frame_checks.mjs';
import * as forecastChecks from './forecast_checks.mjs';
import { freshRepository } from './fresh_checks.mjs';
import { refusals } from './refusal_checks.mjs';
import * as runsChecks from './runs_checks.mjs';
import { checks as settingsChecks } from './settings_checks.mjs';
import { makeShop } from './shop.mjs';

const faults = [];

function expect(truth, what) {
  if (!truth) faults.push(what);
}

async function everyPage(page, base, said) {
  for (const one of pages) {
    await page.goto(base + one.path);
    await settled(page);
    expect((await page.textContent('h1')) === one.title, `${one.path}: the title is ${await page.textContent('h1')}`);
    const failures = await page.locator('.failure').allTextContents();
    expect(failures.length === 0, `${one.path}: ${failures.join(' | ')}`);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const fault of await faultsOfAccess(page, ['minor', 'moderate', 'serious', 'critical'])) faults.push(`${one.path}, ${scheme}: ${fault}`);
    }
    await page.reload(); // from what the browser keeps, and a page that is "not modified"
    await settled(page);
    expect((await page.locator('#content .panel').count()) > 0, `${one.path}: nothing is there after a reload`);
  }
  expect(said.length === 0, `the console says:\n  ${said.join('\n  ')}`);
}

/// A click filters, the address tells it, going back takes it away, a link brings it again.
async function filtering(page, base) {
  await page.goto(`${base}/sales?dataset=orders`);
  await settled(page);
  await page.getByLabel('Filter by', { exact: true }).selectOption('city');
  await page.getByLabel('Value to filter by').fill('bost');
  await page.waitForSelector('datalist option[value=Boston]', { state: 'attached' });
  await page.getByRole('button', { name: 'Add' }).click();
  await page.waitForSelector('.chip');
  const address = page.url();
  expect(address.includes('in.city=Boston'), `the filter is not in ${address}`);
  await page.goBack();
  await page.waitForSelector('.chip', { state: 'detached' });
  await page.goto(address);
  await settled(page);
  expect((await page.locator('.chip').count()) === 1, 'a link does not bring the filter');
  // the chart of cities: the largest bar is at the top
  const chart = page.getByRole('application', { name: /Revenue by product/ });
  const isFiltered = () => document.querySelectorAll('.chip').length === 2;
  for (let tries = 0; tries < 5 && !(await page.evaluate(isFiltered)); ++tries) {
    const box = await chart.boundingBox(); // bars still grow, and what is above them still comes
    await page.mouse.click(box.x + 170, box.y + 12);
    await page.waitForFunction(isFiltered, null, { timeout: 4000 }).catch(() => {});
  }
  expect(await page.evaluate(isFiltered), 'no click on a bar filters');
  expect(/in\.product=/.test(page.url()), `a click on a bar does not filter: ${page.url()}`);
}

async function exporting(page, base) {
  await page.goto(`${base}/sales?dataset=orders`);
  await settled(page);
  for (const [item, ending, begin] of [['Export csv', '.csv', '\ufeffds,revenue'], ['Export png', '.png', '\x89PNG']]) {
    await page.getByRole('button', { name: 'Revenue by week: export and more' }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()]);
    const { readFileSync } = await import('node:fs');
    const content = readFileSync(await file.path());
    const text = ending === '.png' ? content.toString('latin1') : content.toString('utf8');
    expect(file.suggestedFilename().endsWith(ending) && text.startsWith(begin), `${item}: ${file.suggestedFilename()} begins with ${text.slice(0, 20)}`);
  }
}

async function keys(page, base) {
  await page.goto(`${base}/?dataset=orders`);
  await settled(page);
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.waitForSelector('h1:has-text("Runs")');
  expect(page.url().includes('/runs?dataset=orders'), `g r leads to ${page.url()}`);
  await page.keyboard.press('Control+k');
  await page.getByLabel('Page or action').fill('accu');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1:has-text("Accuracy")');
  await page.keyboard.press('Tab');
}

/// A session that ends elsewhere leads to signing in, and back to the same view.
async function endedSession(page, base) {
  await page.goto(`${base}/sales?dataset=orders&grain=week`);
  await settled(page);
  await page.context().clearCookies();
  await page.getByRole('group', { name: 'Measure' }).getByRole('button', { name: 'Units' }).click();
  await page.waitForSelector('text=Your session has ended');
  await page.fill('input[name=name]', person.name);
  await page.fill('input[name=password]', person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForSelector('h1:has-text("Sales")');
  const address = page.url();
  expect(address.includes('grain=week') && address.includes('measure=units'), `it comes back to ${address}`);
}

async function signingOut(page, base) {
  await page.goto(`${base}/?dataset=orders`);
  await settled(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForSelector('input[name=password]');
  for (const fault of await faultsOfAccess(page)) faults.push(`sign-in: ${fault}`);
  await page.reload();
  await page.waitForSelector('input[name=password]');
  await page.fill('input[name=name]', person.name);
  await page.fill('input[name=password]', 'not the password at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForSelector('[role=alert]:has-text("name or password are not right")');
}

/// On a telephone the pages are behind a button, and nothing is wider than the screen.
async function narrow(page, base) {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const one of pages) {
    await page.goto(base + one.path);
    await settled(page);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider <= 0, `${one.path}: ${wider} px wider than a telephone`);
  }
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('link', { name: 'Sales' }).click();
  await page.waitForSelector('h1:has-text("Sales")');
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function main(forecart) {
  const why = obstacle();
  if (why) {
    console.log(`SKIPPED: ${why}`);
    return 77;
  }
  const folder = mkdtempSync(join(tmpdir(), 'forecart-web-'));
  const server = await serve(forecart, makeShop(forecart, folder));
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const said = listen(page);
    await becomeAdmin(page, server);
    expect(!page.url().includes('first-admin'), `the secret stays in ${page.url()}`);
    await firstView(await browser.newContext({ storageState: await context.storageState() }), server.base).catch((error) => faults.push(`firstView: ${error.message}`));
    await everyPage(page, server.base, said);
    for (const check of [documentOf, filtering, exporting, keys, ...Object.values(forecastChecks), ...Object.values(runsChecks), ...Object.values(dataChecks), ...Object.values(frameChecks), ...settingsChecks, refusals, narrow, endedSession, signingOut]) {
      await check(page, server.base).catch((error) => faults.push(`${check.name}: ${error.message}`));
    }
    await freshRepository(forecart, browser).catch((error) => faults.push(`freshRepository: ${error.stack}`));
  } finally {
    await browser.close();
    assert.equal(await server.end(), 0);
    rmSync(folder, { recursive: true });
  }
  for (const fault of faults) console.log(`FAULT ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv[2]);
