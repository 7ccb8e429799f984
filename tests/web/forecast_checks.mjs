// What people do on the pages of forecasts and of their accuracy; each throws where it does not work.
import assert from 'node:assert/strict';

import { settled } from './driver.mjs';

const cities = 'dataset=orders&panel=daily+by+city';

async function open(page, base, path) {
  await page.goto(base + path);
  await settled(page);
}

function wordsOf(page) {
  return new URL(page.url()).searchParams;
}

/// By a part of its name and Enter, without a mouse and without waiting for the list.
export async function findingSeries(page, base) {
  await open(page, base, `/forecast?${cities}`);
  await page.getByRole('combobox', { name: 'Series' }).focus();
  await page.keyboard.type('new yo');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h2:has-text("New York")');
  assert.equal(wordsOf(page).get('series'), 'city=New%20York');
}

/// By keys alone: to the last value, Enter; the parts add up to the forecast that the chart shows.
export async function explaining(page, base) {
  await open(page, base, `/forecast?${cities}&series=city%3DBoston`);
  await page.focus('.time-chart');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.waterfall');
  assert.equal(wordsOf(page).get('at'), '2026-06-13');
  const told = await page.locator('.waterfall .number').allTextContents();
  const values = told.map((text) => Number(text.replaceAll(',', '')));
  const sum = values.slice(0, -1).reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum - values.at(-1)) <= values.length, `the parts ${told} do not add up`);
  assert.ok((await page.textContent('.legend')).includes(told.at(-1)), 'the chart shows another forecast');
}

/// Zooming and moving change the address, and the address brings the same view back.
export async function lookingAround(page, base) {
  await open(page, base, `/forecast?${cities}`);
  await page.focus('.time-chart');
  await page.keyboard.press('+');
  await page.waitForURL(/span=/);
  const near = wordsOf(page).get('span');
  const box = await page.locator('.time-chart .u-over').boundingBox();
  await page.mouse.move(box.x + 300, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 500, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction((before) => new URL(location.href).searchParams.get('span') !== before, near);
  assert.ok(wordsOf(page).get('span') < near, 'dragging to the right does not go back in time');
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await settled(page);
  await page.reload();
  await settled(page);
  assert.equal(await page.getByRole('button', { name: 'All', exact: true }).getAttribute('aria-pressed'), 'true');
}

export async function comparingModels(page, base) {
  await open(page, base, `/forecast?${cities}`);
  for (const box of await page.locator('.model-picker input').all()) await box.check();
  await page.getByLabel('Past forecasts').check();
  await page.waitForSelector('text=No earlier run forecast this series');
  assert.equal(wordsOf(page).getAll('model').length, 2);
  const legend = await page.textContent('.legend');
  for (const model of ['SeasonalNaive', 'LevelProfile']) assert.ok(legend.includes(model), `${model} is not in the chart`);
}

/// A factor is in the chart and the sum, with who and why, and can be undone.
export async function overriding(page, base) {
  await open(page, base, `/forecast?${cities}&series=city%3DBoston`);
  const sum = async () => Number((await page.textContent('.figures strong')).replaceAll(',', ''));
  const before = await sum();
  await page.getByLabel('To, included').selectOption({ index: 13 });
  await page.getByLabel('Factor').fill('2');
  await page.getByLabel('Why', { exact: true }).fill('Second shop opens');
  await page.getByRole('button', { name: 'Override', exact: true }).click();
  await page.waitForSelector('.legend:has-text("With overrides")');
  assert.ok(Math.abs((await sum()) - 2 * before) <= 2, `${await sum()} is not twice ${before}`);
  assert.match(await page.textContent('.override-list'), /Second shop opens.*ann/);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await page.waitForSelector('text=Nobody has overridden');
  await page.waitForSelector('.legend:has-text("With overrides")', { state: 'detached' });
  assert.equal(await sum(), before);
}

/// From a measure to the series that is worst by it, and to its forecast.
export async function judging(page, base) {
  await open(page, base, `/accuracy?${cities}`);
  await page.getByRole('group', { name: 'Measure of error' }).getByRole('button', { name: 'WAPE' }).click();
  await settled(page);
  assert.equal(wordsOf(page).get('measure'), 'wape');
  const scores = (await page.locator('.board tbody td strong').allTextContents()).map(parseFloat);
  assert.ok(scores.length >= 2 && scores.every((score, at) => at === 0 || score >= scores[at - 1]), `${scores} are not in order`);
  const worst = page.getByRole('region', { name: 'Worst series' }).locator('tbody tr').first();
  const name = await worst.locator('td').first().textContent();
  await worst.click();
  await page.waitForSelector(`h2:has-text("${name}")`);
  assert.equal(new URL(page.url()).pathname, '/forecast');
}

/// A series that is not there says so, and what helps.
export async function missingSeries(page, base) {
  await page.goto(`${base}/forecast?${cities}&series=city%3DNowhere`);
  await page.waitForSelector('.failure');
  assert.match(await page.textContent('.failure'), /Nowhere.*find another one in the field above/);
}

/// How many pixels of the chart are of a colour, "rgb(31, 95, 191)".
const pixelsOf = (page, colour) =>
  page.evaluate((wanted) => {
    const canvas = document.querySelector('.time-chart canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const [red, green, blue] = wanted.match(/\d+/g).map(Number);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) found += data[at] === red && data[at + 1] === green && data[at + 2] === blue;
    return found;
  }, colour);

/// However long a history is, near its end the line of the forecast is there, and in all of it too.
export async function drawingLongSeries(page, base) {
  await open(page, base, '/forecast?dataset=orders&panel=hourly&model=LevelProfile');
  const label = page.locator('.model-picker label', { hasText: 'LevelProfile' });
  const colour = await label.locator('i').evaluate((key) => getComputedStyle(key).color);
  for (const [span, least] of [['Near', 30], ['All', 3]]) {
    await page.getByRole('button', { name: span, exact: true }).click();
    await settled(page);
    const found = await pixelsOf(page, colour);
    assert.ok(found >= least, `${span}: ${found} pixels are ${colour}, that of the forecast`);
  }
}

/// Of a long table the first rows are drawn, and more when asked for.
export async function longTable(page, base) {
  await open(page, base, '/forecast?dataset=orders');
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await page.getByRole('button', { name: /^Total.*: export and more/ }).click();
  await page.getByRole('menuitem', { name: 'Show as table' }).click();
  const table = page.locator('.panel table').first();
  assert.equal(await table.locator('tbody tr').count(), 200);
  await page.getByRole('button', { name: /^200 of [\d,]+ rows are shown: show more$/ }).click();
  assert.ok((await table.locator('tbody tr').count()) > 200, 'no more rows are drawn');
}
