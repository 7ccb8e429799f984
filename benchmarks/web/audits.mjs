// What Lighthouse (accessibility, best practices) and axe-core (all rules, faults of every weight) find on
// every page, light and dark.
import { createServer } from 'node:net';
import { join } from 'node:path';

import { becomeAdmin, faultsOfAccess, launchPersistent, serve, settled } from '../../tests/web/driver.mjs';
import { pages } from '../../web/src/pages/pages.ts';
import { yearShop } from './shops.mjs';
import { table } from './tables.mjs';

const categories = ['accessibility', 'best-practices'];

async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/// Scores of the categories, and the audits, of those that count, that a page does not pass whole.
async function auditsOf(lighthouse, port, url) {
  const flags = { port, logLevel: 'silent', onlyCategories: categories, disableStorageReset: true, formFactor: 'desktop', screenEmulation: { disabled: true }, throttlingMethod: 'provided', maxWaitForLoad: 15_000 };
  const { lhr } = await lighthouse(url, flags);
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const failed = categories.flatMap((name) => lhr.categories[name].auditRefs).filter(({ weight }) => weight > 0).map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 1);
  return { scores: categories.map((name) => Math.round(100 * lhr.categories[name].score)), failed, version: lhr.lighthouseVersion };
}

function faultOf({ id, details }) {
  const first = details?.items?.[0];
  return `${id}: ${first?.node?.snippet ?? first?.description ?? first?.url ?? JSON.stringify(first ?? '').slice(0, 200)}`;
}

/// The rows of the table for a theme, and the faults as lines.
async function ofTheme(means, theme) {
  const { lighthouse, port, page, base } = means;
  await page.goto(base);
  await page.evaluate((name) => localStorage.setItem('forecart-theme', name), theme);
  const rows = [];
  const faults = [];
  for (const one of pages) {
    const { scores, failed, version } = await auditsOf(lighthouse, port, base + one.path);
    means.version = version;
    await page.goto(base + one.path);
    await settled(page);
    const found = await faultsOfAccess(page, ['minor', 'moderate', 'serious', 'critical']);
    rows.push([`${one.title}, ${theme}`, ...scores, found.length]);
    faults.push(...failed.map(faultOf).concat(found).map((fault) => `${one.path}, ${theme}: ${fault}`));
  }
  return { rows, faults };
}

export async function audits({ forecart, folder }) {
  const lighthouse = await import('lighthouse').then((module) => module.default, () => null);
  if (!lighthouse) return ['audits: lighthouse is not there; run "npm ci --ignore-scripts" in benchmarks/web'];
  const port = await freePort();
  const server = await serve(forecart, yearShop({ forecart, folder }));
  const context = await launchPersistent(join(folder, 'profile'), port);
  try {
    const page = await context.newPage();
    await becomeAdmin(page, server);
    const means = { lighthouse, port, page, base: server.base };
    const [light, dark] = [await ofTheme(means, 'light'), await ofTheme(means, 'dark')];
    table(`Audits by Lighthouse ${means.version} and axe-core`, ['page', 'accessibility', 'best practices', "axe-core's faults"], [...light.rows, ...dark.rows]);
    return [...light.faults, ...dark.faults];
  } finally {
    await context.close();
    await server.end();
  }
}
