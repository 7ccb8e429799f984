// The parts of the benchmark one after the other, on shops that are made for them: see run.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { obstacle, openBrowser } from '../../tests/web/driver.mjs';
import { audits } from './audits.mjs';
import { bytesOfPages } from './bytes.mjs';
import { firstView } from './first_view.mjs';
import { panning } from './panning.mjs';

const parts = { view: firstView, bytes: bytesOfPages, points: panning, audits };

async function main(forecart, wanted) {
  const why = obstacle();
  if (why) throw new Error(why);
  const unknown = wanted.filter((name) => !parts[name]);
  if (unknown.length > 0) throw new Error(`'${unknown}' is no part; known are ${Object.keys(parts).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'forecart-benchmark-'));
  const browser = await openBrowser();
  console.log(`Chromium ${browser.version()}, headless; load ${loadavg()[0].toFixed(1)} at the beginning`);
  const missed = [];
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (wanted.length === 0 || wanted.includes(name)) missed.push(...(await part({ forecart, folder, browser })));
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
  console.log(`\nload ${loadavg()[0].toFixed(1)} at the end`);
  for (const what of missed) console.log(`MISSED ${what}`);
  return missed.length === 0 ? 0 : 1;
}

const [forecart, ...wanted] = process.argv.slice(2);
process.exitCode = await main(forecart, wanted);
