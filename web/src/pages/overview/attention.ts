// What a reader should know before trusting the numbers. Pure: answers in, a list out.
import type { DatasetStatus, RejectsOfFile, RunSummary } from '../../api/types.ts';
import { ago, civil, moment, runBegan } from '../../format/dates.ts';
import { duration, number, percent } from '../../format/numbers.ts';
import { reasonOf } from '../../format/reasons.ts';

export interface Matter {
  kind: 'good' | 'info' | 'warning' | 'bad';
  title: string;
  text: string;
  page?: string; ///< where to look further
  section?: string; ///< of that page
}

const manyRejects = 0.01;

export function matters(status: DatasetStatus, rejects: RejectsOfFile[], runs: RunSummary[], now = new Date()): Matter[] {
  const list = [...faults(status), ...waiting(status), refused(status, rejects), freshness(status, now), lastRun(runs)].filter((one) => one !== null);
  const order = ['bad', 'warning', 'info', 'good'];
  return list.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function faults(status: DatasetStatus): Matter[] {
  const list: Matter[] = status.alerts.map((alert) => ({ kind: 'warning', title: alert.message, text: 'An alert is active.', page: '/alerts' }));
  if (status.settings_error) list.push({ kind: 'bad', title: 'The settings cannot be read', text: status.settings_error, page: '/settings', section: 'dataset' });
  if (status.last_failure) list.push({ kind: 'bad', title: 'The last run failed', text: String(status.last_failure.message ?? status.last_failure.code ?? ''), page: '/runs' });
  if (status.alert_error) list.push({ kind: 'bad', title: 'Alerts could not be delivered', text: status.alert_error, page: '/alerts' });
  if (status.report_error) list.push({ kind: 'warning', title: 'The last report was not written', text: status.report_error, page: '/settings', section: 'dataset' });
  if (status.tables_error) list.push({ kind: 'warning', title: 'QuickSight does not have the last run', text: status.tables_error, page: '/settings', section: 'dataset' });
  if (status.dead > 0) list.push({ kind: 'bad', title: `${number(status.dead)} files were given up`, text: 'They could not be taken in after several attempts.', page: '/data' });
  return list;
}

function waiting(status: DatasetStatus): Matter[] {
  const list: Matter[] = [];
  if (status.waiting > 0) list.push({ kind: 'info', title: `${number(status.waiting)} files wait`, text: 'They are taken in as soon as a worker is free.', page: '/data' });
  if (status.next === 'run') list.push({ kind: 'info', title: 'New orders are not in the forecasts yet', text: 'The next run takes them in.', page: '/runs' });
  if (!status.current_run) list.push({ kind: 'warning', title: 'There are no forecasts yet', text: 'Ask for a run.', page: '/runs' });
  return list;
}

function refused(status: DatasetStatus, rejects: RejectsOfFile[]): Matter | null {
  const rows = rejects.reduce((sum, file) => sum + file.rows_rejected, 0);
  if (rows === 0) return { kind: 'good', title: 'No row was refused', text: 'Every row of every file counts.', page: '/data' };
  const share = rows / (rows + status.rows_accepted);
  const reasons = new Map<string, number>();
  for (const file of rejects) for (const [reason, count] of Object.entries(file.rejected_by_reason)) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  const most = [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const text = most.map(([reason, count]) => `${reasonOf(reason).label.toLowerCase()} ${number(count)}`).join(', ');
  return { kind: share > manyRejects ? 'warning' : 'info', title: `${number(rows)} rows were refused (${percent(share, 2)})`, text: `Most often: ${text}.`, page: '/data' };
}

const fresh = 3; // days

/// How old sales are is told while they are fresh; of a closed year it says nothing.
function freshness(status: DatasetStatus, now: Date): Matter | null {
  if (!status.last) return { kind: 'warning', title: 'There are no sales yet', text: 'Bring in order files.', page: '/data' };
  const days = (now.getTime() - civil(status.last).getTime()) / 86_400_000; // to a day, as zones differ
  if (Math.abs(days) <= fresh) return { kind: 'good', title: `Sales to ${moment(status.last)}`, text: 'Orders are up to date; new ones move the forecast on.', page: '/data' };
  return { kind: 'info', title: `Sales end on ${moment(status.last.slice(0, 10))}`, text: 'The last days and the forecast count from there. Newer order files move both on.', page: '/data' };
}

function lastRun(runs: RunSummary[]): Matter | null {
  const last = runs.at(-1);
  if (!last) return null;
  const began = runBegan(last.run);
  if (last.error || last.status === 'failed') return null; // stands among the faults
  const title = { ok: 'The last run went well', partly: 'The last run did a part of its work', cancelled: 'The last run was cancelled' }[last.status];
  return { kind: last.status === 'ok' ? 'good' : 'info', title, text: `It began ${ago(began)} and took ${duration(last.seconds)}.`, page: '/runs' };
}
