// What came, what is expected and what was expected, on one axis of time. Pure.
import type { History, Numbers, Outlook, Past } from '../../api/forecast_calls.ts';
import type { ForecastAnswer, Row } from '../../api/types.ts';
import { civil } from '../../format/dates.ts';

export interface Expected {
  mean: Numbers;
  low: Record<80 | 95, Numbers>;
  high: Record<80 | 95, Numbers>;
}

export interface Woven {
  ds: string[];
  times: number[]; ///< seconds, rising
  came: Numbers; ///< what the run knew
  since: Numbers; ///< what has come since
  models: Record<string, Expected>;
  final: Numbers | null; ///< null where nobody put anything in its place
  first: number; ///< index of the first bucket that is forecast
}

const levels = [80, 95] as const;

/// Names of models that an answer has columns of, in its order: neither bounds nor the demand behind
/// sales that closed times limit ("-demand") is a model.
export function modelsOf(answer: ForecastAnswer): string[] {
  return Object.keys(answer.values).filter((name) => !/-(lo|hi)-[\d.]+$|-demand$/.test(name));
}

export function weave(history: History, answer: ForecastAnswer, outlook: Outlook): Woven {
  const begins = answer.ds[0] ?? '';
  const begin = civil(begins).getTime(); // NaN where there is no forecast: then nothing lies ahead
  const isAhead = (label: string) => civil(label).getTime() >= begin;
  const known = history.ds.findIndex(isAhead);
  const first = known < 0 ? history.ds.length : known;
  const ds = [...history.ds.slice(0, first), ...answer.ds];
  const last = answer.ds.at(-1) ?? '';
  for (const label of history.ds.slice(first)) if (civil(label) > civil(last)) ds.push(label);
  const place = placesOf(ds);
  const spread = (labels: readonly string[], values: Numbers) => spreadOut(place, ds.length, labels, values);
  const column = (name: string) => spread(answer.ds, answer.values[name] ?? []);
  const bounds = (model: string, side: 'lo' | 'hi') => Object.fromEntries(levels.map((level) => [level, column(`${model}-${side}-${level}`)])) as Record<80 | 95, Numbers>;
  const models = Object.fromEntries(modelsOf(answer).map((model) => [model, { mean: column(model), low: bounds(model, 'lo'), high: bounds(model, 'hi') }]));
  const changed = outlook.final.some((value, at) => value !== outlook.mean[at]);
  return {
    ds,
    times: timesOf(ds),
    came: spread(history.ds.slice(0, first), history.y.slice(0, first)),
    since: spread(history.ds.slice(first), history.y.slice(first)),
    models,
    final: changed ? spread(outlook.ds, outlook.final) : null,
    first,
  };
}

/// For each bucket what the last run before it expected; the current run says nothing here.
export function pastOf(woven: Woven, past: Past, current: string): Expected {
  const place = placesOf(woven.ds);
  const nothing = () => new Array<number | null>(woven.ds.length).fill(null);
  const told: Expected = { mean: nothing(), low: { 80: nothing(), 95: nothing() }, high: { 80: nothing(), 95: nothing() } };
  for (const run of [...past.runs].reverse()) {
    if (run.run === current) continue;
    run.ds.forEach((label, step) => {
      const at = place.get(label);
      if (at === undefined) return;
      told.mean[at] = run.mean[step] ?? null;
      for (const level of levels) {
        told.low[level][at] = run.intervals[level]?.lo[step] ?? null;
        told.high[level][at] = run.intervals[level]?.hi[step] ?? null;
      }
    });
  }
  return told;
}

export interface Score {
  n: number;
  within: number; ///< share inside the interval of 80 %
  wape: number | null;
}

/// How what was expected did against what came; null where nothing can be compared.
export function scoreOf(past: Expected, came: Numbers): Score | null {
  let [n, within, off, sum] = [0, 0, 0, 0];
  came.forEach((y, at) => {
    const mean = past.mean[at] ?? null;
    if (y === null || mean === null) return;
    ++n;
    off += Math.abs(y - mean);
    sum += Math.abs(y);
    if (y >= (past.low[80][at] ?? Infinity) && y <= (past.high[80][at] ?? -Infinity)) ++within;
  });
  return n === 0 ? null : { n, within: within / n, wape: sum > 0 ? off / sum : null };
}

/// What it shows from `from` to `to` (indices), as rows.
export function rowsOf(woven: Woven, chosen: readonly string[], past: Expected | null, from: number, to: number): Row[] {
  const rows: Row[] = [];
  for (let at = from; at <= to; ++at) {
    const row: Row = { ds: woven.ds[at]!, came: woven.came[at] ?? woven.since[at] ?? null };
    if (past) Object.assign(row, { past: past.mean[at] ?? null, 'past-lo-80': past.low[80][at] ?? null, 'past-hi-80': past.high[80][at] ?? null });
    for (const model of chosen) {
      const of = woven.models[model]!;
      row[model] = of.mean[at] ?? null;
      for (const level of levels) Object.assign(row, { [`${model}-lo-${level}`]: of.low[level][at] ?? null, [`${model}-hi-${level}`]: of.high[level][at] ?? null });
    }
    if (woven.final) row.final = woven.final[at] ?? null;
    rows.push(row);
  }
  return rows;
}

/// The next buckets together, beside as many that came last; null where they are not all there.
export function together(woven: Woven, mean: Numbers): { ahead: number; before: number; steps: number } | null {
  const ahead = mean.slice(woven.first).filter((value): value is number => value !== null);
  const before = woven.came.slice(Math.max(0, woven.first - ahead.length), woven.first).filter((value): value is number => value !== null);
  if (ahead.length === 0 || before.length < ahead.length) return null;
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return { ahead: sum(ahead), before: sum(before), steps: ahead.length };
}

function placesOf(ds: readonly string[]): Map<string, number> {
  return new Map(ds.map((label, at) => [label, at]));
}

function spreadOut(place: Map<string, number>, length: number, labels: readonly string[], values: Numbers): Numbers {
  const spread = new Array<number | null>(length).fill(null);
  labels.forEach((label, step) => {
    const at = place.get(label);
    if (at !== undefined) spread[at] = values[step] ?? null;
  });
  return spread;
}

/// Where clocks are set back an hour stands twice; time does not go back on the axis.
function timesOf(ds: readonly string[]): number[] {
  let last = -Infinity;
  return ds.map((label) => (last = Math.max(last, civil(label).getTime() / 1000)));
}
