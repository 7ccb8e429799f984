// Pictures of every page: node screenshots.mjs FORECART FOLDER OUT
//
// The demo's shop, with a panel of cities that add up, is made in FOLDER once.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { pages } from '../../web/src/pages/pages.ts';
import { becomeAdmin, obstacle, openBrowser, person, serve, settled } from './driver.mjs';

const sizes = [[1440, 900], [390, 844]];
const panel = `
[[panel]]
name = "daily by city"
by = ["city"]
measure = "revenue"
frequency = "D"
horizon = 28
hierarchy = "auto"
levels = ["total"]
`;

function makeShop(forecart, folder) {
  const shop = join(folder, 'shop');
  if (existsSync(shop)) return shop;
  const run = (...words) => execFileSync(forecart, [...words, '--repository', shop], { stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(folder, { recursive: true });
  run('demo');
  appendFileSync(join(shop, 'datasets/orders/dataset.toml'), panel);
  run('run', '--dataset', 'orders');
  return shop;
}

/// The first admin of a new shop; the same person later.
async function enter(page, server) {
  const isNew = await Promise.race([server.firstAdmin(), new Promise((resolve) => setTimeout(resolve, 1000, null))]);
  if (isNew) return becomeAdmin(page, server);
  await page.goto(server.base);
  await page.fill('input[name=name]', person.name);
  await page.fill('input[name=password]', person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page.waitForSelector('nav');
}

async function picture(page, server, one, out, [width, height], scheme) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.goto(server.base + one.path);
  await settled(page);
  await page.waitForTimeout(400); // charts grow
  const name = `${one.title.toLowerCase()}-${scheme}-${width}.png`;
  await page.screenshot({ path: join(out, name) });
  console.log(name);
}

const [forecart, folder, out] = process.argv.slice(2);
const why = obstacle();
if (why) throw new Error(why);
mkdirSync(out, { recursive: true });
async function signIn(browser, server) {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  for (const scheme of ['light', 'dark']) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(server.base);
    await page.waitForSelector('input[name=password]');
    await page.screenshot({ path: join(out, `sign-in-${scheme}-1440.png`) });
  }
}

const server = await serve(forecart, makeShop(forecart, folder));
const browser = await openBrowser();
try {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await enter(page, server);
  await signIn(browser, server);
  for (const one of pages) {
    for (const size of sizes) for (const scheme of ['light', 'dark']) await picture(page, server, one, out, size, scheme);
  }
} finally {
  await browser.close();
  await server.end();
}
