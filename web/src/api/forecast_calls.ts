// What the pages of forecasts and of their accuracy ask.
import { ask, path, type Result } from './client.ts';
import type { PanelOfRun, Rows } from './types.ts';

export type Numbers = (number | null)[];

/// A panel of a run.
export type PanelFacts = PanelOfRun;

export interface Panels {
  run: string;
  time_zone: string;
  panels: PanelFacts[];
}

export interface History {
  panel: string;
  unique_id: string;
  ds: string[];
  y: Numbers;
}

export interface Override {
  id: string;
  panel: string;
  unique_id: string;
  from: string;
  to: string; ///< its last bucket
  kind: 'value' | 'factor';
  value: number;
  comment: string;
  author: string;
  at: string;
}

export type NewOverride = Omit<Override, 'id' | 'author' | 'at'>;
export type Intervals = Record<string, { lo: Numbers; hi: Numbers }>;

export interface Outlook {
  run: string;
  panel: string;
  unique_id: string;
  model: string;
  ds: string[];
  mean: Numbers;
  final: Numbers;
  intervals: Intervals;
  overrides: Override[];
}

export interface Past {
  panel: string;
  unique_id: string;
  model: string;
  runs: { run: string; ds: string[]; mean: Numbers; intervals: Intervals }[]; ///< the newest first
}

export interface Explanation extends Rows {
  run: string;
  moved_on: boolean;
  notes: string[];
}

export type AccuracyBy = 'step' | 'cutoff' | 'series';

export interface OfSeries {
  panel: string;
  unique_id: string;
  model?: string;
}

export const panels = (dataset: string, signal?: AbortSignal) => get<Panels>(dataset, ['panels'], {}, signal);
export const history = (dataset: string, of: OfSeries, signal?: AbortSignal) => get<History>(dataset, ['history'], { ...of }, signal);
export const outlook = (dataset: string, of: OfSeries, signal?: AbortSignal) => get<Outlook>(dataset, ['outlook'], { ...of }, signal);
export const past = (dataset: string, of: OfSeries, signal?: AbortSignal) => get<Past>(dataset, ['past'], { ...of, limit: 50 }, signal);
export const explanation = (dataset: string, of: OfSeries, signal?: AbortSignal) => get<Explanation>(dataset, ['explanation'], { ...of }, signal);
export const accuracy = (dataset: string, panel: string, by: AccuracyBy, signal?: AbortSignal) => get<Rows>(dataset, ['accuracy'], { panel, by, limit: 1000 }, signal);
export const run = (dataset: string, name: string, signal?: AbortSignal) => get<{ run: string; proven_by?: string | null }>(dataset, ['runs', name], {}, signal);

export const overrides = (dataset: string, signal?: AbortSignal) => get<{ overrides: Override[] }>(dataset, ['overrides'], {}, signal);
export const addOverride = (dataset: string, body: NewOverride) => ask<Override>(path('datasets', dataset, 'overrides'), { method: 'POST', body });
export const dropOverride = (dataset: string, id: string) => ask<void>(path('datasets', dataset, 'overrides', id), { method: 'DELETE' });

function get<T>(dataset: string, parts: string[], query: Record<string, string | number | undefined>, signal?: AbortSignal): Promise<Result<T>> {
  return ask<T>(path('datasets', dataset, ...parts), signal ? { query, signal } : { query });
}
