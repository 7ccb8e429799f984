// Entries of the audit, in words. Pure.
import type { AuditEntry } from '../../api/account_calls.ts';
import type { TableData } from '../../format/table.ts';

const words: Record<string, string> = {
  'session.begin': 'signed in',
  'session.end': 'signed out',
  'session.end_others': 'ended other sessions',
  'token.add': 'made a token',
  'token.revoke': 'revoked a token',
  'user.add': 'added a user',
  'user.change': 'changed a user',
  'user.disable': 'disabled a user',
  'user.enable': 'enabled a user',
  'user.first_admin': 'became the first admin',
  'user.grant': 'granted data sets',
  'user.password': 'changed a password',
  'user.remove': 'removed a user',
  'user.revoke': 'took data sets back',
  'user.role': 'changed a role',
  'user.sign_out': 'ended all sessions of a user',
  'settings.change': 'changed settings',
  'file.upload': 'uploaded a file',
  'file.begin': 'began an upload',
  'file.delete': 'gave up an upload',
  'file.retry': 'tried files again',
  'override.add': 'overrode a forecast',
  'override.remove': 'took an override back',
  'run.request': 'asked for a run',
  'run.cancel': 'cancelled runs',
  'audit.damaged': 'an entry is damaged',
};

export function doneWords(what: string): string {
  return words[what] ?? what.replace('.', ': ').replaceAll('_', ' ');
}

export function outcomeKind(outcome: string): string {
  return outcome === 'done' ? 'good' : outcome === 'refused' || outcome === 'forbidden' ? 'warning' : 'bad';
}

/// "role analyst, datasets orders, returns".
export function detailText(detail: Record<string, unknown> | null): string {
  return Object.entries(detail ?? {})
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${Array.isArray(value) ? value.join(', ') || 'none' : String(value)}`)
    .join('; ');
}

/// Those that hold every word of `find`, whatever its letters' case.
export function matching(entries: readonly AuditEntry[], find: string): AuditEntry[] {
  const wanted = find.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (one: AuditEntry) => [one.who || 'a stranger', one.what, doneWords(one.what), one.on, one.outcome, one.from, detailText(one.detail)].join(' ').toLowerCase();
  return wanted.length === 0 ? [...entries] : entries.filter((one) => wanted.every((word) => text(one).includes(word)));
}

/// Days of the reader as the API takes them: from the first moment of one to that after the other.
export function spanOf(since: string, until: string): { from?: string; to?: string } {
  const instantOf = (day: string, more: number) => {
    const [year, month, date] = day.split('-').map(Number);
    const at = new Date(year!, month! - 1, date! + more);
    return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
  };
  const from = since === '' ? undefined : instantOf(since, 0);
  const to = until === '' ? undefined : instantOf(until, 1);
  return { ...(from && { from }), ...(to && { to }) };
}

export function auditTable(entries: readonly AuditEntry[]): TableData {
  const names = ['at', 'who', 'what', 'on', 'outcome', 'from', 'detail'];
  return {
    columns: names.map((name) => ({ name, label: name })),
    rows: entries.map((one) => ({ at: one.at, who: one.who, what: one.what, on: one.on, outcome: one.outcome, from: one.from, detail: one.detail === null ? null : JSON.stringify(one.detail) })),
  };
}
