// Frames a second while 100,000 points are dragged from side to side for five seconds.
import { hourlyShop, signedIn } from './shops.mjs';
import { servePeers } from './peers.mjs';
import { ms, quantile, table } from './tables.mjs';
import { watchFrames, watchView } from './watch.mjs';

const hours = 100_000; // as many as the API gives of a series
const shown = 95_000; // so that there is somewhere to go
const seconds = 5;
const reach = 150; // pixels to each side
const asked = 50; // frames a second

async function open(browser, { url, state, isDrawn }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', ...(state && { storageState: state }) });
  const page = await context.newPage();
  await page.addInitScript(`(${watchFrames})(); (${watchView})(() => ${isDrawn})`);
  await page.goto(url);
  return { page, drawn: await page.evaluate(() => globalThis.told.drawn) };
}

/// Drags as a hand does, with a place for each frame at least.
async function drag(page, canvas) {
  const box = await page.locator(canvas).first().boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate('countFrames()');
  const began = performance.now();
  for (let now = 0; now < seconds * 1000; now = performance.now() - began) await page.mouse.move(x + reach * Math.sin(now / 400), y);
  const times = await page.evaluate('countedFrames()');
  await page.mouse.up();
  return times;
}

async function measured(browser, what) {
  const { page, drawn } = await open(browser, what);
  await page.waitForTimeout(500);
  const times = await drag(page, what.canvas);
  await page.context().close();
  const gaps = times.slice(1).map((time, at) => time - times[at]);
  const rate = gaps.length / seconds;
  return { rate, row: [what.name, rate.toFixed(1), `${quantile(gaps, 0.95).toFixed(1)} ms`, ms(Math.max(...gaps)), ms(drawn)] };
}

function labelOf(time) {
  return new Date(time * 1000).toISOString().slice(0, 16);
}

export async function panning(means) {
  const { browser } = means;
  const { server, state } = await signedIn(means, await hourlyShop(means, hours));
  const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const { ds, y } = await (await fetch(`${server.base}/api/v1/datasets/hours/history?panel=units&unique_id=total`, { headers: { cookie } })).json();
  const times = ds.map((label) => Date.parse(`${label.slice(0, 16)}Z`) / 1000);
  const aside = ((hours - shown) / 2) * 3600;
  const peers = await servePeers({ 'points.json': { times, values: y, from: times[0] + aside, to: times.at(-1) - aside } });
  const span = `${labelOf(times[0] + aside)}..${labelOf(times.at(-1) - aside)}`;
  const isDrawn = "document.querySelector('.time-chart canvas') && !document.querySelector('[aria-busy=true]')";
  const peer = { isDrawn: 'document.body?.dataset.drawn', canvas: 'canvas' };
  try {
    const mine = await measured(browser, { name: '**Forecast**', url: `${server.base}/forecast?dataset=hours&panel=units&span=${span}`, state, isDrawn, canvas: '.time-chart .u-over' });
    const all = await measured(browser, { name: 'ECharts', url: `${peers.base}/points`, ...peer });
    const sampled = await measured(browser, { name: 'ECharts, sampling "lttb"', url: `${peers.base}/points?sampling=lttb`, ...peer });
    table(`${ds.length.toLocaleString('en')} points, all but ${(hours - shown).toLocaleString('en')} on show, dragged for ${seconds} s`, ['chart', 'frames/s', '95 of 100 within', 'longest', 'page drawn after'], [mine, all, sampled].map((one) => one.row));
    return mine.rate >= asked ? [] : [`frames: ${mine.rate.toFixed(1)} a second, asked for ${asked}`];
  } finally {
    peers.end();
    await server.end();
  }
}
