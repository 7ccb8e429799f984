import * as calls from '../../api/calls.ts';
import type { DatasetStatus, Row, Rows } from '../../api/types.ts';
import { both, useAnswer } from '../../api/use_answer.ts';
import { change as changeView, show } from '../../app/router.ts';
import { useWriting } from '../../app/shop.ts';
import { viewOf, type View } from '../../app/view.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { Segments } from '../../components/segments.tsx';
import type { Writing } from '../../format/measures.ts';
import { change } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import { growth, lastDays, type Span } from './spans.ts';

const mostValues = 5000;
const shownRows = 8;

/// What grew and shrank most, by a dimension; a row leads to its sales.
export function Movers({ status, days, view }: { status: DatasetStatus; days: number; view: View }) {
  const known = useAnswer(`dimensions ${status.dataset} ${status.last}`, (signal) => calls.dimensions(status.dataset, signal));
  const names = (known.value?.dimensions ?? []).filter((one) => one.values > 1 && one.values <= mostValues).map((one) => one.dimension);
  const by = names.includes(view.by) ? view.by : (names[0] ?? '');
  const { now, before } = lastDays(status.last!, days);
  const sums = (span: Span) =>
    useAnswer(by === '' ? null : `movers ${status.dataset} ${status.last} ${by} ${span.from} ${span.to}`, (signal) => calls.sales(status.dataset, { ...span, by: [by], measure: ['revenue'], limit: mostValues }, signal));
  const of = both(sums(now), sums(before));
  const loaded = known.error ? { ...of, error: known.error, retry: known.retry } : of;
  const writing = useWriting('revenue');
  const open = (row: Row) => show({ ...viewOf('/sales', { ...view, from: before.from, to: now.to }), grain: 'day', filters: { [by]: [String(row.value)] } });
  return (
    <Panel
      title="What changed"
      note={`Revenue, last ${days} days against the ${days} before`}
      class="half"
      of={loaded}
      table={([a, b]) => tableOf(a, b, by, writing)}
      empty={([a]) => a.rows.length === 0 && 'Nothing was sold in these days.'}
      actions={names.length > 1 && <Segments label="By" of={names.slice(0, 4).map((name) => ({ value: name, label: name }))} chosen={by} choose={(name) => changeView({ by: name }, 'replace')} />}
    >
      {([a, b]) => <DataTable {...top(tableOf(a, b, by, writing))} label="What changed" onRow={open} />}
    </Panel>
  );
}

function top(table: TableData): TableData {
  return { ...table, rows: table.rows.slice(0, shownRows) };
}

function tableOf(now: Rows, before: Rows, by: string, { whole }: Writing): TableData {
  const sums = (rows: Rows) => new Map(rows.rows.map((row) => [String(row[by] ?? ''), Number(row.revenue ?? 0)]));
  const a = sums(now);
  const b = sums(before);
  const rows = [...new Set([...a.keys(), ...b.keys()])].map((value): Row => {
    const [x, y] = [a.get(value) ?? 0, b.get(value) ?? 0];
    return { value, now: x, before: y, difference: x - y, growth: growth(x, y) };
  });
  rows.sort((x, y) => Math.abs(Number(y.difference)) - Math.abs(Number(x.difference)));
  const signed = (value: number) => (value > 0 ? '+' : '') + whole(value);
  return {
    columns: [
      { name: 'value', label: by, show: (value) => String(value) || '(none)' },
      { name: 'now', label: 'Now', number: true, show: (value) => whole(Number(value)) },
      { name: 'before', label: 'Before', number: true, show: (value) => whole(Number(value)) },
      { name: 'difference', label: 'Difference', number: true, show: (value) => signed(Number(value)) },
      { name: 'growth', label: 'Change', number: true, show: (value) => (value === null ? 'new' : change(Number(value))) },
    ],
    rows,
  };
}
