// The file of `forecart report` in a real browser, from disk and without a network:
// node report_checks.mjs FORECART SHARED
//
// Exit 77: no browser here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { faultsOfAccess, obstacle, openBrowser, settled } from './driver.mjs';
import { makeShop } from './shop.mjs';

const mostBytes = 2_000_000;

/// The report of a shop, twice: the same bytes, and few of them.
function makeReport(forecart, shop, folder, name) {
  const files = ['a', 'b'].map((letter) => join(folder, `${name}-${letter}.html`));
  for (const file of files) execFileSync(forecart, ['report', '--repository', shop, '--dataset', 'orders', '-o', file], { stdio: 'ignore' });
  assert.ok(readFileSync(files[0]).equals(readFileSync(files[1])), `${name}: two reports of a run differ`);
  const { size } = statSync(files[0]);
  console.log(`${name}: ${size} bytes`);
  assert.ok(size < mostBytes, `${name}: ${size} bytes`);
  return files[0];
}

/// The 12 months of real orders by two quick models; '' where they are missing.
function realShop(forecart, shared, folder) {
  const orders = join(shared ?? '', 'data/galli');
  if (!existsSync(orders)) return '';
  const shop = join(folder, 'real');
  const files = readdirSync(orders).filter((name) => name.endsWith('.csv')).map((name) => join(orders, name));
  const run = (...words) => execFileSync(forecart, [...words, '--repository', shop, '--dataset', 'orders'], { stdio: 'ignore' });
  run('ingest', ...files);
  run('run', '--model', 'SeasonalNaive', '--model', 'LevelProfile');
  return shop;
}

/// A page that tells what it asked for and what the console says.
async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', offline: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const address = pathToFileURL(file).href;
  const said = [];
  page.on('request', (request) => !/^(blob|data):/.test(request.url()) && request.url() !== address && said.push(`asks for ${request.url()}`));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await page.goto(address);
  return { page, said, close: () => context.close() };
}

async function drawn(page) {
  await settled(page);
  const failures = await page.locator('.failure').allTextContents();
  assert.deepEqual(failures, [], 'parts that failed');
  await page.waitForFunction(() => {
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [60, 60];
    const context = copy.getContext('2d', { willReadFrequently: true });
    return [...document.querySelectorAll('.chart canvas')].every((canvas) => {
      context.clearRect(0, 0, 60, 60);
      context.drawImage(canvas, 0, 0, 60, 60);
      return context.getImageData(0, 0, 60, 60).data.some((byte) => byte !== 0);
    });
  });
  return page.locator('.chart canvas').count();
}

/// Every choice of a select or a group of buttons; nothing fails, whatever is chosen.
async function everyChoice(page) {
  for (const select of await page.locator('select').all()) {
    const count = await select.locator('option').count();
    for (let at = 0; at < Math.min(count, 6); ++at) {
      await select.selectOption({ index: at });
      await drawn(page);
    }
  }
  for (const button of await page.locator('.segments button').all()) {
    await button.click();
    await drawn(page);
  }
}

async function checkReport(browser, file, least) {
  const { page, said, close } = await open(browser, file);
  const charts = await drawn(page);
  assert.ok(charts >= least, `${charts} charts of ${least}`);
  assert.match(await page.textContent('h1'), /^orders: sales and forecasts/);
  for (const name of ['Overview', 'Sales', 'Forecast', 'Accuracy', 'Data']) await page.getByRole('heading', { name, exact: true }).waitFor();
  assert.deepEqual(await faultsOfAccess(page), [], 'what axe finds');
  await everyChoice(page);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wider <= 0, `${wider} px wider than the window`);
  assert.deepEqual(said, [], 'what it asks for and the console says');
  await close();
}

/// A server that answers whoever asks, and counts.
async function stranger() {
  let asked = 0;
  const server = createServer((_, answer) => {
    ++asked;
    answer.writeHead(200, { 'access-control-allow-origin': '*' }).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, asked: () => asked, close: () => server.close() };
}

/// 'went', or by which rule of a policy it did not; '' where no rule was in the way.
function tryToAsk(page, address) {
  return page.evaluate(async (where) => {
    let rule = '';
    addEventListener('securitypolicyviolation', (event) => (rule = event.effectiveDirective), { once: true });
    const went = await fetch(where).then(() => true, () => false);
    await new Promise((resolve) => setTimeout(resolve, 100)); // the event comes after the refusal
    return went ? 'went' : rule;
  }, address);
}

/// The policy lets nothing out, whatever runs; without it the same question gets its answer.
async function asksNobody(browser, file) {
  const other = await stranger();
  const { page, close } = await open(browser, file, { offline: false });
  assert.equal(await tryToAsk(page, other.address), 'connect-src');
  assert.equal(other.asked(), 0, 'a report asks a server');
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/i;
  const bare = file.replace('.html', '-bare.html');
  const html = readFileSync(file, 'utf8');
  assert.match(html, policy);
  writeFileSync(bare, html.replace(policy, ''));
  const unguarded = await open(browser, bare, { offline: false });
  assert.equal(await tryToAsk(unguarded.page, other.address), 'went');
  assert.equal(other.asked(), 1);
  await unguarded.close();
  other.close();
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return window.ran === true;
  });
  assert.equal(ran, false, 'a script that is not its own runs');
  await close();
}

async function withoutScripts(browser, file) {
  const { page, close } = await open(browser, file, { javaScriptEnabled: false });
  const text = await page.locator('body').innerText();
  for (const words of ['orders: sales and forecasts', 'Sales by month', 'Models', 'SeasonalNaive']) assert.ok(text.includes(words), `without scripts it does not say "${words}"`);
  await close();
}

/// On A4 every chart is as wide as the page at most, and drawn.
async function onPaper(browser, file) {
  const { page, close } = await open(browser, file);
  await drawn(page);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g).length;
  assert.ok(pages >= 4 && pages <= 14, `${pages} pages`);
  await close();
}

async function onTelephone(browser, file) {
  const { page, close } = await open(browser, file, { viewport: { width: 390, height: 844 } });
  await drawn(page);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wider <= 0, `${wider} px wider than a telephone`);
  await close();
}

async function main(forecart, shared) {
  const why = obstacle();
  if (why) {
    console.log(`SKIPPED: ${why}`);
    return 77;
  }
  const folder = mkdtempSync(join(tmpdir(), 'forecart-report-'));
  const browser = await openBrowser();
  try {
    const small = makeReport(forecart, makeShop(forecart, folder), folder, 'small');
    await checkReport(browser, small, 8);
    for (const check of [asksNobody, withoutScripts, onPaper, onTelephone]) await check(browser, small);
    const real = realShop(forecart, shared, folder);
    if (real) await checkReport(browser, makeReport(forecart, real, folder, 'real'), 8);
    else console.log('the real orders are missing: skipped');
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
  return 0;
}

process.exitCode = await main(process.argv[2], process.argv[3]);
