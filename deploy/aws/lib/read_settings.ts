import { readFileSync } from 'node:fs';

import { check, checkTypes } from './checks.ts';
import { STAGES, type Settings } from './settings.ts';

/** The stage of that name, with what is `given` in place of its own. */
export function settingsOf(stage: string, given: Record<string, unknown> = {}): Settings {
  const base = Object.hasOwn(STAGES, stage) ? STAGES[stage] : undefined;
  if (!base) throw new Error(`there is no stage '${stage}'; there are ${Object.keys(STAGES).join(', ')}`);
  checkTypes(given, base);
  const settings = { ...base, ...given } as Settings;
  check(settings);
  return settings;
}

/** An object of JSON in a file. */
export function settingsFile(file: string): Record<string, unknown> {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`'${file}' is no JSON (${error instanceof Error ? error.message : error}); give one as {"budget": 80}`);
  }
  if (given !== null && typeof given === 'object' && !Array.isArray(given)) return given as Record<string, unknown>;
  throw new Error(`'${file}' is no object of JSON; give one with settings, as {"budget": 80}`);
}
