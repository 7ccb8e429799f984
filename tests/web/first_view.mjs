// What a browser gets before anything is clicked.
import assert from 'node:assert/strict';

import { settled } from './driver.mjs';

const mostScript = 100_000; // bytes, as they are sent

/// The overview, opened by somebody whose browser keeps nothing of it: little script, no question twice.
export async function firstView(context, base) {
  const page = await context.newPage();
  const requests = [];
  page.on('requestfinished', (request) => requests.push(request));
  await page.goto(`${base}/?dataset=orders`);
  await settled(page);
  const scripts = requests.filter((request) => request.resourceType() === 'script');
  const sizes = await Promise.all(scripts.map((request) => request.sizes()));
  const bytes = sizes.reduce((sum, one) => sum + one.responseBodySize, 0);
  console.log(`script on the first view: ${bytes} bytes in ${sizes.length} files`);
  assert.ok(sizes.length >= 4 && bytes < mostScript, `the first view takes ${bytes} bytes of script in ${sizes.length} files`);
  const asked = requests.filter((request) => request.resourceType() === 'fetch').map((request) => `${request.method()} ${request.url()} ${request.postData() ?? ''}`);
  const twice = asked.filter((one, at) => asked.indexOf(one) !== at);
  assert.deepEqual(twice, [], 'it asks twice');
  await page.close();
}

/// What any document has: its type, a language, a title, room for telephones, a policy.
export async function documentOf(page, base) {
  const answer = await page.goto(base);
  const headers = answer.headers();
  assert.match(headers['content-security-policy'] ?? '', /default-src 'none'.*script-src 'self';/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  const told = await page.evaluate(() => ({ mode: document.compatMode, type: document.doctype?.name, language: document.documentElement.lang, viewport: document.querySelector('meta[name=viewport]')?.content, title: document.title }));
  assert.deepEqual(told, { mode: 'CSS1Compat', type: 'html', language: 'en', viewport: 'width=device-width, initial-scale=1', title: told.title });
  assert.notEqual(told.title, '');
}
