import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { Dimensions, Row, Rows } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change, show } from '../../app/router.ts';
import { useCurrency, useWriting } from '../../app/shop.ts';
import { useStill } from '../../app/still.ts';
import { toggled, type View } from '../../app/view.ts';
import type { Keys } from '../../charts/chart_keys.ts';
import { EChart } from '../../charts/echart.tsx';
import { columns, heatMap, rows, type Bar } from '../../charts/options.ts';
import { usePalette } from '../../charts/palette.ts';
import { TimeChart } from '../../charts/time_chart.tsx';
import { DataTable } from '../../components/data_table.tsx';
import { Panel, type Picture } from '../../components/panel.tsx';
import { bucketLabel, clockTime, shortDay, weekdays } from '../../format/dates.ts';
import { daysOf, filled, finer } from '../../format/grains.ts';
import { measureName, measures, type Writing } from '../../format/measures.ts';
import { weekOf } from './heat.ts';
import { byDimension, byHour, overTime, table, type Choice } from './question.ts';
import { isWhole, spanOf, type Span } from './spans.ts';
import { heatTable, hourLabel, timeTable, valueTable, type HourOfWeek } from './tables.ts';
import { Total } from './total.tsx';

export interface PartProps {
  view: View;
  choice: Choice;
}

const mostBars = 130;
const shownValues = 14;

function useSales(view: View, question: object | null): ReturnType<typeof useAnswer<Rows>> {
  const key = question && `sales ${view.dataset} ${JSON.stringify(question)}`;
  return useAnswer(key, (signal) => calls.sales(view.dataset, question!, signal));
}

const nothing = (answer: Rows) => answer.rows.length === 0 && 'Nothing was sold here. Remove a filter, or choose other days.';

/// Sales by bucket; a click looks into it.
export function OverTime({ view, choice, known }: PartProps & { known: Dimensions }) {
  const still = useStill();
  const picture = useRef<HTMLCanvasElement>(null);
  const of = useSales(view, overTime(choice));
  const { measure, grain } = choice;
  const currency = useCurrency();
  const isLong = (of.value?.rows.length ?? 0) > mostBars;
  const drawn = { choice, picture, span: spanOf(choice, known) };
  return (
    <Panel title={`${measureName(measure)} by ${grain}`} note={still ? undefined : isLong ? 'Drag over days to look into them.' : 'Click a bar to look into it.'} of={of} picture={picture} height={270} empty={nothing} table={(v) => timeTable(v.rows, choice, currency)}>
      {(v) => (
        <>
          {!still && <Total view={view} choice={choice} known={known} />}
          {isLong ? <Curve {...drawn} answer={v} /> : <Columns {...drawn} answer={v} />}
        </>
      )}
    </Panel>
  );
}

interface Drawn {
  answer: Rows;
  choice: Choice;
  picture: Picture;
  span: Span;
}

function Columns({ answer, choice, picture, span }: Drawn) {
  const still = useStill();
  const palette = usePalette();
  const { grain, measure } = choice;
  const writing = useWriting(measure);
  const bars = useMemo(() => answer.rows.map((row) => barOf(String(row.ds), Number(row[measure]), grain, span)), [answer, grain, measure, span.from, span.to]);
  const option = useMemo(() => columns({ bars, palette, writing }), [bars, palette, writing]);
  const open = (at: number) => change({ ...daysOf(bars[at]!.name, grain), grain: finer(grain) });
  return <EChart option={option} height={270} label={`${measureName(measure)} by ${grain}, ${bars.length} bars`} picture={picture} keys={keysOf(bars, writing)} {...(!still && { onPick: open })} />;
}

function barOf(ds: string, value: number, grain: string, span: Span): Bar {
  const label = bucketLabel(ds, grain);
  const faint = !isWhole(ds, grain, span);
  return { name: ds, label: faint ? `${label}, not all of it` : label, tick: grain === 'day' || grain === 'week' ? shortDay(ds) : label, value, faint };
}

function keysOf(bars: Bar[], writing: Writing): Keys {
  return { count: bars.length, tell: (at) => `${bars[at]!.label}: ${writing.whole(bars[at]!.value)}${bars[at]!.chosen ? ', chosen' : ''}` };
}

function Curve({ answer, choice, picture }: Drawn) {
  const still = useStill();
  const palette = usePalette();
  const { grain, measure } = choice;
  const writing = useWriting(measure);
  const parts = useMemo(() => {
    const series = filled(answer.rows.map((row) => String(row.ds)), answer.rows.map((row) => Number(row[measure])), grain);
    return { times: series.times, lines: [{ label: measureName(measure), colour: palette.accent, values: series.values }] };
  }, [answer, palette, grain, measure]);
  const open = (from: number, to: number) => {
    const day = (time: number) => new Date(time * 1000).toISOString().slice(0, 10);
    change({ from: day(from), to: daysOf(day(to), 'day').to });
  };
  return <TimeChart {...parts} grain={grain} height={250} label={`${measureName(measure)} by ${grain}`} picture={picture} writing={writing} {...(!still && { onSpan: open })} />;
}

/// The largest values of a dimension; a click filters everything else by it.
export function ByDimension({ view, choice, dimension, actions }: PartProps & { dimension: string; actions?: ComponentChildren }) {
  const still = useStill();
  const picture = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const question = byDimension(choice, dimension, shownValues);
  const of = useSales(view, question);
  const { measure } = choice;
  const chosen = view.filters[dimension];
  const writing = useWriting(measure);
  const currency = useCurrency();
  const bars = useMemo(
    () =>
      (of.value?.rows ?? []).map((row): Bar => {
        const value = String(row[dimension] ?? '');
        return { name: value, label: value || '(none)', value: Number(row[measure]), chosen: chosen?.includes(value) ?? false };
      }),
    [of.value, dimension, measure, chosen],
  );
  const option = useMemo(() => rows({ bars, palette, writing }), [bars, palette, writing]);
  return (
    <Panel
      title={`${measureName(measure)} by ${dimension}`}
      note={[of.value?.more ? `The ${shownValues} largest.` : '', still ? '' : 'Click one to filter.'].join(' ').trim()}
      class="third"
      of={of}
      picture={picture}
      height={300}
      empty={nothing}
      table={(v) => valueTable(v.rows, dimension, { shown: [measure], measure, currency })}
      actions={actions}
    >
      {() => <EChart option={option} height={Math.max(bars.length * 24, 60)} label={`${measureName(measure)} by ${dimension}, ${bars.length} bars`} picture={picture} keys={keysOf(bars, writing)} {...(!still && { onPick: (at: number) => show(toggled(view, dimension, bars[at]!.name)) })} />}
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
  const writing = useWriting(measure);
  const tell = ([hour, day, value]: HourOfWeek) => `${weekdays()[day]} ${clockTime(hourLabel(hour))}: ${writing.whole(Math.round(value))} a week`;
  const option = useMemo(() => heatMap({ columns: hours, rows: weekdays(), cells, palette, writing, tell }), [cells, palette, hours, writing]);
  const keys: Keys = { count: cells.length, across: hours.length, tell: (at) => tell(cells[at]!) };
  return (
    <Panel title="Hours of the week" note={`Mean ${measureName(measure).toLowerCase()} of an hour, in the shop's time.`} class="third" of={of} picture={picture} height={300} empty={nothing} table={() => heatTable(cells, measure, writing)}>
      {() => <EChart option={option} height={300} label={`Mean ${measureName(measure).toLowerCase()} by weekday and hour`} picture={picture} keys={keys} />}
    </Panel>
  );
}

/// All measures, by bucket or by a dimension.
export function SalesTable({ view, choice, known }: PartProps & { known: Dimensions }) {
  const by = known.dimensions.some((one) => one.dimension === view.more.rows) ? view.more.rows! : '';
  const of = useSales(view, table(choice, by));
  const currency = useCurrency();
  const made = (rows: Row[]) => (by === '' ? timeTable(rows, choice, currency, [...measures]) : valueTable(rows, by, { shown: [...measures], measure: choice.measure, currency }));
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
