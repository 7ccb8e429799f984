// The forecast that the overview shows: of the total, by the model that did best where one was proven.
import * as calls from '../../api/calls.ts';
import type { Result } from '../../api/client.ts';
import type { DatasetStatus, ForecastAnswer, PanelOfRun, Row, Rows } from '../../api/types.ts';
import { filled, grainOf, seconds } from '../../format/grains.ts';
import { addDays } from '../../format/dates.ts';

export interface Ahead {
  panel: string;
  measure: string;
  grain: string;
  model: string;
  isBest: boolean; ///< of those that were proven; where none was, it is the first
  times: number[]; ///< of history, then of the forecast
  past: (number | null)[];
  mean: (number | null)[];
  low80: (number | null)[];
  high80: (number | null)[];
  low95: (number | null)[];
  high95: (number | null)[];
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
    calls.forecast(status.dataset, { panel: panel.panel, unique_id: 'total' }, signal),
    historyOf(status, panel, grain, signal),
  ]);
  if (!forecast.ok) return forecast;
  if (!history.ok) return history;
  const model = bestOf(forecast.value, panel);
  return { ok: true, headers: forecast.headers, value: joined({ ...panel, measure: panel.measure! }, grain, model, history.value.rows, forecast.value) };
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

function bestOf(forecast: ForecastAnswer, panel: PanelOfRun): string {
  const models = Object.keys(forecast.values).filter((name) => !/-(lo|hi)-\d+$/.test(name));
  return [panel.best_model, ...panel.models].find((model) => model !== null && models.includes(model)) ?? models[0] ?? '';
}

export function joined(panel: { panel: string; measure: string; best_model: string | null }, grain: string, model: string, history: Row[], forecast: ForecastAnswer): Ahead {
  const begins = seconds(forecast.ds[0]!);
  const known = history.filter((row) => seconds(String(row.ds)) < begins);
  const past = filled(known.map((row) => String(row.ds)), known.map((row) => Number(row[panel.measure])), grain);
  const steps = forecast.ds.length;
  const of = (name: string) => forecast.values[name] ?? forecast.ds.map(() => null);
  // both bands begin at the last value, so that nothing is torn
  const from = (name: string) => [...past.values.slice(1).map(() => null), past.values.at(-1) ?? null, ...of(name)].slice(-(past.values.length + steps));
  const times = [...past.times, ...forecast.ds.map(seconds)];
  return {
    panel: panel.panel,
    measure: panel.measure,
    grain,
    model,
    isBest: model === panel.best_model,
    times,
    past: [...past.values, ...forecast.ds.map(() => null)],
    mean: from(model),
    low80: from(`${model}-lo-80`),
    high80: from(`${model}-hi-80`),
    low95: from(`${model}-lo-95`),
    high95: from(`${model}-hi-95`),
    steps,
    sum: sumOf(of(model)),
    lastSum: past.values.length >= steps ? sumOf(past.values.slice(-steps)) : null,
    rows: [...pastRows(past, panel.measure), ...aheadRows(forecast.ds, panel.measure, model, of)],
  };
}

function sumOf(values: (number | null)[]): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

function pastRows(past: { times: number[]; values: number[] }, measure: string): Row[] {
  return past.times.map((time, at) => ({ ds: new Date(time * 1000).toISOString().slice(0, 16), [measure]: past.values[at] ?? null, forecast: null, 'lo-80': null, 'hi-80': null }));
}

function aheadRows(ds: string[], measure: string, model: string, of: (name: string) => (number | null)[]): Row[] {
  const [mean, low, high] = ['', '-lo-80', '-hi-80'].map((end) => of(model + end)) as [(number | null)[], (number | null)[], (number | null)[]];
  return ds.map((label, at) => ({ ds: label, [measure]: null, forecast: mean[at] ?? null, 'lo-80': low[at] ?? null, 'hi-80': high[at] ?? null }));
}
