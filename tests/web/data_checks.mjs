// What people do on the page of data; each throws where it does not work.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';

import { faultsOfAccess, settled } from './driver.mjs';

async function open(page, base, path) {
  await page.goto(base + path);
  await settled(page);
}

const panel = (page, name) => page.getByRole('region', { name, exact: true });

/// Which rows were refused and why, page by page, and all of them as csv.
export async function refusedRows(page, base) {
  await open(page, base, '/data?dataset=orders');
  await page.getByRole('button', { name: /^Unreadable quantity/ }).click();
  await page.waitForSelector('text=The cell is no number.');
  assert.equal(new URL(page.url()).searchParams.get('reason'), 'bad_quantity');
  const rows = panel(page, 'The rows: unreadable quantity');
  await rows.getByText('1 to 50 of 150').waitFor();
  assert.match(await rows.locator('tbody tr').first().textContent(), /Cable,many,9\.5/);
  await rows.getByRole('button', { name: 'Further' }).click();
  await rows.getByText('51 to 100 of 150').waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), rows.getByRole('link', { name: 'All as csv' }).click()]);
  assert.match(file.suggestedFilename(), /^rejects-.*\.csv$/);
  await page.reload();
  await page.waitForSelector('text=The cell is no number.');
}

/// What other columns would make of a file that is there; nothing is changed by looking.
export async function lookingAtColumns(page, base) {
  await open(page, base, '/data?dataset=orders');
  await page.getByRole('button', { name: 'Columns and formats' }).click();
  const wizard = page.getByRole('dialog');
  await wizard.getByText(/Of the first 1,000 rows .* can be taken in/).waitFor();
  assert.match(await wizard.locator('.raw thead').textContent(), /Order DateTime of the order/);
  for (const fault of await faultsOfAccess(page)) assert.fail(fault);
  await wizard.getByLabel('Quantity', { exact: true }).selectOption('');
  await wizard.getByText('Of the first 1,000 rows every one can be taken in.').waitFor();
  assert.match(await wizard.getByRole('group', { name: 'Rows as taken in' }).locator('tbody tr').first().textContent(), /2026/);
  await wizard.getByLabel('Time of the order').selectOption('Product');
  await wizard.getByRole('alert').waitFor();
  assert.ok(await wizard.getByRole('button', { name: 'Save' }).isDisabled(), 'what does not work can be saved');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
}

/// Days are drawn, told as a table, and what is unusual leads to its series.
export async function daysWithSales(page, base) {
  await open(page, base, '/data?dataset=orders');
  const days = panel(page, 'Days with sales');
  await days.getByRole('button', { name: /export and more/ }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Export png' }).click()]);
  assert.ok(statSync(await file.path()).size > 5000, 'the picture of days is empty');
  await days.getByRole('button', { name: /export and more/ }).click();
  await page.getByRole('menuitem', { name: 'Show as table' }).click();
  assert.equal(await days.locator('tbody tr').count(), 150);
}

/// Of many uploads the newest are shown, and older ones when asked for; here an answer holds one.
export async function olderFiles(page, base) {
  const list = '**/datasets/stall/uploads?*';
  await page.route(list, (route) => route.continue({ url: route.request().url().replace('limit=200', 'limit=1') }));
  await open(page, base, '/data?dataset=stall');
  const files = panel(page, 'Files');
  const rows = files.locator('tbody tr');
  assert.deepEqual(await rows.locator('td:first-child').allTextContents(), ['more.csv']);
  await files.getByText('Of the last 1 uploads').waitFor();
  await files.getByRole('button', { name: 'Older ones too' }).click();
  await rows.nth(1).waitFor();
  assert.deepEqual((await rows.locator('td:first-child').allTextContents()).sort(), ['more.csv', 'stall.csv']);
  assert.equal(await files.getByRole('button', { name: 'Older ones too' }).count(), 0, 'there are no older ones');
  await page.unroute(list);
}
