// Shops of generated orders.
import { execFileSync } from 'node:child_process';
import { appendFileSync, createWriteStream, mkdtempSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

import { becomeAdmin, serve } from '../../tests/web/driver.mjs';
import { makeShop } from '../../tests/web/shop.mjs';

const days = 365;

/// The folder of a new repository with a year of orders, forecast by day, city and in all.
export function yearShop({ forecart, folder }) {
  return makeShop(forecart, mkdtempSync(join(folder, 'year-')), days);
}

/// The folder of one with so many hours of sales, forecast for a week.
export async function hourlyShop({ forecart, folder }, hours) {
  const shop = join(folder, 'hourly');
  const file = join(folder, 'hours.csv');
  await writeHours(file, hours);
  const run = (...words) => execFileSync(forecart, [...words, '--repository', shop, '--dataset', 'hours'], { stdio: ['ignore', 'ignore', 'pipe'] });
  run('ingest', file);
  appendFileSync(join(shop, 'datasets/hours/dataset.toml'), '\n[[panel]]\nname = "units"\nby = []\nmeasure = "units"\nfrequency = "h"\nhorizon = 168\n');
  run('run', '--model', 'SeasonalNaive');
  return shop;
}

async function writeHours(file, hours) {
  const out = createWriteStream(file);
  out.write('Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address\n');
  for (let hour = 0; hour < hours; ++hour) {
    const when = new Date(Date.UTC(2010, 0, 4) + 3_600_000 * hour).toISOString().slice(0, 16).replace('T', ' ');
    const rhythm = 40 + 25 * Math.sin((2 * Math.PI * hour) / 24) + 10 * Math.sin((2 * Math.PI * hour) / 168) + hour / 8000;
    const units = Math.round(rhythm + 12 * Math.abs(Math.sin(hour * hour)));
    if (!out.write(`${hour},Cable,${units},9.5,${when},"1 Main St, Boston, 01101"\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/// A server of the shop, and what a browser keeps of somebody who has signed in there.
export async function signedIn({ forecart, browser }, shop) {
  const server = await serve(forecart, shop);
  const context = await browser.newContext({ locale: 'en-US' });
  await becomeAdmin(await context.newPage(), server);
  const state = await context.storageState();
  await context.close();
  return { server, state };
}
