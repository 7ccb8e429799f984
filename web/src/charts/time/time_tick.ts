import { bucketLabel, clockTime, shortDay } from '../../format/dates.ts';

const day = 86_400;
const month = 28 * day;

/// Ticks of an axis of time, each as long as the step between them asks for, in the reader's words; the
/// year stands below the first one, and where it changes.
export function timeTicks(times: readonly number[], step: number): string[] {
  return times.map((time, at) => {
    const label = new Date(time * 1000).toISOString();
    const year = label.slice(0, 4);
    const before = at > 0 ? new Date(times[at - 1]! * 1000).toISOString().slice(0, 4) : '';
    return step < month && year !== before ? `${tick(label, step)}\n${year}` : tick(label, step);
  });
}

function tick(label: string, step: number): string {
  if (step >= 360 * day) return bucketLabel(label, 'year');
  if (step >= month) return bucketLabel(label, 'month');
  if (step >= day || label.slice(11, 16) === '00:00') return shortDay(label);
  return clockTime(label);
}
