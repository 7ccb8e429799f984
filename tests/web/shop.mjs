// A small shop: orders with a rhythm of days and hours, always the same, taken in and forecast by two
// quick models. Beside it a stall of a few days, whose runs take a second or two.
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const products = [['Cable', 9.5], ['Monitor', 149.99], ['Phone', 599], ['Batteries', 3.84], ['Laptop', 999.99]];
const cities = ['Boston', 'Austin', 'Portland', 'New York'];

/// 0 to 1; mulberry32 (public domain).
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/// Of days from one to before another, counted from the first of January.
function orders(first, end) {
  const random = generator(1 + first);
  const pick = (list) => list[Math.floor(random() * random() * list.length)];
  const two = (number) => String(number).padStart(2, '0');
  const lines = ['Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address'];
  let id = 1000 * (1 + first);
  for (let day = first; day < end; ++day) {
    const date = new Date(Date.UTC(2026, 0, 1 + day));
    const count = 30 + 8 * Math.sin((2 * Math.PI * day) / 7) + day / 10 + 6 * random();
    for (let n = 0; n < count; ++n) {
      const [product, price] = pick(products);
      const hour = Math.min(23, Math.floor(8 + 15 * random()));
      const when = `${date.toISOString().slice(0, 10)} ${two(hour)}:${two(Math.floor(60 * random()))}`;
      lines.push(`${++id},${product},${1 + Math.floor(2 * random())},${price},${when},"${1 + (id % 90)} Main St, ${pick(cities)}, 01101"`);
    }
    lines.push(`${++id},Cable,many,9.5,${date.toISOString().slice(0, 10)} 12:00,"1 Main St, Boston, 01101"`);
  }
  return lines.join('\n') + '\n';
}

const panels = `
[[panel]]
name = "daily by city"
by = ["city"]
measure = "revenue"
frequency = "D"
horizon = 14
hierarchy = "auto"
levels = ["total"]
`;

const alert = `
[[alert]]
kind = "no_data"
`;

function makeOrders(run, folder, shop, days) {
  const file = join(folder, 'orders.csv');
  writeFileSync(file, orders(0, days));
  run('ingest', file, '--dataset', 'orders');
  const settings = join(shop, 'datasets/orders/dataset.toml');
  const city = `[dimensions]\ncity = "split_part(\\"Purchase Address\\", ', ', 2)"\n`;
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('[dimensions]\n', city) + panels);
  run('run', '--dataset', 'orders', '--model', 'SeasonalNaive', '--model', 'LevelProfile');
}

const stallDays = 12;

function makeStall(run, folder, shop) {
  const file = join(folder, 'stall.csv');
  writeFileSync(file, orders(0, stallDays));
  run('ingest', file, '--dataset', 'stall');
  appendFileSync(join(shop, 'datasets/stall/dataset.toml'), alert);
  run('run', '--dataset', 'stall');
}

/// Makes the repository `folder`/shop, with orders of so many days.
export function makeShop(forecart, folder, days = 150) {
  const shop = join(folder, 'shop');
  const run = (...words) => execFileSync(forecart, [...words, '--repository', shop], { stdio: 'ignore' });
  makeOrders(run, folder, shop, days);
  makeStall(run, folder, shop);
  return shop;
}

/// What the stall sold on the next two days, for the inbox.
export function moreOfStall() {
  return orders(stallDays, stallDays + 2);
}
