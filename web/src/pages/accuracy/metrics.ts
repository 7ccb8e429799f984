// Measures of error, in words. Pure.
import type { Cell, Row } from '../../api/types.ts';

export type Metric = 'mase' | 'wape' | 'rmse' | 'crps';

export type Along = 'mae' | 'wape' | 'rmse' | 'quantile_loss';

export interface MetricFacts {
  name: Metric;
  label: string;
  says: string; ///< one plain sentence
  along: Along; ///< what is known of it by step and origin
  series: Along; ///< and by series, where those that sell much are not the worst for that
  share: boolean;
}

export const metrics: readonly MetricFacts[] = [
  { name: 'mase', label: 'MASE', says: 'How far off a forecast is, as a multiple of what repeating the last season would have been off: below 1 is better than that.', along: 'mae', series: 'wape', share: false },
  { name: 'wape', label: 'WAPE', says: 'All misses added up, as a share of all sales: at 20 %, one in five units was forecast in the wrong place.', along: 'wape', series: 'wape', share: true },
  { name: 'rmse', label: 'RMSE', says: 'The typical miss in the units of the panel, where one large miss weighs more than several small ones.', along: 'rmse', series: 'rmse', share: false },
  { name: 'crps', label: 'CRPS', says: 'How good the whole forecast with its intervals is, not only the mean: wide intervals and misses outside them both cost.', along: 'quantile_loss', series: 'quantile_loss', share: false },
];

export const alongLabels: Record<Along, string> = { mae: 'mean absolute error', wape: 'WAPE', rmse: 'RMSE', quantile_loss: 'quantile loss' };

export function metricOf(name: string | undefined): MetricFacts {
  return metrics.find((one) => one.name === name) ?? metrics[0]!;
}

/// The rows of a panel, the best by a metric first; those without it last.
export function ranked(rows: readonly Row[], panel: string, metric: Metric): Row[] {
  const value = (row: Row): number => (typeof row[metric] === 'number' ? row[metric] : Infinity);
  return rows.filter((row) => row.panel === panel).sort((a, b) => value(a) - value(b));
}

/// Whether a model is behind the best, in words; the test behind it is of the mean absolute error.
export function verdict(row: Row): { text: string; kind: 'good' | 'warning' | 'bad' | '' } {
  const behind: Cell = row.behind ?? null;
  if (behind === null) return { text: 'the best', kind: 'good' };
  const [low, high] = [row['behind-lo-95'], row['behind-hi-95']];
  if (typeof low !== 'number' || typeof high !== 'number') return { text: 'too few origins to tell', kind: '' };
  const p = row.p_value;
  const [apart, unlikely] = [low > 0, typeof p !== 'number' || p < 0.05];
  if (apart && unlikely) return { text: 'behind, hardly by chance', kind: 'warning' };
  // interval and test answer by different means; where they differ neither is sure
  return apart || (typeof p === 'number' && unlikely) ? { text: 'perhaps behind', kind: '' } : { text: 'may be chance', kind: '' };
}

/// Whether intervals hold what they promise: a share within 5 points of what was meant does.
export function coverageVerdict(share: number, nominal: number): string {
  if (share < nominal - 0.05) return 'too narrow';
  return share > nominal + 0.05 ? 'too wide' : 'as meant';
}

export interface Bin {
  from: number;
  to: number;
  count: number;
}

/// Bins of equal and round width, with 0 at an edge.
export function histogram(values: readonly number[], about = 20): Bin[] {
  if (values.length === 0) return [];
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const width = roundWidth((high - low) / about);
  const first = Math.floor(low / width);
  const bins = Array.from({ length: Math.floor(high / width) - first + 1 }, (_, at) => ({ from: (first + at) * width, to: (first + at + 1) * width, count: 0 }));
  for (const value of values) ++bins[Math.floor(value / width) - first]!.count;
  return bins;
}

function roundWidth(width: number): number {
  if (!(width > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= width * 0.999)!;
}

export interface Residual {
  ds: string;
  cutoff: string;
  y: number;
  forecast: number;
  off: number; ///< forecast less what came
}

export function residualsOf(rows: readonly Row[], model: string): Residual[] {
  return rows.flatMap((row): Residual[] => {
    const [y, forecast] = [row.y, row[model]];
    if (typeof y !== 'number' || typeof forecast !== 'number') return [];
    return [{ ds: String(row.ds), cutoff: String(row.cutoff), y, forecast, off: forecast - y }];
  });
}

/// How often each decision was taken, the most frequent first.
export function decisionsOf(rows: readonly Row[]): Row[] {
  const counts = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.decision}\n${row.reason}`;
    const had = counts.get(key) ?? { decision: row.decision ?? '', reason: row.reason ?? '', count: 0, seconds: 0 };
    counts.set(key, { ...had, count: Number(had.count) + 1, seconds: Number(had.seconds) + Number(row.estimate_seconds ?? 0) + Number(row.search_seconds ?? 0) });
  }
  return [...counts.values()].sort((a, b) => Number(b.count) - Number(a.count));
}
