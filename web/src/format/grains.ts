// Grains of questions about sales, and the frequencies of panels that are the same.
import { addDays, civil, isoDay } from './dates.ts';

export const grains = ['day', 'week', 'month', 'quarter', 'year'] as const;

const hour = 3600;

/// The grain whose buckets are those of a frequency; null where there is none.
export function grainOf(frequency: string): string | null {
  const grains: Record<string, string> = { h: 'hour', H: 'hour', D: 'day', 'W-MON': 'week', MS: 'month', QS: 'quarter', YS: 'year' };
  return grains[frequency] ?? null;
}

/// Seconds of a civil time as if it were UTC.
export function seconds(label: string): number {
  return civil(label).getTime() / 1000;
}

/// Values by bucket, with 0 where nothing was sold in between.
export function filled(labels: string[], values: number[], grain: string): { times: number[]; values: number[] } {
  const step = grain === 'hour' ? hour : grain === 'day' ? 24 * hour : 0;
  const out = { times: [] as number[], values: [] as number[] };
  labels.forEach((label, at) => {
    const time = seconds(label);
    const last = out.times.at(-1);
    if (step > 0 && last !== undefined) {
      for (let gap = last + step; gap < time; gap += step) {
        out.times.push(gap);
        out.values.push(0);
      }
    }
    out.times.push(time);
    out.values.push(values[at]!);
  });
  return out;
}

/// First day of a bucket and the first one after.
export function daysOf(label: string, grain: string): { from: string; to: string } {
  const from = label.slice(0, 10);
  if (grain === 'hour' || grain === 'day') return { from, to: addDays(from, 1) };
  if (grain === 'week') return { from, to: addDays(from, 7) };
  const date = civil(from);
  const months = grain === 'month' ? 1 : grain === 'quarter' ? 3 : 12;
  return { from, to: isoDay(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1))) };
}

/// The next finer grain, for who looks into a bucket.
export function finer(grain: string): string {
  const order = ['year', 'quarter', 'month', 'week', 'day'];
  return order[Math.min(order.indexOf(grain) + (grain === 'month' ? 2 : 1), order.length - 1)] ?? 'day';
}

/// The first day that is not whole: sales end on it. A day with sales in its last hours counts as whole.
export function endOfDays(last: string): string {
  const lateHour = 20;
  const late = Number(last.slice(11, 13)) >= lateHour;
  return late ? addDays(last.slice(0, 10), 1) : last.slice(0, 10);
}
