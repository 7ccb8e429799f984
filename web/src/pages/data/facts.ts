// Gathers what the server says of the files of a data set.
import * as calls from '../../api/calls.ts';
import * as data from '../../api/data_calls.ts';
import { filesOf, type Facts } from './following.ts';

const lookedAt = 200; // uploads, the newest first

let known: data.Manifest | null = null; // manifests never change, and may be large

/// Null where it cannot be told now.
export async function facts(dataset: string): Promise<Facts | null> {
  const [arrivals, uploads, status] = await Promise.all([data.arrivals(dataset), calls.uploads(dataset, lookedAt), calls.status(dataset)]);
  if (!arrivals.ok || !uploads.ok || !status.ok) return null;
  return { arrivals: arrivals.value, files: filesOf(uploads.value.uploads), run: await manifest(dataset, status.value.current_run) };
}

async function manifest(dataset: string, run: string | null): Promise<data.Manifest | null> {
  if (run === null || known?.run === run) return run === null ? null : known;
  const answer = await data.manifest(dataset, run);
  if (answer.ok) known = answer.value;
  return answer.ok ? answer.value : null;
}
