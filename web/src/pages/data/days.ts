// Days of a data set: which have sales, which have none though they should. Pure.
import type { Row } from '../../api/types.ts';
import { addDays, civil, daysBetween, isoDay } from '../../format/dates.ts';

export interface Day {
  day: string;
  lines: number;
}

export interface Gap {
  from: string;
  to: string; ///< its last day
  days: number;
}

const apart = 366; // days without sales, beyond which those of few days are far away
const few = 0.05; // of the days of the largest group
const always = 3; // so many days are few however young the data set is
const most = 14; // and more are no mistake
const rarely = 0.1; // of its days have sales: such a weekday is closed

/// Sales by day, and apart from them days so far from all others that their date is likely wrong. The
/// last days up to today are none: a shop may open again.
export function withoutStrays(rows: Row[], today = isoDay(new Date())): { rows: Row[]; strays: Day[] } {
  const days = rows.map(dayOf).sort((a, b) => a.day.localeCompare(b.day));
  const groups: Day[][] = [];
  for (const one of days) {
    const last = groups.at(-1)?.at(-1);
    if (last && daysBetween(last.day, one.day) <= apart) groups.at(-1)!.push(one);
    else groups.push([one]);
  }
  const largest = Math.max(0, ...groups.map((group) => group.length));
  const limit = Math.min(most, Math.max(always, few * largest));
  const isNewest = (group: Day[]) => group === groups.findLast((one) => one[0]!.day <= today);
  const strays = groups.filter((group) => group.length < largest && group.length <= limit && !isNewest(group)).flat();
  const far = new Set(strays.map((one) => one.day));
  return { rows: rows.filter((row) => !far.has(dayOf(row).day)), strays };
}

function dayOf(row: Row): Day {
  return { day: String(row.ds).slice(0, 10), lines: Number(row.lines ?? 0) };
}

/// Every day from the first to the last, with 0 where nothing was sold.
export function everyDay(rows: Row[]): Day[] {
  const sold = new Map(rows.map(dayOf).map(({ day, lines }) => [day, lines]));
  const labels = [...sold.keys()].sort();
  const [first, last] = [labels[0], labels.at(-1)];
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: daysBetween(first, last) + 1 }, (_, at) => {
    const day = addDays(first, at);
    return { day, lines: sold.get(day) ?? 0 };
  });
}

/// Weekdays, from Sunday as 0, on which the shop is closed.
export function closedWeekdays(days: Day[]): Set<number> {
  const all = new Array<number>(7).fill(0);
  const sold = new Array<number>(7).fill(0);
  for (const { day, lines } of days) {
    const weekday = civil(day).getUTCDay();
    all[weekday]!++;
    if (lines > 0) sold[weekday]!++;
  }
  return new Set([0, 1, 2, 3, 4, 5, 6].filter((weekday) => all[weekday]! >= 4 && sold[weekday]! < rarely * all[weekday]!));
}

/// Rows of days without sales on which the shop is open otherwise, the longest first.
export function gapsOf(days: Day[]): Gap[] {
  const closed = closedWeekdays(days);
  const gaps: Gap[] = [];
  let gap: Gap | null = null;
  for (const { day, lines } of days) {
    if (lines > 0) gap = null;
    else if (!closed.has(civil(day).getUTCDay())) {
      if (gap === null) gaps.push((gap = { from: day, to: day, days: 0 }));
      gap.to = day;
      gap.days++;
    }
  }
  return gaps.sort((a, b) => b.days - a.days || b.from.localeCompare(a.from));
}

/// Spans of at most so many weeks that hold all days, each from a Monday on, the first first; the last
/// one ends with the last day.
export function strips(days: Day[], weeks: number): [string, string][] {
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  if (first === undefined || last === undefined) return [];
  const monday = (day: string) => addDays(day, -((civil(day).getUTCDay() + 6) % 7));
  const spans: [string, string][] = [];
  for (let end = last; end >= first; ) {
    const from = addDays(monday(end), -7 * (weeks - 1));
    spans.unshift([from > first ? from : first, end]);
    end = addDays(from, -1);
  }
  return spans;
}

/// Strips that are drawn together.
export interface Sheet {
  spans: [string, string][];
  until: string; ///< its last day
}

const mostStrips = 4;

/// The last strips first, so many together; none of strips without sales.
export function sheetsOf(spans: [string, string][], days: Day[]): Sheet[] {
  const sheets: Sheet[] = [];
  for (let end = spans.length; end > 0; end -= mostStrips) {
    const together = spans.slice(Math.max(0, end - mostStrips), end);
    const [from, until] = [together[0]![0], together.at(-1)![1]];
    if (days.some((one) => one.lines > 0 && one.day >= from && one.day <= until)) sheets.push({ spans: together, until });
  }
  return sheets;
}

/// "2019", or "2019–20" of a span of two years.
export function yearsOf([from, to]: [string, string]): string {
  const [a, b] = [from.slice(0, 4), to.slice(0, 4)];
  return a === b ? a : `${a}–${b.slice(2)}`;
}
