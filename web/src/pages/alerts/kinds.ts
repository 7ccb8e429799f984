// What alerts are about, in words.
import type { Alert } from '../../api/types.ts';

export type Severity = 'bad' | 'warning';

export interface Kind {
  title: string;
  severity: Severity;
  means: string;
  helps: string;
  page: string; ///< where to look
  look: string;
}

const kinds: Record<string, Kind> = {
  no_data: {
    title: 'No sales come in',
    severity: 'bad',
    means: 'Forecasts go on from old orders and grow worse by the day.',
    helps: 'See whether order files still arrive.',
    page: '/data',
    look: 'Look at the data',
  },
  error_above_band: {
    title: 'Forecasts err more than they did',
    severity: 'warning',
    means: 'Errors of many series left the band that they were in: something has changed in the sales.',
    helps: 'Look at the worst series; a run that fits anew may do.',
    page: '/accuracy',
    look: 'Look at the accuracy',
  },
  coverage_drift: {
    title: 'Intervals do not hold what they promise',
    severity: 'warning',
    means: 'More or fewer values than promised lie outside: how sure forecasts are is not to be relied on.',
    helps: 'Look at the coverage; a run that fits anew may do.',
    page: '/accuracy',
    look: 'Look at the coverage',
  },
  rejects_above: {
    title: 'Many rows were refused',
    severity: 'warning',
    means: 'Sales in these rows are missing from totals and forecasts.',
    helps: 'See the reasons, mend the file or the mapping, and send it again.',
    page: '/data',
    look: 'Look at what was refused',
  },
};

/// Of a rule that this page does not know: its name.
export function kindOf(alert: string): Kind {
  return kinds[alert] ?? { title: alert.replaceAll('_', ' '), severity: 'warning', means: '', helps: '', page: '/', look: 'Look at the data set' };
}

/// The worst first, then the latest.
export function bySeverity<T extends Pick<Alert, 'alert' | 'since'>>(alerts: readonly T[]): T[] {
  const rank = (one: T) => (kindOf(one.alert).severity === 'bad' ? 0 : 1);
  return [...alerts].sort((a, b) => rank(a) - rank(b) || b.since.localeCompare(a.since));
}
