// Times. The API gives civil times of the shop ("2019-04-19", "2019-04-19T08:00:00-04:00"): what they
// read is what is shown, whatever zone the reader is in. Only instants of the server ("...Z") are
// moved to a zone.
import { readerLocale, wordsLocale } from './numbers.ts';

const day = 86_400_000;
const made = new Map<string, Intl.DateTimeFormat>(); // making one takes longer than writing a column

function written(date: Date, options: Intl.DateTimeFormatOptions, locale: string | undefined): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = made.get(key);
  if (!format) made.set(key, (format = new Intl.DateTimeFormat(locale, options)));
  return format.format(date);
}

/// A civil time as if it were UTC; NaN for what is none.
export function civil(label: string): Date {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?/.exec(label);
  if (!match) return new Date(NaN);
  const [, y, m, d, h = '0', min = '0', s = '0'] = match;
  return new Date(Date.UTC(+y!, +m! - 1, +d!, +h, +min, +s));
}

function hasTime(label: string): boolean {
  return label.length > 10;
}

/// "2019-04-19" of a date that `civil` gave.
export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function addDays(label: string, days: number): string {
  return isoDay(new Date(civil(label).getTime() + days * day));
}

/// Whole days from a to b.
export function daysBetween(a: string, b: string): number {
  return Math.round((civil(b.slice(0, 10)).getTime() - civil(a.slice(0, 10)).getTime()) / day);
}

/// The label of a bucket, at the length that its grain needs.
export function bucketLabel(label: string, grain: string, locale = readerLocale): string {
  const date = civil(label);
  if (Number.isNaN(date.getTime())) return label;
  const text = (options: Intl.DateTimeFormatOptions) => written(date, { ...options, timeZone: 'UTC' }, locale);
  switch (grain) {
    case 'year':
      return text({ year: 'numeric' });
    case 'quarter':
      return `Q${Math.floor(date.getUTCMonth() / 3) + 1} ${date.getUTCFullYear()}`;
    case 'month':
      return text({ year: 'numeric', month: 'short' });
    case 'hour':
      return text({ year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
    default:
      return text({ year: 'numeric', month: 'short', day: 'numeric' });
  }
}

/// "19 Apr".
export function shortDay(label: string, locale = readerLocale): string {
  return written(civil(label), { month: 'short', day: 'numeric', timeZone: 'UTC' }, locale);
}

/// "08:00".
export function clockTime(label: string, locale = readerLocale): string {
  return written(civil(label), { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }, locale);
}

/// A civil day or time: "19 Apr 2019", "19 Apr 2019, 08:00".
export function moment(label: string | null | undefined, locale = readerLocale): string {
  if (!label) return '–';
  return bucketLabel(label, hasTime(label) ? 'hour' : 'day', locale);
}

/// An instant of the server in a zone: that of the shop where it is known, else the reader's.
export function instant(text: string | null | undefined, zone = '', locale = readerLocale): string {
  if (!text) return '–';
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };
  if (zone !== '' && zone !== 'none') options.timeZone = zone;
  return written(date, options, locale);
}

/// When a run began, by its name "20261127T164249.153Z-a99bad"; null for a name of another kind.
export function runBegan(run: string): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(run);
  if (!match) return null;
  const [, y, m, d, h, min, s] = match;
  return `${y}-${m}-${d}T${h}:${min}:${s}Z`;
}

/// "3 days ago", "in 2 hours".
export function ago(text: string | null | undefined, now = new Date(), locale = wordsLocale): string {
  if (!text) return '–';
  const seconds = (new Date(text).getTime() - now.getTime()) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3600], ['minute', 60]];
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(seconds / length), unit);
}

/// Names of weekdays from Monday.
export function weekdays(locale = readerLocale): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  return [1, 2, 3, 4, 5, 6, 7].map((d) => format.format(new Date(Date.UTC(2024, 0, d))));
}
