// The part of a long chart that is on show. Pure; times in seconds.

export interface Window {
  from: number;
  to: number;
}

/// All of the times; a single one with half an hour on both sides.
export function wholeOf(times: readonly number[]): Window {
  const [from, to] = [times[0] ?? 0, times.at(-1) ?? 1];
  return from < to ? { from, to } : { from: from - 1800, to: to + 1800 };
}

/// Moved by a share of its own length, within what there is.
export function panned(shown: Window, whole: Window, share: number): Window {
  const length = shown.to - shown.from;
  const from = Math.min(Math.max(shown.from + share * length, whole.from), whole.to - length);
  return length >= whole.to - whole.from ? whole : { from, to: from + length };
}

/// Longer or shorter by a factor, with the time at `around` (0 to 1 from the left) where it was;
/// never shorter than `least`.
export function zoomed(shown: Window, whole: Window, factor: number, around: number, least: number): Window {
  const before = shown.to - shown.from;
  const length = Math.min(Math.max(before * factor, least), whole.to - whole.from);
  const from = Math.min(Math.max(shown.from + around * (before - length), whole.from), whole.to - length);
  return { from, to: from + length };
}

/// "2019-11-01..2020-01-14", for the address; hours where there are some.
export function windowText(shown: Window): string {
  const label = (time: number) => new Date(Math.round(time) * 1000).toISOString().slice(0, 16).replace('T00:00', '');
  return `${label(shown.from)}..${label(shown.to)}`;
}

/// The inverse; null for what is none, or nothing of what there is.
export function windowOf(text: string, whole: Window): Window | null {
  const [from, to] = text.split('..').map((part) => Date.parse(part.length > 10 ? `${part}Z` : part) / 1000);
  if (from === undefined || to === undefined || !(from < to)) return null;
  const cut = { from: Math.max(from, whole.from), to: Math.min(to, whole.to) };
  return cut.from < cut.to ? cut : null;
}
