// The forecast that the overview shows: that of the total to act on, as the page of forecasts has it.
import * as calls from '../../api/calls.ts';
import type { Result } from '../../api/client.ts';
import { outlook, type Numbers, type Outlook } from '../../api/forecast_calls.ts';
import type { DatasetStatus, PanelOfRun, Row, Rows } from '../../api/types.ts';
import { filled, grainOf, seconds } from '../../format/grains.ts';
import { addDays } from '../../format/dates.ts';

export interface Ahead {
  panel: string;
  measure: string;
  grain: string;
  model: string;
  isBest: boolean; ///< of those that were proven; where none was, it is the first
  isOverridden: boolean; ///< by people, in a bucket or more
  times: number[]; ///< of history, then of the forecast
  past: Numbers;
  mean: Numbers; ///< or what people put in its place
  low80: Numbers; ///< of the model
  high80: Numbers;
  low95: Numbers;
  high95: Numbers;
  steps: number;
  sum: number; ///< of the means
  lastSum: number | null; ///< of as many buckets before
  rows: Row[];
}

const shownSteps = 5; // history, in horizons
const leastHistory: Record<string, number> = { hour: 7, day: 84, week: 364, month: 730, quarter: 1500, year: 4000 };

/// The first panel by day or longer that has a total, else the first that has one.
async function panelWithTotal(dataset: string, panels: PanelOfRun[], signal: AbortSignal): Promise<PanelOfRun | null> {
  const order = [...panels].sort((a, b) => Number(grainOf(a.frequency) === 'hour') - Number(grainOf(b.frequency) === 'hour'));
  for (const panel of order) {
    if (grainOf(panel.frequency) === null || panel.measure === null) continue;
    if (panel.by?.length === 0 || panel.levels.includes('total')) return panel;
    const list = await calls.series(dataset, { panel: panel.panel, search: 'total', limit: 10 }, signal);
    if (list.ok && list.value.series.includes('total')) return panel;
  }
  return null;
}

/// null where no run has forecast a total.
export async function ahead(status: DatasetStatus, signal: AbortSignal): Promise<Result<Ahead | null>> {
  const none = { ok: true as const, value: null, headers: new Headers() };
  if (!status.current_run) return none;
  const known = await calls.panels(status.dataset, signal);
  if (!known.ok) return known;
  const panel = await panelWithTotal(status.dataset, known.value.panels, signal);
  if (!panel) return none;
  const grain = grainOf(panel.frequency)!;
  const [forecast, history] = await Promise.all([
    toActOn(status.dataset, panel.panel, signal),
    historyOf(status, panel, grain, signal),
  ]);
  if (!forecast.ok) return forecast;
  if (!history.ok) return history;
  return { ok: true, headers: forecast.headers, value: joined(panel.measure!, grain, history.value.rows, forecast.value) };
}

export interface ToActOn extends Outlook {
  isBest: boolean;
}

/// By the best model of the total; by the first where none was proven.
async function toActOn(dataset: string, panel: string, signal: AbortSignal): Promise<Result<ToActOn>> {
  const total = { panel, unique_id: 'total' };
  const best = await outlook(dataset, total, signal);
  if (best.ok || best.error.status !== 404) return best.ok ? { ...best, value: { ...best.value, isBest: true } } : best;
  const all = await calls.forecast(dataset, total, signal);
  if (!all.ok) return all;
  const first = await outlook(dataset, { ...total, model: Object.keys(all.value.values)[0] ?? '' }, signal);
  return first.ok ? { ...first, value: { ...first.value, isBest: false } } : first;
}

/// What was sold before the forecast begins, and perhaps since.
function historyOf(status: DatasetStatus, panel: PanelOfRun, grain: string, signal: AbortSignal): Promise<Result<Rows>> {
  const end = (panel.end ?? status.last!).slice(0, 10);
  const days = Math.max(leastHistory[grain]!, shownSteps * panel.horizon * (grain === 'hour' ? 1 / 24 : 1));
  return calls.sales(status.dataset, { grain, measure: [panel.measure!], from: addDays(end, -Math.ceil(days)), limit: 20_000 }, signal);
}

/// The label of a bucket, as the page of forecasts knows it; '' where only the server does: hours of the
/// past have an offset.
export function labelOf(ahead: Ahead, at: number): string {
  const known = ahead.times.length - ahead.steps;
  if (at >= known) return String(ahead.rows[at]!.ds);
  return ahead.grain === 'hour' ? '' : new Date(ahead.times[at]! * 1000).toISOString().slice(0, 10);
}

export function joined(measure: string, grain: string, history: Row[], forecast: ToActOn): Ahead {
  const begins = seconds(forecast.ds[0]!);
  const known = history.filter((row) => seconds(String(row.ds)) < begins);
  const past = filled(known.map((row) => String(row.ds)), known.map((row) => Number(row[measure])), grain);
  const steps = forecast.ds.length;
  const none = forecast.ds.map(() => null);
  // both bands begin at the last value, so that nothing is torn
  const from = (values: Numbers) => [...past.values.slice(1).map(() => null), past.values.at(-1) ?? null, ...values].slice(-(past.values.length + steps));
  const [inner, outer] = [forecast.intervals['80'], forecast.intervals['95']];
  return {
    panel: forecast.panel,
    measure,
    grain,
    model: forecast.model,
    isBest: forecast.isBest,
    isOverridden: forecast.overrides.length > 0,
    times: [...past.times, ...forecast.ds.map(seconds)],
    past: [...past.values, ...none],
    mean: from(forecast.final),
    low80: from(inner?.lo ?? none),
    high80: from(inner?.hi ?? none),
    low95: from(outer?.lo ?? none),
    high95: from(outer?.hi ?? none),
    steps,
    sum: sumOf(forecast.final),
    lastSum: past.values.length >= steps ? sumOf(past.values.slice(-steps)) : null,
    rows: [...pastRows(past, measure), ...aheadRows(forecast, measure)],
  };
}

function sumOf(values: Numbers): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

function pastRows(past: { times: number[]; values: number[] }, measure: string): Row[] {
  return past.times.map((time, at) => ({ ds: new Date(time * 1000).toISOString().slice(0, 16), [measure]: past.values[at] ?? null, forecast: null, 'lo-80': null, 'hi-80': null }));
}

function aheadRows({ ds, final, intervals }: ToActOn, measure: string): Row[] {
  const { lo, hi } = intervals['80'] ?? { lo: [], hi: [] };
  return ds.map((label, at) => ({ ds: label, [measure]: null, forecast: final[at] ?? null, 'lo-80': lo[at] ?? null, 'hi-80': hi[at] ?? null }));
}
