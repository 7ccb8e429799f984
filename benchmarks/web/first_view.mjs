// How long until a page that nothing is known of is drawn and answers, on a processor of a quarter of the
// speed.
import { servePeers } from './peers.mjs';
import { signedIn, yearShop } from './shops.mjs';
import { kB, ms, quantile, table } from './tables.mjs';
import { watchView } from './watch.mjs';

const tries = 9;
const slowDown = 4;
const asked = 1500; // ms
const remote = { offline: false, latency: 40, downloadThroughput: 1.25e6, uploadThroughput: 1.25e6 }; // 10 Mbit/s

const ours = "document.querySelector('#content .panel') && !document.querySelector('[aria-busy=true]') && document.querySelector('.chart canvas') && [...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('canvas'))";
const theirs = 'document.body?.dataset.drawn';

/// One view in a context of its own, which keeps nothing but who is signed in.
async function view(browser, { url, state, isDrawn, network }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', ...(state && { storageState: state }) });
  const page = await context.newPage();
  const scripts = [];
  page.on('requestfinished', (request) => request.resourceType() === 'script' && scripts.push(request.sizes()));
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  if (network) await session.send('Network.emulateNetworkConditions', network);
  await page.addInitScript(`(${watchView})(() => ${isDrawn})`);
  await page.goto(url, { waitUntil: 'commit' });
  const drawn = await page.evaluate(() => globalThis.told.drawn);
  const { x, y } = await page.evaluate("middleOf('7 days')");
  await page.mouse.click(x, y);
  const answered = await page.evaluate(() => globalThis.told.answered);
  const busy = (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one.responseBodySize, 0);
  const slowness = await slownessOf(page, session);
  await context.close();
  return { drawn, answered, busy, bytes, slowness };
}

/// How many times longer the same sums take than without the slow-down.
async function slownessOf(page, session) {
  const spin = () => page.evaluate(() => {
    const began = performance.now();
    let sum = 0;
    for (let n = 0; n < 3e7; ++n) sum += n % 7;
    return sum && performance.now() - began;
  });
  const slow = await spin();
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  return slow / (await spin());
}

async function measured(browser, what) {
  await view(browser, what); // the browser's own first time
  const views = [];
  for (let n = 0; n < tries; ++n) views.push(await view(browser, what));
  const of = (name) => views.map((one) => one[name]);
  const row = [what.name, ms(quantile(of('drawn'), 0.5)), ms(quantile(of('answered'), 0.5)), ms(Math.max(...of('answered'))), ms(quantile(of('busy'), 0.5)), kB(views[0].bytes)];
  return { row, answered: quantile(of('answered'), 0.5), slowness: quantile(of('slowness'), 0.5) };
}

/// What the chart of the overview is drawn from.
async function aheadOf(server, state) {
  const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const ask = async (path, body) => {
    const answer = await fetch(`${server.base}/api/v1/datasets/orders/${path}`, { headers: { cookie, origin: server.base, 'content-type': 'application/json' }, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const { ds, values } = await ask('forecast?panel=daily+by+city&unique_id=total');
  const { y, ds: known } = await ask('history?panel=daily+by+city&unique_id=total');
  const model = Object.keys(values).find((name) => !/-(lo|hi)-/.test(name));
  const blank = known.map(() => null);
  const after = ds.map(() => null);
  return {
    times: [...known, ...ds].map((label) => Date.parse(label) / 1000),
    past: [...y, ...after],
    mean: [...blank, ...values[model]],
    low: [...blank, ...values[`${model}-lo-80`]],
    high: [...blank, ...values[`${model}-hi-80`]],
  };
}

export async function firstView(means) {
  const { browser } = means;
  const { server, state } = await signedIn(means, yearShop(means));
  const peers = await servePeers({ 'ahead.json': await aheadOf(server, state) });
  const overview = { url: `${server.base}/`, state, isDrawn: ours };
  try {
    const mine = await measured(browser, { name: '**Overview**', ...overview });
    const linked = await measured(browser, { name: 'Overview by a link with its data set', ...overview, url: `${server.base}/?dataset=orders` });
    const floor = await measured(browser, { name: 'one line of script', url: `${peers.base}/bare`, isDrawn: theirs });
    const peer = await measured(browser, { name: 'its chart alone by ECharts all in one', url: `${peers.base}/overview`, isDrawn: theirs });
    const far = await measured(browser, { name: 'Overview, server 40 ms away at 10 Mbit/s', ...overview, network: remote });
    table(`First view, processor ${mine.slowness.toFixed(1)} times slower, median of ${tries} and worst`, ['page', 'drawn', 'click answered', 'worst', 'processor time', 'script'], [mine, linked, floor, peer, far].map((one) => one.row));
    return mine.answered < asked ? [] : [`first view: ${ms(mine.answered)}, asked for ${ms(asked)}`];
  } finally {
    peers.end();
    await server.end();
  }
}
