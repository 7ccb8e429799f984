// What the API answers, as far as the pages read it; GET /api/v1/openapi.json tells all of it.

export type Role = 'viewer' | 'analyst' | 'admin';

export interface Session {
  user: string;
  role: Role;
  datasets: string[];
  how: 'session' | 'token';
  has_password: boolean;
  issuer: string | null; ///< of the provider by which one may sign in
  csrf_token?: string;
}

export interface DatasetName {
  dataset: string;
  current_run: string | null;
}

export interface Alert {
  key: string; ///< the same of a data set while it is active
  alert: string; ///< "no_data": the kind of the rule
  panel: string; ///< "": about none
  message: string;
  since: string;
}

export interface AllAlerts {
  alerts: (Alert & { dataset: string })[]; ///< active ones, the latest first
  ended: (Alert & { dataset: string; ended: string })[]; ///< the last that are over, the latest first
  errors: { dataset: string; message: string }[]; ///< what nobody could be told
}

/// A panel of a run.
export interface PanelOfRun {
  panel: string;
  by: string[] | null;
  levels: string[]; ///< of sums that forecasts add up to: "total", "city"
  measure: string | null;
  frequency: string;
  horizon: number;
  season_length: number | null;
  series: number;
  end: string | null;
  models: string[]; ///< the best first
  best_model: string | null;
  notes: string[];
  names_persons: boolean;
}

export interface Panels {
  run: string;
  time_zone: string;
  panels: PanelOfRun[];
}

export interface DatasetStatus {
  dataset: string;
  uploads: number;
  rows_accepted: number;
  first: string | null;
  last: string | null;
  current_run: string | null;
  waiting: number;
  asked: number;
  dead: number;
  currency: string | null; ///< of revenue, by ISO 4217
  settings_error: string | null;
  working: boolean;
  last_failure: { code?: string; message?: string; attempts?: number; due?: string; run?: string } | null;
  cancelled?: string | null; ///< when, unless a run was begun since
  alerts: Alert[];
  alert_error: string | null;
  report_error?: string | null; ///< of the report that the last run was to write
  tables_error?: string | null; ///< of its tables for QuickSight
  next: 'ingest' | 'nothing' | 'run';
}

export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

export interface Rows {
  rows: Row[];
  more: boolean;
}

export interface Dimensions {
  dimensions: { dimension: string; values: number }[];
  first: string | null;
  last: string | null;
}

export interface SalesQuestion {
  by?: string[];
  measure?: string[];
  grain?: string;
  from?: string;
  to?: string;
  order?: string;
  limit?: number;
  offset?: number;
  filters?: Record<string, string[]>;
}

export interface SeriesList {
  run: string;
  panel: string;
  panels: { panel: string; series: number }[];
  matching: number;
  series: string[];
  next: string | null;
}

export interface ForecastAnswer {
  run: string;
  panel: string;
  unique_id: string;
  ds: string[];
  values: Record<string, (number | null)[]>;
}

export interface RunSummary {
  run: string;
  status: 'ok' | 'partly' | 'failed' | 'cancelled';
  current: boolean;
  preliminary: boolean;
  began: string | null;
  ended: string | null;
  asked_by: string[] | null;
  mode: 'warm' | 'anew' | null;
  goes_on_from: string | null;
  cost: { currency: string; platform: string; total: number } | null; ///< where it would be cheapest
  seconds: number;
  core_seconds: number | null;
  error: string | null;
  stages: { stage: string; seconds: number; core_seconds: number }[];
}

export interface Upload {
  upload: string;
  files: { name: string; hash: string; counts: Record<string, unknown> }[];
  counts: Record<string, unknown>;
  [name: string]: unknown;
}

export interface RejectsOfFile {
  file: string;
  sha256: string;
  rows_rejected: number;
  rejected_by_reason: Record<string, number>;
}
