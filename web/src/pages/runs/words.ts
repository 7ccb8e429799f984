// Runs in words. Pure: what the API says of a run in, what people read out.
import type { Manifest } from '../../api/run_calls.ts';
import type { RunSummary } from '../../api/types.ts';
import { runBegan } from '../../format/dates.ts';

export interface Said {
  text: string;
  kind: 'good' | 'warning' | 'bad' | '';
}

type Ended = Pick<RunSummary, 'status' | 'current' | 'preliminary'>;

export function stateOf(run: Ended): Said {
  if (run.current) return { text: run.preliminary ? 'Current, preliminary' : 'Current', kind: 'good' };
  if (run.status === 'failed') return { text: 'Failed', kind: 'bad' };
  if (run.status === 'cancelled') return { text: 'Cancelled', kind: '' };
  if (run.status === 'partly') return { text: 'Partly done', kind: 'warning' };
  return { text: run.preliminary ? 'Preliminary' : 'Done', kind: '' };
}

/// Whether it has forecasts, which can be compared and handed out.
export function hasResults(run: Pick<RunSummary, 'status'>): boolean {
  return run.status === 'ok' || run.status === 'partly';
}

const askers: Record<string, string> = { request: 'a request', schedule: 'the schedule', upload: 'new files' };

export function askedBy(who: string[] | null | undefined): string {
  if (!who || who.length === 0) return 'by hand';
  return [...new Set(who)].map((one) => askers[one] ?? one).join(', ');
}

export function modeOf(mode: RunSummary['mode']): string {
  return mode === 'warm' ? 'went on' : mode === 'anew' ? 'all anew' : '–';
}

export const modeTitles = {
  warm: 'It went on from the run before: what need not be fitted again was not.',
  anew: 'All models were fitted and proven from the beginning.',
};

const stages: Record<string, string> = { clean: 'Cleaning orders', panels: 'Making panels', models: 'Models', write: 'Writing' };

export function stageName(stage: string): string {
  return stages[stage] ?? stage;
}

const platforms: Record<string, string> = {
  'lambda-x86': 'AWS Lambda, x86',
  'lambda-arm64': 'AWS Lambda, Arm',
  'sagemaker-processing': 'SageMaker Processing',
  'sagemaker-training': 'SageMaker Training',
};

export function platformName(platform: string): string {
  return platforms[platform] ?? platform;
}

/// What helps against a failure, where its code tells; its own words come first.
export function remedyOf(code: string): string {
  const remedies: Record<string, string> = {
    memory_limit: 'Give the server more memory (--memory-limit), or the panels fewer series.',
    time_limit: 'Give work more time (--time-limit), or a cheaper set of models.',
    crashed: 'The log of the server has its last words; asking again may do.',
    bad_data: 'Look at Data for what was refused, and at the mapping in the settings.',
    unavailable: 'The store did not answer: it is tried again by itself.',
    conflict: 'Another program worked on the same: ask again.',
  };
  return remedies[code] ?? 'The log of the server says more; ask again when the cause is gone.';
}

/// 'models ["A","B"]' without the marks of JSON: models A, B.
export function plainLists(text: string): string {
  return text.replace(/\[("[^\]]*")\]/g, (_, inner: string) => inner.slice(1, -1).replaceAll('","', ', '));
}

const lately = 5;

/// What the last runs that came to their end took, the middle one of them; null where there are none.
export function typicalSeconds(runs: Pick<RunSummary, 'status' | 'preliminary' | 'seconds'>[]): number | null {
  const done = runs.filter((run) => hasResults(run) && !run.preliminary).slice(-lately);
  const sorted = done.map((run) => run.seconds).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/// The summary that lists have of a run, from all that it keeps of itself.
export function summaryOf(manifest: Manifest, current: string | null): Ended & Pick<RunSummary, 'mode' | 'began'> {
  const status = manifest.status ?? 'failed';
  const done = hasResults({ status });
  return {
    status,
    current: manifest.run === current,
    preliminary: manifest.preliminary ?? false,
    mode: manifest.proven_by ? 'warm' : done ? 'anew' : null,
    began: runBegan(manifest.run),
  };
}
