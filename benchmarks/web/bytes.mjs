// Bytes of script, style and data, as they are sent, that each page takes as the first one.
import { pages } from '../../web/src/pages/pages.ts';
import { settled } from '../../tests/web/driver.mjs';
import { signedIn, yearShop } from './shops.mjs';
import { kB, table } from './tables.mjs';

const asked = 300_000; // script of the first view

async function bytesOf(browser, state, url) {
  const context = await browser.newContext({ storageState: state });
  const page = await context.newPage();
  const requests = [];
  page.on('requestfinished', (request) => requests.push(request));
  await page.goto(url);
  await settled(page);
  const sums = { script: 0, stylesheet: 0, fetch: 0, files: 0, questions: 0 };
  for (const request of requests) {
    const { responseBodySize } = await request.sizes();
    sums[request.resourceType()] = (sums[request.resourceType()] ?? 0) + responseBodySize;
    if (request.resourceType() === 'fetch') ++sums.questions;
    else ++sums.files;
  }
  await context.close();
  return sums;
}

export async function bytesOfPages(means) {
  const { server, state } = await signedIn(means, yearShop(means));
  const sums = [];
  for (const one of pages) sums.push(await bytesOf(means.browser, state, server.base + one.path));
  await server.end();
  const row = (sum, at) => [pages[at].title, kB(sum.script), kB(sum.stylesheet), sum.files, sum.questions, kB(sum.fetch)];
  table('Bytes that each page takes as the first one', ['page', 'script', 'style', 'files', 'questions', 'answers'], sums.map(row));
  return sums[0].script < asked ? [] : [`script of the first view: ${kB(sums[0].script)}, asked for ${kB(asked)}`];
}
