// Charts over time in words, for who does not see them. Pure.
import { bucketLabel } from '../../format/dates.ts';
import { plainWriting, type Content, type Line } from './content.ts';
import type { Window } from './window.ts';

export function timeLabel(time: number, grain: string): string {
  return bucketLabel(new Date(time * 1000).toISOString(), grain);
}

/// What there is at a time: "31 May 2026: Sold 4,123, Forecast 4,087".
export function spoken({ times, lines, grain, writing = plainWriting }: Content, at: number): string {
  const parts = lines.filter((line) => line.values[at] != null).map((line) => `${line.label} ${writing.exact(line.values[at]!)}`);
  return `${timeLabel(times[at]!, grain)}: ${parts.join(', ')}`;
}

/// Of each line on show the least, the most and the last value, and when.
export function summaryOf(content: Content, shown: Window): string {
  const { times, grain, now } = content;
  const from = times.findIndex((time) => time >= shown.from);
  const to = times.findLastIndex((time) => time <= shown.to);
  if (from < 0 || to < from) return 'Nothing is on show.';
  const span = `${timeLabel(times[from]!, grain)} to ${timeLabel(times[to]!, grain)}.`;
  const known = now === undefined ? '' : `Known to ${timeLabel(now, grain)}.`;
  const lines = content.lines.map((line) => lineOf(content, line, from, to));
  return [span, known, ...lines].filter((part) => part !== '').join(' ');
}

function lineOf({ times, grain, writing = plainWriting }: Content, { label, values }: Line, from: number, to: number): string {
  let [least, most, last] = [-1, -1, -1];
  for (let at = from; at <= to; ++at) {
    const value = values[at];
    if (value == null) continue;
    if (least < 0 || value < values[least]!) least = at;
    if (most < 0 || value > values[most]!) most = at;
    last = at;
  }
  if (last < 0) return '';
  const told = (at: number) => `${writing.exact(values[at]!)} at ${timeLabel(times[at]!, grain)}`;
  return `${label}: least ${told(least)}, most ${told(most)}, last ${told(last)}.`;
}
