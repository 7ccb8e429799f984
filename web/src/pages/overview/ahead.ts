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
  const gap = past.values.map(() => null);
  const steps = forecast.ds.length;
  const of = (name: string) => forecast.values[name] ?? forecast.ds.map(() => null);
  // both bands begin at the last value, so that nothing is torn
  const from = (name: string) => [...gap.slice(1), past.values.at(-1) ?? null, ...of(name)].slice(-(gap.length + steps));
  const sum = (values: (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const times = [...past.times, ...forecast.ds.map(seconds)];
  const rows = times.map((_, at): Row => {
    const ahead = at - gap.length;
    return {
      ds: ahead < 0 ? new Date(times[at]! * 1000).toISOString().slice(0, 16) : forecast.ds[ahead]!,
      [panel.measure]: past.values[at] ?? null,
      forecast: of(model)[ahead] ?? null,
      'lo-80': of(`${model}-lo-80`)[ahead] ?? null,
      'hi-80': of(`${model}-hi-80`)[ahead] ?? null,
    };
  });
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
    sum: sum(of(model)),
    lastSum: past.values.length >= steps ? sum(past.values.slice(-steps)) : null,
    rows,
  };
}
