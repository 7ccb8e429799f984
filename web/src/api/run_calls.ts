// What the page of runs asks.
import { ask, path, type Result } from './client.ts';
import type { Rows, RunSummary } from './types.ts';

export interface Offer {
  platform: string;
  size: string;
  seconds: number;
  total: number;
  fits: boolean;
  obstacle: string;
}

export interface Bill {
  currency: string;
  region: string;
  date: string;
  platforms: Offer[];
}

export interface StageTime {
  stage: string;
  seconds: number;
  core_seconds: number;
}

export interface Usage {
  seconds: number;
  core_seconds: number;
  peak_memory_bytes: number;
  stages?: StageTime[];
}

export interface RanPanel {
  panel: string;
  frequency: string;
  horizon: number;
  series: number;
  values: number;
  fallbacks?: number;
  core_seconds?: number;
  notes?: string[];
}

/// All that a run keeps of itself; runs of before, and those that failed, have less.
export interface Manifest {
  run: string;
  status?: 'ok' | 'partly' | 'failed' | 'cancelled';
  version?: string;
  seed?: number;
  kernel?: string;
  threads?: number;
  seconds?: number;
  inputs?: string[];
  options?: { models: string | string[] };
  panels?: RanPanel[];
  models?: { panel: string; model: string }[];
  tables?: Record<string, Record<string, string>>;
  usage?: Usage;
  cost?: Bill | null;
  error?: { code: string; message?: string };
  asked_by?: string[];
  preliminary?: boolean;
  proven_by?: string | null;
  warm_start_from?: string | null;
}

export interface RequestState {
  request: string;
  state: 'waiting' | 'working' | 'done' | 'failed' | 'cancelled';
  asked: string;
  run: string | null;
  error: { code: string; message: string; attempts?: number; at?: string; next_try?: string } | null;
}

export interface ItemChange {
  panel: string;
  unique_id: string;
  model: string;
  before: number | null;
  after: number | null;
  change: number | null;
  share: number | null;
  causes: string[];
  detail: string;
}

export interface RunDiff {
  before: string;
  after: string;
  data: string[];
  parameters: string[];
  states: string[];
  items: ItemChange[];
  items_changed: number;
  items_unchanged: number;
  more: boolean;
}

/// Whether a run goes on from the current one where it can.
export type Mode = 'warm' | 'anew';

export interface PlannedPanel {
  panel: string;
  models: string[];
  series: number;
  refits: number;
  states: number;
  core_seconds: number;
  basis: 'run' | 'probe' | 'table';
  learnt_from: string;
}

export interface Plan {
  goes_on_from: string | null;
  panels: PlannedPanel[];
  known: string[];
  guesses: string[];
  basis: { core_seconds: 'run' | 'probe' | 'table' };
  usage: Usage;
  cost: Bill;
}

export interface Cancelled {
  withdrawn: number;
  working: boolean;
}

type Query = Record<string, string | number | undefined>;

export const manifest = (dataset: string, run: string, signal?: AbortSignal) => get<Manifest>(dataset, ['runs', run], {}, signal);
export const diff = (dataset: string, before: string, after: string, query: Query, signal?: AbortSignal) => get<RunDiff>(dataset, ['runs', before, 'diff', after], query, signal);
export const plan = (dataset: string, mode: Mode, signal?: AbortSignal) => get<Plan>(dataset, ['plan'], { mode }, signal);
export const request = (dataset: string, name: string, signal?: AbortSignal) => get<RequestState>(dataset, ['requests', name], {}, signal);
export const runsBefore = (dataset: string, before: string, limit: number, signal?: AbortSignal) =>
  get<{ runs: RunSummary[] }>(dataset, ['runs'], { before, limit }, signal);

export const askForRun = (dataset: string, mode: Mode) => ask<{ request: string }>(path('datasets', dataset, 'runs'), { method: 'POST', query: { mode } });
export const cancel = (dataset: string) => ask<Cancelled>(path('datasets', dataset, 'cancel'), { method: 'POST' });

export const ledger = (dataset: string, run: string, signal?: AbortSignal) => get<Rows>(dataset, ['runs', run, 'tables', 'ledger'], { limit: 10_000 }, signal);

function get<T>(dataset: string, parts: string[], query: Query, signal?: AbortSignal): Promise<Result<T>> {
  return ask<T>(path('datasets', dataset, ...parts), signal ? { query, signal } : { query });
}
