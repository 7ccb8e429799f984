// One function a question that pages ask.
import { ask, path, type Result } from './client.ts';
import type * as api from './types.ts';

export const session = (signal?: AbortSignal) => get<api.Session>('session', {}, signal);
export const ways = () => get<{ password: boolean; oidc: boolean }>('session/ways');
export const signIn = (name: string, password: string) => post<api.Session>('session', { name, password });
export const becomeAdmin = (secret: string, name: string, password: string) => post<api.Session>('first-admin', { secret, name, password });
export const signOut = () => ask<void>('session', { method: 'DELETE' });
export const changePassword = (old_password: string, new_password: string) => post<api.Session>('session/password', { old_password, new_password });

export const datasets = (signal?: AbortSignal) => get<{ datasets: api.DatasetName[] }>('datasets', {}, signal);
export const status = (dataset: string, signal?: AbortSignal) => get<api.DatasetStatus>(path('datasets', dataset), {}, signal);
export const panels = (dataset: string, signal?: AbortSignal) => get<api.Panels>(path('datasets', dataset, 'panels'), {}, signal);
export const dimensions = (dataset: string, signal?: AbortSignal) => get<api.Dimensions>(path('datasets', dataset, 'dimensions'), {}, signal);
export const sales = (dataset: string, question: api.SalesQuestion, signal?: AbortSignal) =>
  post<api.Rows>(path('datasets', dataset, 'sales', 'query'), question, signal);
export const values = (dataset: string, dimension: string, search: string, signal?: AbortSignal) =>
  get<{ values: string[]; total: number }>(path('datasets', dataset, 'dimensions', dimension, 'values'), { search, limit: 50 }, signal);

export const series = (dataset: string, query: { panel?: string; search?: string; after?: string; limit?: number; run?: string }, signal?: AbortSignal) =>
  get<api.SeriesList>(path('datasets', dataset, 'series'), query, signal);
export const forecast = (dataset: string, query: { panel?: string; unique_id: string; run?: string }, signal?: AbortSignal) =>
  get<api.ForecastAnswer>(path('datasets', dataset, 'forecast'), query, signal);

export const runs = (dataset: string, limit: number, signal?: AbortSignal) =>
  get<{ runs: api.RunSummary[]; next: string | null }>(path('datasets', dataset, 'runs'), { limit }, signal);
export const runTable = (dataset: string, run: string, table: string, query: { panel?: string; unique_id?: string; model?: string; limit?: number; offset?: number }, signal?: AbortSignal) =>
  get<api.Rows>(path('datasets', dataset, 'runs', run, 'tables', table), query, signal);

export type Uploads = { uploads: api.Upload[]; next: string | null }; ///< the newest first; `next`: before what older ones are

export const uploads = (dataset: string, query: { limit: number; before?: string }, signal?: AbortSignal) =>
  get<Uploads>(path('datasets', dataset, 'uploads'), query, signal);
export const rejects = (dataset: string, signal?: AbortSignal) =>
  get<{ files: api.RejectsOfFile[] }>(path('datasets', dataset, 'rejects'), {}, signal);
export const allAlerts = (signal?: AbortSignal) => get<api.AllAlerts>('alerts', {}, signal);

function get<T>(where: string, query: Record<string, string | number | undefined> = {}, signal?: AbortSignal): Promise<Result<T>> {
  return ask<T>(where, signal ? { query, signal } : { query });
}

function post<T>(where: string, body: unknown, signal?: AbortSignal): Promise<Result<T>> {
  return ask<T>(where, signal ? { method: 'POST', body, signal } : { method: 'POST', body });
}
