import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { Dimensions, Row, Rows } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change, show } from '../../app/router.ts';
import { toggled, type View } from '../../app/view.ts';
import { EChart } from '../../charts/echart.tsx';
import { columns, heatMap, rows, type Bar } from '../../charts/options.ts';
import { usePalette } from '../../charts/palette.ts';
import { TimeChart } from '../../charts/time_chart.tsx';
import { DataTable } from '../../components/data_table.tsx';
import { Panel, type Picture } from '../../components/panel.tsx';
import { bucketLabel, clockTime, shortDay, weekdays } from '../../format/dates.ts';
import { daysOf, filled, finer } from '../../format/grains.ts';
import { measureName, measures, showMeasure } from '../../format/measures.ts';
import { percent } from '../../format/numbers.ts';
import type { Column, TableData } from '../../format/table.ts';
import { weekOf } from './heat.ts';
import { byDimension, byHour, overTime, table, type Choice } from './question.ts';

export interface PartProps {
  view: View;
  choice: Choice;
  still?: boolean; ///< nothing happens on a click
}

const mostBars = 130;
const shownValues = 14;

function useSales(view: View, question: object | null): ReturnType<typeof useAnswer<Rows>> {
  const key = question && `sales ${view.dataset} ${JSON.stringify(question)}`;
  return useAnswer(key, (signal) => calls.sales(view.dataset, question!, signal));
}

const nothing = (answer: Rows) => answer.rows.length === 0 && 'Nothing was sold here. Remove a filter, or choose other days.';

/// Sales by bucket; a click looks into it.
export function OverTime({ view, choice, still }: PartProps) {
  const picture = useRef<HTMLCanvasElement>(null);
  const of = useSales(view, overTime(choice));
  const { measure, grain } = choice;
  return (
    <Panel title={`${measureName(measure)} by ${grain}`} note={still ? undefined : 'Click a bar to look into it.'} of={of} picture={picture} height={270} empty={nothing} table={(v) => timeTable(v.rows, choice)}>
      {(v) => (v.rows.length > mostBars ? <Curve {...{ answer: v, choice, picture, still }} /> : <Columns {...{ answer: v, choice, picture, still }} />)}
    </Panel>
  );
}

interface Drawn {
  answer: Rows;
  choice: Choice;
  picture: Picture;
  still: boolean | undefined;
}

function Columns({ answer, choice, picture, still }: Drawn) {
  const palette = usePalette();
  const { grain, measure } = choice;
  const option = useMemo(() => {
    const bars = answer.rows.map((row): Bar => ({ name: String(row.ds), label: bucketLabel(String(row.ds), grain), tick: grain === 'day' || grain === 'week' ? shortDay(String(row.ds)) : bucketLabel(String(row.ds), grain), value: Number(row[measure]) }));
    return columns({ bars, palette, show: showMeasure });
  }, [answer, palette, grain, measure]);
  const open = (bucket: string) => change({ ...daysOf(bucket, grain), grain: finer(grain) });
  return <EChart option={option} height={270} label={`${measureName(measure)} by ${grain}, ${answer.rows.length} bars`} picture={picture} {...(!still && { onPick: open })} />;
}

function Curve({ answer, choice, picture, still }: Drawn) {
  const palette = usePalette();
  const { grain, measure } = choice;
  const parts = useMemo(() => {
    const series = filled(answer.rows.map((row) => String(row.ds)), answer.rows.map((row) => Number(row[measure])), grain);
    return { times: series.times, lines: [{ label: measureName(measure), colour: palette.accent, values: series.values }] };
  }, [answer, palette, grain, measure]);
  const open = (from: number, to: number) => {
    const day = (time: number) => new Date(time * 1000).toISOString().slice(0, 10);
    change({ from: day(from), to: daysOf(day(to), 'day').to });
  };
  return <TimeChart {...parts} grain={grain} height={250} label={`${measureName(measure)} by ${grain}`} picture={picture} show={(value) => showMeasure(value)} {...(!still && { onSpan: open })} />;
}

/// The largest values of a dimension; a click filters everything else by it.
export function ByDimension({ view, choice, dimension, actions, still }: PartProps & { dimension: string; actions?: ComponentChildren }) {
  const picture = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const question = byDimension(choice, dimension, shownValues);
  const of = useSales(view, question);
  const { measure } = choice;
  const chosen = view.filters[dimension];
  const option = useMemo(() => {
    const bars = (of.value?.rows ?? []).map((row): Bar => {
      const value = String(row[dimension] ?? '');
      return { name: value, label: value || '(none)', value: Number(row[measure]), chosen: chosen?.includes(value) ?? false };
    });
    return rows({ bars, palette, show: showMeasure });
  }, [of.value, palette, dimension, measure, chosen]);
  const count = of.value?.rows.length ?? 0;
  return (
    <Panel
      title={`${measureName(measure)} by ${dimension}`}
      note={[of.value?.more ? `The ${shownValues} largest.` : '', still ? '' : 'Click one to filter.'].join(' ').trim()}
      class="third"
      of={of}
      picture={picture}
      height={300}
      empty={nothing}
      table={(v) => valueTable(v.rows, dimension, [measure], measure)}
      actions={actions}
    >
      {() => <EChart option={option} height={Math.max(count * 24, 60)} label={`${measureName(measure)} by ${dimension}, ${count} bars`} picture={picture} {...(!still && { onPick: (value) => show(toggled(view, dimension, value)) })} />}
    </Panel>
  );
}

/// Mean sales of an hour by weekday.
export function HeatMap({ view, choice }: PartProps) {
  const picture = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const of = useSales(view, byHour(choice));
  const { measure } = choice;
  const cells = useMemo(() => weekOf(of.value?.rows ?? [], measure), [of.value, measure]);
  const hours = useMemo(() => Array.from({ length: 24 }, (_, hour) => String(hour)), []);
  const option = useMemo(() => heatMap({ columns: hours, rows: weekdays(), cells, palette, show: (value) => `${showMeasure(Math.round(value))} a week` }), [cells, palette, hours]);
  return (
    <Panel title="Hours of the week" note={`Mean ${measureName(measure).toLowerCase()} of an hour, in the shop's time.`} class="third" of={of} picture={picture} height={300} empty={nothing} table={() => heatTable(cells, measure)}>
      {() => <EChart option={option} height={300} label={`Mean ${measureName(measure).toLowerCase()} by weekday and hour`} picture={picture} />}
    </Panel>
  );
}

/// All measures, by bucket or by a dimension.
export function SalesTable({ view, choice, known }: PartProps & { known: Dimensions }) {
  const by = known.dimensions.some((one) => one.dimension === view.more.rows) ? view.more.rows! : '';
  const of = useSales(view, table(choice, by));
  const made = (rows: Row[]) => (by === '' ? timeTable(rows, choice, [...measures]) : valueTable(rows, by, [...measures], choice.measure));
  const select = (
    <select aria-label="Rows" value={by} onChange={(event) => change({ more: { ...view.more, rows: event.currentTarget.value } }, 'replace')}>
      <option value="">by {choice.grain}</option>
      {known.dimensions.map((one) => (
        <option key={one.dimension} value={one.dimension}>
          by {one.dimension}
        </option>
      ))}
    </select>
  );
  return (
    <Panel title="Numbers" of={of} empty={nothing} table={(v) => made(v.rows)} actions={select} note={of.value?.more ? 'The first 10,000 rows.' : undefined}>
      {(v) => <DataTable key={by} {...made(v.rows)} label="Numbers" />}
    </Panel>
  );
}

function measureColumn(measure: string): Column {
  return { name: measure, label: measureName(measure), number: true, show: (value) => showMeasure(value as number | null) };
}

function timeTable(rows: Row[], choice: Choice, shown: string[] = [choice.measure]): TableData {
  const when: Column = { name: 'ds', label: 'When', show: (value) => bucketLabel(String(value), choice.grain) };
  return { columns: [when, ...shown.map(measureColumn)], rows };
}

function valueTable(rows: Row[], dimension: string, shown: string[], measure: string): TableData {
  const all = rows.reduce((sum, row) => sum + Number(row[measure] ?? 0), 0);
  const share: Column = { name: 'share', label: 'Share', number: true, show: (value) => percent(value as number) };
  const name: Column = { name: dimension, label: dimension, show: (value) => String(value ?? '') || '(none)' };
  return { columns: [name, ...shown.map(measureColumn), share], rows: rows.map((row) => ({ ...row, share: all === 0 ? 0 : Number(row[measure] ?? 0) / all })) };
}

function heatTable(cells: [number, number, number][], measure: string): TableData {
  const days = weekdays();
  return {
    columns: [
      { name: 'weekday', label: 'Weekday' },
      { name: 'hour', label: 'Hour', number: true, show: (value) => clockTime(`2024-01-01T${String(value).padStart(2, '0')}:00`) },
      measureColumn(measure),
    ],
    rows: cells.map(([hour, day, value]) => ({ weekday: days[day]!, hour, [measure]: value })),
  };
}
