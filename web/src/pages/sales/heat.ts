// Sums by weekday and hour.
import type { Row } from '../../api/types.ts';
import { civil } from '../../format/dates.ts';

const week = 7;
const day = 24;

/// Means of a week by hour: [hour, weekday from Monday, value]; every cell is there.
export function weekOf(rows: Row[], measure: string): [number, number, number][] {
  const sums = new Float64Array(week * day);
  let first = Infinity;
  let last = -Infinity;
  for (const row of rows) {
    const time = civil(String(row.ds));
    const at = ((time.getUTCDay() + 6) % week) * day + time.getUTCHours();
    sums[at]! += Number(row[measure] ?? 0);
    first = Math.min(first, time.getTime());
    last = Math.max(last, time.getTime());
  }
  const weeks = Math.max(1, (last - first) / (week * day * 3_600_000));
  return [...sums].map((sum, at) => [at % day, Math.floor(at / day), rows.length === 0 ? 0 : sum / weeks]);
}
