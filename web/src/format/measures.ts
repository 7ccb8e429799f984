import { number } from './numbers.ts';

export const measures = ['revenue', 'units', 'orders', 'lines'] as const;

const names: Record<string, string> = { revenue: 'Revenue', units: 'Units', orders: 'Orders', lines: 'Order lines' };

export function measureName(measure: string): string {
  return names[measure] ?? measure;
}

/// Sums of a measure; whole, as nobody reads cents of a month.
export function showMeasure(value: number | null): string {
  return number(value, value !== null && Math.abs(value) < 100 && !Number.isInteger(value) ? 2 : 0);
}
