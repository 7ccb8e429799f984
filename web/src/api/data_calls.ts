// What the page of data asks.
import { ask, path, type Result } from './client.ts';
import type { Row } from './types.ts';

export interface Problem {
  code: string;
  message: string;
}

export interface Column {
  name: string;
  type: 'time' | 'integer' | 'number' | 'text' | 'empty';
  examples: string[];
}

export interface Counts {
  rows_read: number;
  rows_accepted: number;
  rows_rejected: number;
  rejected_by_reason: Record<string, number>;
  returns: number;
  cancellations: number;
  revenue: number | null;
  first: string | null;
  last: string | null;
}

/// What taking in would make of the first rows of a file.
export interface Preview {
  settings: 'stored' | 'guessed';
  dialect: { format: 'csv' | 'parquet'; delimiter: string | null; quote: string | null; header: boolean | null };
  columns: Column[];
  head: string[][];
  mapping: { part: string; column: string | null; reason: 'name' | 'content' | 'settings' | null }[];
  toml: string | null;
  rows: Row[];
  rejects: { line: number; column: string; reason: string; text: string }[];
  counts: Counts | null;
  whole: boolean;
  problem: Problem | null;
}

export interface RejectedRow {
  file: string;
  line: number;
  column: string;
  reason: string;
  text: string;
}

export interface GapOfSeries {
  unique_id: string;
  buckets: number;
  from: string;
  to: string;
  count: number;
  empty_share: number;
}

export interface Disturbance {
  unique_id: string;
  ds: string;
  kind: 'outlier' | 'level_shift';
  value: number | null;
  expected: number | null;
  treatment: string;
}

export interface PanelQuality {
  panel: string;
  series: number;
  buckets: number;
  masked: number;
  empty: number | null;
  empty_share: number | null;
  gaps: GapOfSeries[] | null;
  outliers: number;
  level_shifts: number;
  latest: Disturbance[];
  notes: string[];
}

export type Source = { sample: Blob; name: string } | { of: string; name: string }; ///< rows of a file here, or a file of the server

/// How whole the data of a run are: of a panel, or undefined for all.
export const quality = (dataset: string, panel: string | undefined, signal?: AbortSignal) => get<{ run: string; panels: PanelQuality[] }>(dataset, ['quality'], { panel }, signal);
export const rejectedRows = (dataset: string, file: string, query: { reason?: string; limit: number; offset: number }, signal?: AbortSignal) =>
  get<{ rows: RejectedRow[]; total: number; more: boolean }>(dataset, ['rejects', file], { ...query, format: 'json' }, signal);

/// With settings that are tried, "" for no column.
const dimension = 'dimension:';

/// What is tried of a column to cut sales by; any value but "" does.
export const dimensionKey = (column: string) => dimension + column;

function queryOf(tried: Record<string, string>): URLSearchParams {
  const isDimension = ([name]: [string, string]) => name.startsWith(dimension);
  const all = Object.entries(tried);
  const query = new URLSearchParams(all.filter((one) => !isDimension(one)));
  const columns = all.filter((one) => isDimension(one) && one[1] !== '').map(([name]) => name.slice(dimension.length));
  if (columns.length > 0) query.append('dimensions', JSON.stringify(columns));
  return query;
}

export function preview(dataset: string, source: Source, tried: Record<string, string>, signal?: AbortSignal): Promise<Result<Preview>> {
  const query = queryOf(tried);
  query.append('name', source.name);
  if ('of' in source) query.append('of', source.of);
  const where = `${path('datasets', dataset, 'preview')}?${query}`;
  const raw = 'sample' in source ? { raw: { content: source.sample, type: 'application/octet-stream' } } : {};
  return ask<Preview>(where, { method: 'POST', ...raw, ...(signal ? { signal } : {}) });
}

function get<T>(dataset: string, parts: string[], query: Record<string, string | number | undefined>, signal?: AbortSignal): Promise<Result<T>> {
  return ask<T>(path('datasets', dataset, ...parts), signal ? { query, signal } : { query });
}
