// The last days of sales, and as many before them.
import { addDays, daysBetween } from '../../format/dates.ts';
import { endOfDays } from '../../format/grains.ts';

export interface Span {
  from: string;
  to: string; ///< first day after
}

export const lengths = [7, 28, 91] as const;

export function lastDays(last: string, days: number): { now: Span; before: Span } {
  const to = endOfDays(last);
  const from = addDays(to, -days);
  return { now: { from, to }, before: { from: addDays(from, -days), to: from } };
}

/// How much more, as a share; null where there is nothing to compare with.
export function growth(now: number | null | undefined, before: number | null | undefined): number | null {
  if (now == null || before == null || before === 0) return null;
  return now / before - 1;
}

/// Whether a span reaches back behind the first sale, so that comparing with it says little.
export function isWhole(span: Span, first: string): boolean {
  return daysBetween(first, span.from) >= 0;
}
