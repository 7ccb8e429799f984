// What holds wherever one is in the dashboard: what would be lost, who it belongs to, one stream while
// it is seen; each throws where it does not work.
import assert from 'node:assert/strict';

import { dropFiles, person, settled } from './driver.mjs';

const orders = 'Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address\n';
const oneOrder = `${orders}1,Cable,1,9.5,2026-01-01 10:00,"1 Main St, Boston, 01101"\n`;
const strange = 'Wann;Was\n02.03.2024 10:00;Kabel\n';

const row = (page, name) => page.locator('.sending', { hasText: name });

/// A page of the same person, whose clock can be moved on.
async function timed(page, base, path) {
  const other = await page.context().newPage();
  other.setDefaultTimeout(30_000);
  await other.clock.install();
  await other.goto(base + path);
  await settled(other);
  return other;
}

/// Whether signing out is asked about; nobody is signed out.
async function asksToSignOut(page) {
  let asked = '';
  page.once('dialog', (dialog) => ((asked = dialog.message()), dialog.dismiss()));
  await page.getByRole('button', { name: 'Sign out' }).click();
  return /still being sent/.test(asked);
}

/// Whether the browser asks before the window is closed; it stays open.
async function asksToLeave(page) {
  const asked = new Promise((resolve) => {
    page.once('dialog', (dialog) => (resolve(dialog.type() === 'beforeunload'), dialog.dismiss()));
    setTimeout(() => resolve(false), 5000);
  });
  await page.close({ runBeforeUnload: true });
  return asked;
}

/// A question that nobody answers counts as a cut; the browser asks before it loses the file, on any page.
export async function unansweredTransfer(page, base) {
  const other = await timed(page, base, '/data?dataset=orders');
  let asked = 0;
  await other.route('**/datasets/orders/transfers', () => ++asked); // and never answered
  await dropFiles(other, [['late.csv', oneOrder]]);
  await row(other, 'late.csv').getByText(/ of /).waitFor();
  await other.getByRole('link', { name: 'Sales' }).click();
  await other.waitForSelector('h1:has-text("Sales")');
  assert.ok(await asksToSignOut(other), 'signing out loses a file without a word');
  assert.ok(await asksToLeave(other), 'a file that is being sent is lost without a word');
  await other.getByRole('link', { name: 'Data', exact: true }).click();
  assert.equal(asked, 1);
  await other.clock.fastForward(31_000);
  await row(other, 'late.csv').getByText(/connection was cut/).waitFor();
  await other.clock.fastForward(2000);
  for (let waited = 0; asked < 2 && waited < 5000; waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(asked, 2, 'it is not asked again');
  await other.getByRole('button', { name: 'Cancel: late.csv' }).click();
  await row(other, 'late.csv').waitFor({ state: 'detached' });
  await other.close();
}

/// As a browser tells a page that it is seen, or no longer.
function see(page, hidden) {
  return page.evaluate((is) => {
    Object.defineProperty(document, 'hidden', { value: is, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

async function soon(page, truth, what) {
  for (let waited = 0; !truth() && waited < 5000; waited += 50) await page.waitForTimeout(50);
  assert.ok(truth(), what);
}

/// What a page asks for from now on: streams of events, and the rest.
function questionsOf(page) {
  const [streams, others] = [[], []];
  page.on('request', (request) => (request.url().endsWith('/api/v1/events') ? streams : others).push(request));
  return { streams, others };
}

const asksAnew = (others) => () => others.some((request) => request.url().includes('/datasets/orders'));

/// A tab that nobody sees gives its connection back and opens none, and has all anew when it is seen.
export async function unseenTab(page, base) {
  const other = await timed(page, base, '/runs?dataset=orders');
  const { streams, others } = questionsOf(other);
  let refuse;
  await other.route('**/api/v1/events', (route) => {
    if (streams.length === 1) return route.fulfill({ contentType: 'text/event-stream', body: 'retry: 50\n\n' });
    return streams.length === 2 ? void (refuse = () => route.fulfill({ status: 503 })) : route.continue();
  });
  await other.reload();
  await soon(other, () => refuse, 'a stream that ended is not asked for again');
  await see(other, true);
  await refuse();
  await other.waitForTimeout(300);
  await other.clock.fastForward(100_000);
  await other.waitForTimeout(300);
  assert.equal(streams.length, 2, 'a tab that nobody sees opens a stream');
  await see(other, false);
  await soon(other, () => streams.length === 3, 'who is seen again has no stream');
  await other.waitForTimeout(300);
  await see(other, true);
  const ended = new Promise((resolve) => other.on('requestfailed', (request) => request === streams[2] && resolve(true)));
  await other.clock.fastForward(61_000);
  assert.ok(await Promise.race([ended, other.waitForTimeout(5000)]), 'a tab that nobody sees keeps its stream');
  others.length = 0;
  await see(other, false);
  await soon(other, asksAnew(others), 'who was away asks for nothing anew');
  await other.close();
}

/// One that is opened in the background, as by a click of the wheel, is drawn, and hears from being seen on.
export async function tabInBackground(page, base) {
  const other = await page.context().newPage();
  const { streams, others } = questionsOf(other);
  await other.addInitScript(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }));
  await other.goto(`${base}/runs?dataset=orders`);
  await settled(other);
  await other.waitForTimeout(300);
  assert.equal(streams.length, 0, 'a tab in the background opens a stream');
  others.length = 0;
  await see(other, false);
  await soon(other, () => streams.length === 1, 'a tab that is seen at last opens no stream');
  await soon(other, asksAnew(others), 'what happened before it was seen is not asked for');
  await other.close();
}

/// Who could not be signed out is told so and goes on; the next try does it.
export async function failingSignOut(page, base) {
  const other = await (await page.context().browser().newContext({ locale: 'en-US' })).newPage();
  other.setDefaultTimeout(30_000);
  await other.goto(`${base}/runs?dataset=orders`);
  await signIn(other, person.name);
  await settled(other);
  const failures = [(route) => route.abort(), (route) => route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'the store is away', remedy: '' } } })];
  const words = ['the server does not answer', 'the store is away'];
  for (const [at, fail] of failures.entries()) {
    await other.route('**/api/v1/session', (route) => (route.request().method() === 'DELETE' ? fail(route) : route.continue()));
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.waitForSelector(`.toast:has-text("You are still signed in: ${words[at]}")`);
    await other.unroute('**/api/v1/session');
    await other.reload();
    await other.waitForSelector('nav'); // the session is as good as before
  }
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.waitForSelector('input[name=password]');
  await other.reload();
  await other.waitForSelector('input[name=password]');
  await other.context().close();
}

/// Adds an analyst, by the admin's session.
async function addAnalyst(page, name) {
  const body = { name, password: person.password, role: 'analyst', datasets: ['orders'] };
  const status = await page.evaluate(async (user) => {
    const session = await (await fetch('/api/v1/session')).json();
    const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token };
    return (await fetch('/api/v1/users', { method: 'POST', headers, body: JSON.stringify(user) })).status;
  }, body);
  assert.equal(status, 201);
}

async function signIn(page, name) {
  await page.fill('input[name=name]', name);
  await page.fill('input[name=password]', person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForSelector('nav');
}

/// The session ends elsewhere, and somebody signs in on the same page.
async function nextPerson(page, name) {
  await settled(page);
  await page.context().clearCookies();
  // what the page asks by itself may find out first
  await page.evaluate(() => document.querySelector('nav a[href^="/runs"]')?.click());
  await page.waitForSelector('text=Your session has ended');
  await signIn(page, name);
  await settled(page);
}

const draft = '# not saved yet';

async function draftOf(page) {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('link', { name: 'Data set', exact: true }).click();
  const text = page.locator('.toml-editor textarea');
  await text.waitFor();
  return text;
}

/// Files and drafts in memory are there for the same person, and for nobody else.
export async function anotherPerson(page, base) {
  for (const name of ['bea', 'eve']) await addAnalyst(page, name);
  const other = await (await page.context().browser().newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } })).newPage();
  other.setDefaultTimeout(30_000);
  await other.goto(`${base}/data?dataset=orders`);
  await signIn(other, 'bea');
  await settled(other);
  await dropFiles(other, [['strange.csv', strange]]);
  await row(other, 'strange.csv').locator('.why').waitFor();
  await (await draftOf(other)).fill(draft);
  await nextPerson(other, 'bea');
  assert.equal(await (await draftOf(other)).inputValue(), draft);
  await other.getByRole('link', { name: 'Data', exact: true }).click();
  await row(other, 'strange.csv').waitFor();
  await nextPerson(other, 'eve');
  assert.match(await (await draftOf(other)).inputValue(), /\[columns\]/);
  await other.getByRole('link', { name: 'Data', exact: true }).click();
  await other.waitForSelector('text=Drop order files for orders here');
  assert.equal(await other.locator('.sending').count(), 0, 'files of one person are shown to another');
  await other.context().close();
}
