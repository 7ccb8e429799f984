// The days on show, and those that they can be compared with. Pure.
import type { Dimensions } from '../../api/types.ts';
import { addDays, daysBetween } from '../../format/dates.ts';
import { daysOf, endOfDays } from '../../format/grains.ts';
import type { Choice } from './question.ts';

export interface Span {
  from: string;
  to: string; ///< first day after
}

export interface Past {
  words: string;
  span: Span;
}

const year = 364; // as many weeks, so that weekdays lie side by side

/// Those that are chosen, of whole days that there are sales of.
export function spanOf({ from, to }: Choice, { first, last }: Dimensions): Span {
  const [begin, end] = [first!.slice(0, 10), endOfDays(last!)];
  return { from: from > begin ? from : begin, to: to !== '' && to < end ? to : end };
}

/// As many days before, and the same weekdays a year before; only where sales reach back so far.
export function pasts(span: Span, first: string): Past[] {
  const days = daysBetween(span.from, span.to);
  const shifted = (by: number): Span => ({ from: addDays(span.from, -by), to: addDays(span.to, -by) });
  const before: Past = { words: days === 1 ? 'the day before' : `the ${days} days before`, span: shifted(days) };
  const all = days > 0 && days < year ? [before, { words: '52 weeks before', span: shifted(year) }] : [before];
  return days <= 0 ? [] : all.filter((past) => past.span.from >= first.slice(0, 10));
}

/// Whether the span holds all of a bucket; one that has just begun is no collapse.
export function isWhole(bucket: string, grain: string, span: Span): boolean {
  const { from, to } = daysOf(bucket, grain);
  return from >= span.from && to <= span.to;
}
