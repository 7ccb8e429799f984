// What a forecast is made of, in words. Pure.
import type { Row } from '../../api/types.ts';
import { figure } from '../../format/numbers.ts';

export interface Part {
  name: string;
  label: string;
  value: number;
  from: number; ///< the sum of the parts before
}

const keys = new Set(['unique_id', 'ds', 'model', 'forecast']);
const negligible = 1e-6; // of the forecast

const labels: Record<string, string> = {
  level: 'level',
  trend: 'trend',
  remainder: 'recent values, not split further',
  bias: 'back from logarithms',
  reconciliation: 'so that parts and total add up',
};

const seasons: Record<string, Record<string, string>> = {
  h: { season_24: 'hour of the day', season_168: 'hour of the week' },
  D: { season_7: 'day of the week', season_365: 'time of the year' },
  W: { season_52: 'week of the year' },
  M: { season_12: 'month of the year' },
};

export function partLabel(name: string, frequency: string): string {
  if (labels[name]) return labels[name];
  const known = seasons[frequency.replace(/^([A-Z]).*/, '$1')]?.[name];
  if (known) return known;
  const season = /^season_(\d+)$/.exec(name);
  return season ? `season of ${season[1]} steps` : name.replaceAll('_', ' ');
}

/// The parts that matter, each standing on the sum of those before.
export function partsOf(row: Row, frequency: string): Part[] {
  const least = negligible * Math.abs(Number(row.forecast));
  const order = ['level', 'trend'];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : name.startsWith('season') ? 2 : name === 'remainder' ? 4 : name === 'bias' ? 5 : name === 'reconciliation' ? 6 : 3);
  const names = Object.keys(row).filter((name) => !keys.has(name) && typeof row[name] === 'number' && Math.abs(row[name]) > least);
  names.sort((a, b) => rank(a) - rank(b));
  let sum = 0;
  return names.map((name) => {
    const part = { name, label: partLabel(name, frequency), value: row[name] as number, from: sum };
    sum += part.value;
    return part;
  });
}

/// "15,883 = 16,529 level - 646 so that parts and total add up".
export function sentence(row: Row, parts: readonly Part[], show: (value: number) => string = figure): string {
  if (parts.length === 0) return 'Nothing is expected to sell.';
  const words = parts.map((part, at) => {
    const sign = part.value < 0 ? '− ' : at === 0 ? '' : '+ ';
    return `${sign}${show(Math.abs(part.value))} (${part.label})`;
  });
  return `${show(Number(row.forecast))} = ${words.join(' ')}`;
}
