// What is counted, and how its values are written: revenue in the shop's currency where that is known.
import { compact, compactMoney, figure, money, number, readerLocale } from './numbers.ts';

export const measures = ['revenue', 'units', 'orders', 'lines'] as const;

const names: Record<string, string> = { revenue: 'Revenue', units: 'Units', orders: 'Orders', lines: 'Order lines' };

export function measureName(measure: string): string {
  return names[measure] ?? measure;
}

type Value = number | null | undefined;

/// How values of a measure are written.
export interface Writing {
  whole: (value: Value) => string; ///< sums, as nobody reads cents of a month
  brief: (value: Value) => string; ///< for axes and narrow places
  exact: (value: Value) => string; ///< of one bucket or forecast, three digits at least
}

const hasFew = (value: Value) => value != null && Math.abs(value) < 100 && !Number.isInteger(value);
const isLarge = (value: Value) => value == null || Math.abs(value) >= 1000 || Number.isInteger(value);

/// `currency` "": not known.
export function writingOf(measure: string | null, currency: string, locale = readerLocale): Writing {
  if (measure !== 'revenue' || currency === '') {
    return {
      whole: (value) => number(value, hasFew(value) ? 2 : 0, locale),
      brief: (value) => compact(value, locale),
      exact: (value) => figure(value, locale),
    };
  }
  return {
    whole: (value) => money(value, currency, hasFew(value) ? undefined : 0, locale),
    brief: (value) => compactMoney(value, currency, locale),
    exact: (value) => money(value, currency, isLarge(value) ? 0 : undefined, locale),
  };
}
