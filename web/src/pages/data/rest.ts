// Why nothing more happens to a file by itself though no forecast knows it whole. Pure.
import type { Arrivals } from '../../api/arrival_calls.ts';
import type { DatasetStatus } from '../../api/types.ts';

export interface Rest {
  why: 'schedule' | 'cancelled' | 'given_up' | 'unasked';
  schedule: string; ///< by which the next run comes, "0 6 * * MON-FRI"; "": by none
}

/// Nobody works on the data set, nothing waits and no run was asked for.
export function isAtRest({ working, waiting, asked }: DatasetStatus): boolean {
  return !working && waiting === 0 && asked === 0;
}

/// What its settings and its state say; `toml` null where they may not be read.
export function restOf({ cancelled }: DatasetStatus, { dead }: Arrivals, toml: string | null): Rest {
  const schedule = automation(toml, 'schedule');
  if (cancelled) return { why: 'cancelled', schedule };
  if (dead.some((one) => one.key.includes('/ask-'))) return { why: 'given_up', schedule };
  return { why: automation(toml, 'run') === 'schedule' ? 'schedule' : 'unasked', schedule };
}

/// A value of [automation]; "" for none.
function automation(toml: string | null, key: string): string {
  const section = /^\[automation\][^\n]*\n((?:(?!\[).*\n?)*)/m.exec(toml ?? '')?.[1] ?? '';
  const found = new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*(?:"([^"\\n]*)"|'([^'\\n]*)')`, 'm').exec(section);
  return found?.[1] ?? found?.[2] ?? '';
}

export function restWords({ why, schedule }: Rest): string {
  const next = schedule === '' ? 'the next is yours to start' : `the next comes by the schedule (${schedule})`;
  switch (why) {
    case 'cancelled':
      return `its run was cancelled; ${next}`;
    case 'given_up':
      return `its run was given up after several tries; ${next}`;
    case 'schedule':
      return schedule === '' ? 'no run comes by itself; it is yours to start' : `the next run comes by the schedule (${schedule})`;
    case 'unasked':
      return `no run was asked for; ${next}`;
  }
}
