// What people do on the page of settings, and by keys; each throws where it does not work.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { sections } from '../../web/src/pages/settings/sections.ts';
import { faultsOfAccess, person, settled } from './driver.mjs';

const everyWeight = ['minor', 'moderate', 'serious', 'critical'];
const otherPassword = 'nine herons, and one of them odd';

async function open(page, base, section, more = '') {
  await page.goto(`${base}/settings?dataset=orders&section=${section}${more}`);
  await settled(page);
}

/// Somebody in a browser of their own.
async function signedIn(page, base, { name, password }) {
  const context = await page.context().browser().newContext({ locale: 'en-US' });
  const other = await context.newPage();
  other.setDefaultTimeout(30_000);
  await enter(other, base, { name, password });
  await other.waitForSelector('nav');
  return other;
}

async function enter(page, base, { name, password }) {
  await page.goto(base);
  await page.fill('input[name=name]', name);
  await page.fill('input[name=password]', password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/// Presses a button and the one that confirms.
async function confirmed(page, name, label = name) {
  await page.getByRole('button', { name, exact: true }).click();
  await page.locator('dialog[open]').getByRole('button', { name: label, exact: true }).click();
  await page.waitForSelector('dialog[open]', { state: 'detached' });
}

/// Until it is so; the program looks at its users every few seconds.
async function until(truth, what) {
  for (let waited = 0; waited < 12_000; waited += 250) {
    if (await truth()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(what);
}

/// No section has a serious fault or is wider than a telephone, and each says who it is.
async function everySection(page, base) {
  for (const one of sections) {
    await open(page, base, one.name);
    assert.ok((await page.title()).startsWith(`${one.title} · Settings`), `the title of ${one.name} is ${await page.title()}`);
    assert.equal(await page.locator('.failure').count(), 0, `${one.name} fails`);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      assert.deepEqual(await faultsOfAccess(page, everyWeight), [], `${one.name}, ${scheme}`);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${one.name} is wider than a telephone`);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
}

/// Made, used, seen as used up: revoked, it opens nothing.
async function tokens(page, base) {
  await open(page, base, 'tokens');
  await page.getByLabel('Name', { exact: true }).fill('a report');
  await page.getByLabel(/^Role/).selectOption('analyst');
  await page.getByRole('button', { name: 'Make the token' }).click();
  const secret = await page.getByLabel('Secret of the token').inputValue();
  assert.match(secret, /^fct_/);
  assert.ok((await page.getByLabel('Example for the command line').inputValue()).includes(secret));
  assert.ok(!page.url().includes(secret));
  const status = async () => (await fetch(`${base}/api/v1/datasets/orders/settings`, { headers: { authorization: `Bearer ${secret}` } })).status;
  assert.equal(await status(), 200);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  assert.equal(await page.getByLabel('Secret of the token').count(), 0);
  await confirmed(page, 'Revoke the token a report', 'Revoke');
  await page.waitForSelector('text=You have no token yet');
  await until(async () => (await status()) === 401, 'a revoked token still opens something');
}

/// Added with a made password; what they see grows with their role; disabled, they are out.
async function users(page, base) {
  await open(page, base, 'users');
  await page.getByRole('button', { name: 'Add a user' }).click();
  await page.getByLabel('Name', { exact: true }).fill('bob');
  await page.getByLabel('orders', { exact: true }).check();
  await page.getByRole('button', { name: 'Make one' }).click();
  const password = await page.locator('input[name=password]').inputValue();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  assert.ok((await page.getByLabel('To hand over').inputValue()).includes(password));
  await page.getByRole('button', { name: 'Done' }).click();

  const bob = await signedIn(page, base, { name: 'bob', password });
  await bob.goto(`${base}/settings?section=users`);
  await bob.waitForSelector('h2:has-text("Users: for admins")');
  await bob.goto(`${base}/settings?section=dataset`);
  await bob.waitForSelector('h2:has-text("Data set: for analysts")');

  await page.getByRole('link', { name: 'bob' }).click();
  assert.match(page.url(), /user=bob/);
  await promoted(page, bob, base, password);
  await changingPassword(bob, base, password);

  await confirmed(page, 'Disable');
  await page.waitForSelector('.badge:has-text("disabled")');
  await enter(bob, base, { name: 'bob', password: otherPassword });
  await bob.waitForSelector('[role=alert]:has-text("name or password are not right")');
  await confirmed(page, 'Remove');
  await page.getByRole('link', { name: 'bob' }).waitFor({ state: 'detached' });
  await bob.context().close();
}

/// Another role ends their sessions, and shows more.
async function promoted(page, bob, base, password) {
  await page.getByLabel(/^Role/).selectOption('analyst');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForSelector('text=bob was changed; their sessions have ended.');
  await bob.reload();
  await bob.waitForSelector('input[name=password]');
  await enter(bob, base, { name: 'bob', password });
  await bob.waitForSelector('nav');
  await bob.goto(`${base}/settings?section=dataset`);
  await bob.waitForSelector('.toml-editor textarea');
}

/// A wrong one says so and signs nobody out.
async function changingPassword(page, base, password) {
  await page.goto(`${base}/settings?section=you`);
  await page.locator('summary:has-text("Change the password")').click();
  const change = async (old) => {
    await page.getByLabel('Present password').fill(old);
    await page.getByLabel(/^New password/).fill(otherPassword);
    await page.getByRole('button', { name: 'Change it' }).click();
  };
  await change('not this one at all');
  await page.waitForSelector('[role=alert]:has-text("present password is not right")');
  await change(password);
  await page.waitForSelector('text=Your password was changed');
}

/// Ended one by one and all at once; this one goes on.
async function ownSessions(page, base) {
  const others = [await signedIn(page, base, person), await signedIn(page, base, person), await signedIn(page, base, person)];
  await open(page, base, 'you');
  const rows = page.getByRole('region', { name: 'Your sessions' }).locator('tbody tr');
  const count = await rows.count();
  assert.ok(count >= 4, `${count} sessions are told`);
  await rows.filter({ hasNot: page.locator('.badge') }).first().getByRole('button').click();
  await page.locator('dialog[open]').getByRole('button', { name: 'End', exact: true }).click();
  await page.waitForFunction((before) => document.querySelectorAll('.table-scroll tbody tr').length === before - 1, count);
  await confirmed(page, 'End all others');
  await page.waitForFunction(() => document.querySelectorAll('.table-scroll tbody tr').length === 1);
  for (const other of others) {
    await other.reload();
    await other.waitForSelector('input[name=password]');
    await other.context().close();
  }
  await page.reload();
  await page.waitForSelector('nav');
}

const editor = (page) => page.getByLabel('dataset.toml');

async function type(page, text) {
  await editor(page).fill(text);
  await page.waitForTimeout(400); // it is checked when nobody types
}

const save = (page) => page.getByRole('button', { name: 'Save', exact: true });

/// What cannot be used is told at its line, and outlives other pages.
async function faultySettings(page, base) {
  await open(page, base, 'dataset');
  const before = await editor(page).inputValue();
  await type(page, before.replace('version = 1\n', 'version = 1\ncolour = "red"\n'));
  await page.waitForSelector('.verdict:has-text("key \'colour\' is not known here")');
  assert.equal(await page.locator('.numbers .bad').textContent(), '3');
  assert.equal(await save(page).isDisabled(), true);
  await page.getByRole('link', { name: 'Sales' }).click();
  await page.waitForSelector('h1:has-text("Sales")');
  await page.goBack();
  await page.waitForSelector('.verdict:has-text("key \'colour\'")');
  await type(page, '');
  await page.waitForSelector('.verdict.bad-text:has-text("There is nothing in it")');
  assert.equal(await save(page).isDisabled(), true);
  await page.getByRole('button', { name: 'Undo all changes' }).click();
  assert.equal(await editor(page).inputValue(), before);
  await page.waitForSelector('.verdict:has-text("This can be used")');
}

/// Ctrl S goes by the text that stands there, whatever the last check said of the one before.
async function savingBeforeCheck(page, base) {
  await open(page, base, 'dataset');
  const before = await editor(page).inputValue();
  const bad = before.replace('version = 1\n', 'version = 1\ncolour = "red"\n');
  await type(page, bad);
  await page.waitForSelector('.verdict:has-text("key \'colour\'")');
  await page.route('**/settings/check', () => {}); // no further check is answered
  await editor(page).fill(`${before}# good again\n`);
  await page.keyboard.press('Control+s');
  await page.waitForSelector('.toast:has-text("Saved.")');
  await page.unroute('**/settings/check');
  await type(page, before);
  await page.waitForSelector('.verdict:has-text("This can be used")');
  await page.route('**/settings/check', () => {});
  await editor(page).fill(bad);
  await page.keyboard.press('Control+s'); // a check said that all is good
  await page.waitForSelector('[role=alert]:has-text("key \'colour\' is not known here")');
  assert.equal(await editor(page).inputValue(), bad, 'what was refused is lost');
  await page.unroute('**/settings/check');
  const written = [];
  page.on('request', (request) => request.method() === 'PUT' && written.push(request.url()));
  await editor(page).fill('');
  await page.keyboard.press('Control+s');
  await editor(page).fill(before);
  await page.keyboard.press('Control+s');
  await page.waitForSelector('text=As it lies in the repository.');
  assert.equal(written.length, 1, 'nothing was sent as settings, or what was good was not');
}

/// Saved, it holds; who is late learns what is different.
async function datasetSettings(page, base) {
  await open(page, base, 'dataset');
  const before = await editor(page).inputValue();
  const late = await signedIn(page, base, person);
  await open(late, base, 'dataset');
  await editor(late).fill(`${before}\n# mine\n`);
  await page.getByLabel('It is in').fill('eur');
  await page.getByRole('button', { name: 'Write it in' }).click();
  await save(page).click();
  await page.waitForSelector('text=Saved.');
  await page.goto(`${base}/?dataset=orders`);
  await page.waitForSelector('.tile .value:has-text("€")');

  await save(late).click();
  await late.waitForSelector('.conflict:has-text("Somebody saved other settings meanwhile")');
  await late.waitForSelector('.conflict pre:has-text("- currency")');
  assert.deepEqual(await faultsOfAccess(late, everyWeight), []);
  await late.getByRole('button', { name: 'Take theirs' }).click();
  await late.waitForSelector('.conflict', { state: 'detached' });
  await until(async () => (await editor(late).inputValue()).includes('currency = "EUR"'), 'theirs is not taken');
  await editor(late).fill((await editor(late).inputValue()).replace(/^currency = .*\n/m, ''));
  await late.keyboard.press('Control+s');
  await late.waitForSelector('text=Saved.');
  assert.equal((await editor(late).inputValue()).trim(), before.trim());
  await late.context().close();
}

/// Found by words, and given as csv.
async function auditTrail(page, base) {
  await open(page, base, 'audit');
  await page.getByLabel('Find', { exact: true }).fill('revoked token');
  await page.waitForFunction(() => document.querySelectorAll('.table-scroll tbody tr').length === 1);
  assert.match(page.url(), /find=revoked/);
  assert.match(await page.locator('.table-scroll tbody').textContent(), /ann.*revoked a token.*done/);
  await page.getByRole('button', { name: 'Audit: export and more' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Export csv' }).click()]);
  assert.match(readFileSync(await file.path(), 'utf8'), /^\ufeffat,who,what,.*\r\n.*,ann,token\.revoke,/);
}

/// Keys are told, and lead through bars and cells, which say what they are.
async function keysOfCharts(page, base) {
  await page.goto(`${base}/sales?dataset=orders`);
  await settled(page);
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]:has-text("Keys")');
  for (const key of ['g', 'd']) await page.keyboard.press(key);
  assert.equal(await page.textContent('h1'), 'Sales', 'keys of pages act below an open dialog');
  assert.deepEqual(await faultsOfAccess(page, everyWeight), []);
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  const spoken = (name) => page.getByRole('application', { name }).locator('xpath=following-sibling::p').textContent();
  const cells = /^Mean revenue by weekday/;
  await page.getByRole('application', { name: cells }).focus();
  for (const key of ['Home', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  assert.match(await spoken(cells), /^Tue 01:00.*: \S+ a week$/);
  const bars = /^Revenue by product/;
  await page.getByRole('application', { name: bars }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const [name] = (await spoken(bars)).split(':');
  await page.keyboard.press('Enter');
  await page.waitForSelector(`.chip:has-text("product: ${name}")`);
  assert.match(await spoken(bars), /, chosen$/);
}

/// Another page takes the focus; among many data sets one is found by its name.
async function gettingAround(page, base) {
  await page.goto(`${base}/?dataset=orders`);
  await settled(page);
  await page.getByRole('link', { name: 'Accuracy' }).click();
  await page.waitForSelector('h1:has-text("Accuracy")');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
  const csrf = await page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).csrf_token);
  for (let one = 10; one < 24; ++one) {
    const begin = { method: 'PUT', body: 'version = 1\n[columns]\ntime = "t"\n', headers: { 'if-none-match': '*', 'x-csrf-token': csrf, 'content-type': 'application/toml' } };
    const status = await page.evaluate(async ([name, request]) => (await fetch(`/api/v1/datasets/${name}/settings`, request)).status, [`zz-shop-${one}`, begin]);
    assert.equal(status, 201);
  }
  await page.reload();
  await settled(page);
  await page.getByRole('button', { name: 'orders' }).click();
  await page.getByRole('combobox', { name: 'Data set' }).fill('shop-17');
  await page.keyboard.press('Enter');
  await page.waitForURL(/dataset=zz-shop-17/);
}

/// In this order: the audit is asked for what was done before.
export const checks = [everySection, tokens, auditTrail, users, ownSessions, faultySettings, savingBeforeCheck, datasetSettings, keysOfCharts, gettingAround];
