import { bucketLabel, clockTime, shortDay } from '../../format/dates.ts';

/// A tick of an axis of time, as long as the step between ticks asks for, in the reader's words.
export function timeTick(time: number, step: number): string {
  const day = 86_400;
  const label = new Date(time * 1000).toISOString();
  if (step >= 360 * day) return bucketLabel(label, 'year');
  if (step >= 28 * day) return bucketLabel(label, 'month');
  if (step >= day || label.slice(11, 16) === '00:00') return shortDay(label);
  return clockTime(label);
}
