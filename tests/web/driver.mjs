// The real program and a real browser, for checks and pictures.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';

const modules = createRequire(new URL('../../third_party/browser/package.json', import.meta.url));
const browserPath = process.env.FORECART_CHROMIUM ?? '/usr/bin/chromium';

export const person = { name: 'ann', password: 'long enough, and odd: 7 herons' };

/// Why there can be no browser here; "" where there can.
export function obstacle() {
  if (!existsSync(browserPath)) return `there is no ${browserPath}; scripts/setup --test installs chromium`;
  try {
    modules.resolve('playwright-core');
    modules.resolve('axe-core');
  } catch {
    return 'playwright-core and axe-core are missing; scripts/setup --test fetches them';
  }
  return '';
}

/// `forecart serve` on a free port: its address, the secret of the first admin, and how to end it.
export async function serve(forecart, shop) {
  const child = spawn(forecart, ['serve', '--repository', shop, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const told = async (pattern) => {
    for (let waited = 0; waited < 30_000; waited += 50) {
      const found = pattern.exec(log);
      if (found) return found[1];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nothing like ${pattern} in the log:\n${log}`);
  };
  const base = `http://127.0.0.1:${await told(/listening .*port=(\d+)/)}`;
  return {
    base,
    firstAdmin: () => told(/#first-admin=(\w+)/),
    end: () => (child.kill('SIGTERM'), ended),
  };
}

export async function openBrowser() {
  const { chromium } = modules('playwright-core');
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
}

/// A browser that keeps its profile in a folder, and that others may drive at a port.
export async function launchPersistent(profile, port) {
  const { chromium } = modules('playwright-core');
  return chromium.launchPersistentContext(profile, { executablePath: browserPath, locale: 'en-US', viewport: { width: 1350, height: 940 }, args: ['--no-sandbox', `--remote-debugging-port=${port}`] });
}

/// Becomes the first admin by the link, as a person does.
export async function becomeAdmin(page, server) {
  await page.goto(`${server.base}/#first-admin=${await server.firstAdmin()}`);
  await page.fill('input[name=name]', person.name);
  await page.fill('input[name=password]', person.password);
  await page.click('button:has-text("Become admin")');
  await page.waitForSelector('nav');
}

/// Everything has come that the page asked for, and is drawn.
export async function settled(page) {
  await page.waitForFunction(() => {
    const busy = document.querySelector('[aria-busy=true]');
    const undrawn = [...document.querySelectorAll('.chart')].some((chart) => !chart.querySelector('canvas'));
    return document.querySelector('#content') && !busy && !undrawn;
  });
}

/// Faults of these weights that axe-core finds, as lines.
export async function faultsOfAccess(page, weights = ['serious', 'critical']) {
  const axe = readFileSync(modules.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe); // not as a script of the page, whose policy allows none of others
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter((one) => weights.includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`));
}

/// As a person does who lets go of files above the page.
export async function dropFiles(page, files) {
  const data = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const [name, text] of list) transfer.items.add(new File([text], name, { type: 'text/csv' }));
    return transfer;
  }, files);
  await page.dispatchEvent('.drop', 'dragover', { dataTransfer: data });
  await page.dispatchEvent('.drop', 'drop', { dataTransfer: data });
}

/// Collects what the console says, but that a stranger was asked to sign in.
export function listen(page) {
  const said = [];
  page.on('console', (message) => {
    const stranger = /401/.test(message.text()) && message.location().url.endsWith('/api/v1/session');
    if (['error', 'warning'].includes(message.type()) && !stranger) said.push(`${page.url()}: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => said.push(`${page.url()}: ${error.message}`));
  return said;
}
