// Gathers what the server says of the files of a data set.
import * as calls from '../../api/calls.ts';
import { arrivals as askArrivals } from '../../api/arrival_calls.ts';
import { manifest as askManifest, type Manifest } from '../../api/run_calls.ts';
import { settings } from '../../api/settings_calls.ts';
import { filesOf, type Facts } from './following.ts';
import { isAtRest, restOf } from './rest.ts';

const lookedAt = 200; // uploads, the newest first

let known: Manifest | null = null; // manifests never change, and may be large

/// Null where it cannot be told now.
export async function facts(dataset: string): Promise<Facts | null> {
  const [arrivals, uploads, status] = await Promise.all([askArrivals(dataset), calls.uploads(dataset, { limit: lookedAt }), calls.status(dataset)]);
  if (!arrivals.ok || !uploads.ok || !status.ok) return null;
  const run = await manifest(dataset, status.value.current_run);
  const rest = isAtRest(status.value) && (status.value.next === 'run' || run?.preliminary) ? restOf(status.value, arrivals.value, await toml(dataset)) : null;
  return { arrivals: arrivals.value, files: filesOf(uploads.value.uploads), run, rest };
}

async function toml(dataset: string): Promise<string | null> {
  const answer = await settings(dataset);
  return answer.ok ? answer.value.text : null;
}

async function manifest(dataset: string, run: string | null): Promise<Manifest | null> {
  if (run === null || known?.run === run) return run === null ? null : known;
  const answer = await askManifest(dataset, run);
  if (answer.ok) known = answer.value;
  return answer.ok ? answer.value : null;
}
