// What became of a file after it was sent: from the inbox to a forecast that knows it. Pure.
import type { Arrivals } from '../../api/arrival_calls.ts';
import type { Problem } from '../../api/data_calls.ts';
import type { Manifest } from '../../api/run_calls.ts';
import type { Upload } from '../../api/types.ts';
import type { Rest } from './rest.ts';

/// In the order in which a file goes through them; held, failed and given up wait for a person.
export type Stage = 'checking' | 'held' | 'queued' | 'sending' | 'cut' | 'failed' | 'waiting' | 'taken' | 'published' | 'given_up';

export interface FileCounts {
  rows_read: number;
  rows_accepted: number;
  rows_rejected: number;
}

/// What the server says of a data set.
export interface Facts {
  arrivals: Arrivals;
  files: Map<string, FileCounts>; ///< that were taken in, by SHA-256
  run: Manifest | null; ///< the current one
  rest: Rest | null; ///< why nothing more happens by itself
}

export interface Followed {
  stage: Stage;
  counts: FileCounts | null;
  run: string; ///< that knows it; "" for none
  preliminary: boolean; ///< that run is one of quick models, and the whole one follows
  rest: Rest | null; ///< why no forecast knows it whole and none is on its way
  problem: Problem | null;
}

export function filesOf(uploads: Upload[]): Map<string, FileCounts> {
  const files = new Map<string, FileCounts>();
  for (const upload of uploads) for (const file of upload.files) files.set(file.hash, file.counts as unknown as FileCounts);
  return files;
}

/// Where a file is by now. What a run knows is in it, whatever was given up before.
export function followed(sha256: string, { arrivals, files, run, rest }: Facts): Followed {
  const counts = files.get(sha256) ?? null;
  const there = { counts, run: '', preliminary: false, rest: null, problem: null };
  if (run?.inputs?.includes(sha256)) return { ...there, stage: 'published', run: run.run, ...(run.preliminary === true ? { preliminary: true, rest } : {}) };
  if (counts) return { ...there, stage: 'taken', rest };
  const waits = arrivals.waiting.some((one) => one.key.includes(`/${sha256.slice(0, 16)}/`));
  const dead = arrivals.dead.find((one) => one.key.includes(`/${sha256}/`));
  if (dead && !waits) return { ...there, stage: 'given_up', problem: { code: dead.code, message: dead.message } };
  return { ...there, stage: 'waiting' };
}

/// Whether something may still happen to it at the server, be it that somebody starts a run.
export function isOpen({ stage, preliminary }: Pick<Followed, 'stage' | 'preliminary'>): boolean {
  return stage === 'waiting' || stage === 'taken' || (stage === 'published' && preliminary);
}

/// Whether the server is at it.
export function isUnsettled(one: Pick<Followed, 'stage' | 'preliminary' | 'rest'>): boolean {
  return isOpen(one) && one.rest === null;
}

/// Whether this page has: what would be lost by closing it.
export function isUnsent(stage: Stage): boolean {
  return stage === 'checking' || stage === 'queued' || stage === 'sending' || stage === 'cut';
}

/// "3 in the forecast, 2 on their way": what the list says of itself.
export function summary(stages: Stage[]): string {
  const count = (...some: Stage[]) => stages.filter((one) => some.includes(one)).length;
  const parts: [number, string][] = [
    [count('published'), 'in the forecast'],
    [count('taken'), 'taken in'],
    [count('waiting'), 'waiting to be taken in'],
    [count('checking', 'queued', 'sending', 'cut'), 'being sent'],
    [count('held'), 'not understood'],
    [count('failed', 'given_up'), 'refused'],
  ];
  return parts
    .filter(([n]) => n > 0)
    .map(([n, words]) => `${n} ${words}`)
    .join(', ');
}
