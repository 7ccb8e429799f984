// Numbers as the reader's locale writes them. Pure: the locale is a parameter, the reader's by default.

export const readerLocale: string | undefined = typeof navigator === 'undefined' ? undefined : navigator.language;
/// That of words, which stand in English sentences: "3 hours ago", "2 min".
export const wordsLocale: string = /^en\b/.test(readerLocale ?? '') ? readerLocale! : 'en';

const nothing = '–';
const made = new Map<string, Intl.NumberFormat>(); // making one takes longer than formatting a column

function written(value: number | null | undefined, options: Intl.NumberFormatOptions, locale = readerLocale): string {
  if (value == null || !Number.isFinite(value)) return nothing;
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = made.get(key);
  if (!format) made.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format.format(value);
}

/// 1,234,567 or, with digits, 1,234.50.
export function number(value: number | null | undefined, digits = 0, locale = readerLocale): string {
  return written(value, { minimumFractionDigits: digits, maximumFractionDigits: digits }, locale);
}

/// All its digits: of what stands in a file.
export function plain(value: number | null | undefined, locale = readerLocale): string {
  return written(value, { maximumFractionDigits: 10 }, locale);
}

/// 1.2M: for axes and narrow places.
export function compact(value: number | null | undefined, locale = readerLocale): string {
  return written(value, { notation: 'compact', maximumSignificantDigits: 3 }, locale);
}

/// A number with three significant digits at least, whole where it is large: 0.143, 4.77, 19,305.
export function figure(value: number | null | undefined, locale = readerLocale): string {
  if (value == null || Math.abs(value) >= 1000 || Number.isInteger(value)) return number(value, 0, locale);
  return written(value, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }, locale);
}

/// A share: 0.143 as 14.3 %.
export function percent(value: number | null | undefined, digits = 1, locale = readerLocale): string {
  return written(value, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }, locale);
}

/// A change with its sign: +3.1%.
export function change(value: number | null | undefined, locale = readerLocale): string {
  return written(value, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' }, locale);
}

/// Money by the code of its currency, with the digits that it has (none of yen, two of dollars) where
/// none are given.
export function money(value: number | null | undefined, currency: string, digits?: number, locale = readerLocale): string {
  const fixed = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return written(value, { style: 'currency', currency, ...fixed }, locale);
}

/// $1.2M.
export function compactMoney(value: number | null | undefined, currency: string, locale = readerLocale): string {
  return written(value, { style: 'currency', currency, notation: 'compact', maximumSignificantDigits: 3 }, locale);
}

/// What little things cost: $0.00026, $1.2.
export function price(value: number | null | undefined, currency: string, locale = readerLocale): string {
  if (value == null || !Number.isFinite(value)) return nothing;
  return new Intl.NumberFormat(locale, { style: 'currency', currency, maximumSignificantDigits: 2 }).format(value);
}

/// "12 s", "1 min 5 s", "2 h 3 min".
export function duration(seconds: number | null | undefined, locale = wordsLocale): string {
  if (seconds == null || !Number.isFinite(seconds)) return nothing;
  const unit = (value: number, name: string, digits = 0) => written(value, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }, locale);
  if (seconds < 10) return unit(seconds, 'second', 1);
  const whole = Math.round(seconds);
  if (whole < 60) return unit(whole, 'second');
  if (whole < 3600) return `${unit(Math.floor(whole / 60), 'minute')} ${unit(whole % 60, 'second')}`;
  return `${unit(Math.floor(whole / 3600), 'hour')} ${unit(Math.floor((whole % 3600) / 60), 'minute')}`;
}

export function bytes(value: number | null | undefined, locale = readerLocale): string {
  if (value == null || !Number.isFinite(value)) return nothing;
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let size = value;
  let at = 0;
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    ++at;
  }
  return written(size, { style: 'unit', unit: units[at]!, unitDisplay: 'short', maximumSignificantDigits: 3 }, locale);
}
