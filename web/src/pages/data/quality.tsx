import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import * as data from '../../api/data_calls.ts';
import type { Row } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change, show } from '../../app/router.ts';
import { colour } from '../../app/theme.ts';
import { viewOf, type View } from '../../app/view.ts';
import { EChart } from '../../charts/echart.tsx';
import { usePalette } from '../../charts/palette.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { addDays, moment } from '../../format/dates.ts';
import { figure, number, percent } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import type { TableData } from '../../format/table.ts';
import { calendar, calendarHeight, type Mark } from './calendar.ts';
import { everyDay, gapsOf, strips, type Day } from './days.ts';
import './quality.css';

interface Props {
  view: View;
  dataset: string;
}

/// Days without sales, and what is unusual, as a calendar and as lists that lead to it.
export function Quality({ hasRun, ...props }: Props & { hasRun: boolean }) {
  return hasRun ? <OfRun {...props} /> : <Calendar {...props} latest={none} />;
}

const none: data.Disturbance[] = [];

function OfRun({ view, dataset }: Props) {
  const panels = useAnswer(`panels ${dataset}`, (signal) => calls.panels(dataset, signal));
  const names = panels.value?.panels.map((one) => one.panel) ?? [];
  const panel = names.find((one) => one === view.panel) ?? names[0];
  if (panel === undefined) return <Calendar view={view} dataset={dataset} latest={none} />;
  return <OfPanel view={view} dataset={dataset} panel={panel} names={names} />;
}

function OfPanel({ view, dataset, panel, names }: Props & { panel: string; names: string[] }) {
  const of = useAnswer(`quality ${dataset} ${panel}`, (signal) => data.quality(dataset, panel, signal));
  const told = of.value?.panels[0] ?? null;
  const pick = names.length > 1 && (
    <select aria-label="Panel" value={panel} onChange={(event) => change({ panel: event.currentTarget.value }, 'replace')}>
      {names.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
  return (
    <>
      <Calendar view={view} dataset={dataset} latest={told?.latest ?? none} />
      <Panel title="Unusual values" class="half" of={of} actions={pick} note={told ? unusualNote(told) : undefined} height={240} empty={() => told!.latest.length === 0 && 'Nothing was unusual: no outlier, no shift of a level.'} table={() => unusualTable(told!)}>
        {() => <DataTable key={panel} {...unusualTable(told!)} label="Unusual values" height={320} onRow={(row) => openForecast(view, panel, String(row.unique_id), String(row.ds))} />}
      </Panel>
      <Panel title="Gaps of series" class="half" of={of} note={told ? gapNote(told) : undefined} height={240} empty={() => emptyGaps(told!)} table={() => gapTable(told!)}>
        {() => <DataTable key={panel} {...gapTable(told!)} label="Gaps of series" height={320} onRow={(row) => openForecast(view, panel, String(row.unique_id), String(row.from))} />}
      </Panel>
    </>
  );
}

function openForecast(view: View, panel: string, series: string, at: string): void {
  show({ ...viewOf('/forecast', view), panel, series, models: [], more: { at, span: `${addDays(at.slice(0, 10), -45)}..${addDays(at.slice(0, 10), 45)}` } });
}

function unusualNote({ outliers, level_shifts: shifts, latest }: data.PanelQuality): string {
  const all = outliers + shifts;
  return `${number(outliers)} outliers and ${number(shifts)} shifts of a level${all > latest.length && latest.length > 0 ? `; the latest ${latest.length}` : ''}. Choose one to see it in its series.`;
}

function gapNote({ empty_share: share, series }: data.PanelQuality): string {
  return share === null ? '' : `${percent(share)} of all buckets of ${number(series)} series are empty. The longest gap of each series.`;
}

function emptyGaps({ gaps }: data.PanelQuality): string | false {
  if (gaps === null) return 'This panel is too large to look for gaps while you wait.';
  return gaps.length === 0 && 'No bucket is empty.';
}

function unusualTable({ latest }: data.PanelQuality): TableData {
  return {
    columns: [
      { name: 'ds', label: 'When', show: (value) => moment(String(value)) },
      { name: 'unique_id', label: 'Series', show: (value) => seriesName(String(value)) },
      { name: 'kind', label: 'What', show: (_, row) => kindOf(row) },
      { name: 'value', label: 'Sold', number: true, show: (value) => figure(value as number | null) },
      { name: 'expected', label: 'Expected', number: true, show: (value) => figure(value as number | null) },
      { name: 'treatment', label: 'Models see', show: (value) => treatments[String(value)] ?? String(value ?? '') },
    ],
    rows: latest.map((one) => ({ ...one })),
  };
}

const treatments: Record<string, string> = { missing: 'nothing there', none: 'it as it is' };

function kindOf(row: Row): string {
  if (row.kind === 'level_shift') return Number(row.value) > Number(row.expected) ? 'level rises' : 'level falls';
  return Number(row.value) > Number(row.expected) ? 'spike' : 'dip';
}

function gapTable({ gaps }: data.PanelQuality): TableData {
  return {
    columns: [
      { name: 'unique_id', label: 'Series', show: (value) => seriesName(String(value)) },
      { name: 'buckets', label: 'Longest', number: true },
      { name: 'from', label: 'From', show: (value) => moment(String(value)) },
      { name: 'to', label: 'To', show: (value) => moment(String(value)) },
      { name: 'count', label: 'Gaps', number: true },
      { name: 'empty_share', label: 'Empty', number: true, show: (value) => percent(value as number) },
    ],
    rows: (gaps ?? []).map((one) => ({ ...one })),
  };
}

const wide = 700; // px, from which a year fits into one strip
const year = 53; // weeks
const halfYear = 27;

/// Order lines of each day; a frame where there should have been some, a dot where it is unusual.
function Calendar({ view, dataset, latest }: Props & { latest: data.Disturbance[] }) {
  const of = useAnswer(`days ${dataset}`, (signal) => calls.sales(dataset, { grain: 'day', measure: ['lines'], limit: 10_000 }, signal));
  const days = useMemo(() => everyDay(of.value?.rows ?? []), [of.value]);
  const gaps = useMemo(() => gapsOf(days), [days]);
  const picture = useRef<HTMLCanvasElement>(null);
  const note = days.length > 0 ? `Order lines by day. ${gapText(gaps)}` : undefined;
  return (
    <Panel title="Days with sales" class="two-thirds" of={of} note={note} picture={picture} height={140} empty={() => days.length === 0 && 'There are no sales yet.'} table={() => dayTable(days)}>
      {() => (
        <>
          <Drawn days={days} latest={latest} picture={picture} />
          <Legend marks={latest.length > 0} />
          {gaps.length > 0 && <GapList gaps={gaps.slice(0, 6)} view={view} />}
        </>
      )}
    </Panel>
  );
}

function Legend({ marks }: { marks: boolean }) {
  return (
    <p class="legend calendar-legend">
      <span>
        <i class="few" /> few
      </span>
      <span>
        <i class="many" /> many
      </span>
      <span>
        <i class="gap" /> none, though the shop is open on such days
      </span>
      {marks && (
        <span>
          <i class="dot" /> unusual
        </span>
      )}
    </p>
  );
}

function Drawn({ days, latest, picture }: { days: Day[]; latest: data.Disturbance[]; picture: { current: HTMLCanvasElement | null } }) {
  const palette = usePalette();
  const narrow = useNarrow();
  const halves = narrow || days.length <= 7 * year;
  const cell = halves && !narrow ? 17 : 13;
  const spans = useMemo(() => strips(days, halves ? halfYear : year), [days, halves]);
  const option = useMemo(() => {
    const empty = new Set(gapsOf(days).flatMap((gap) => days.filter((one) => one.lines === 0 && one.day >= gap.from && one.day <= gap.to).map((one) => one.day)));
    return calendar({ days, spans, empty, marks: marksOf(latest), palette, cell, bad: colour('--bad'), show: (one) => `${moment(one.day)}\n${number(one.lines)} lines` });
  }, [days, spans, latest, palette, cell]);
  return <EChart key={spans.length} option={option} height={calendarHeight(spans.length, cell)} label={`Order lines of ${number(days.length)} days; days without are listed below`} picture={picture} />;
}

function marksOf(latest: data.Disturbance[]): Mark[] {
  return latest.map((one) => ({ day: one.ds.slice(0, 10), label: `${seriesName(one.unique_id)}: ${kindOf({ ...one })}` }));
}

function useNarrow(): boolean {
  const [narrow, set] = useState(innerWidth < wide);
  useEffect(() => {
    const listener = () => set(innerWidth < wide);
    addEventListener('resize', listener);
    return () => removeEventListener('resize', listener);
  }, []);
  return narrow;
}

function gapText(gaps: { days: number }[]): string {
  const days = gaps.reduce((sum, gap) => sum + gap.days, 0);
  return days === 0 ? 'No day on which the shop is open is without sales.' : `${number(days)} ${days === 1 ? 'day' : 'days'} without sales.`;
}

function GapList({ gaps, view }: { gaps: ReturnType<typeof gapsOf>; view: View }) {
  const open = (from: string, to: string) => show({ ...viewOf('/sales', view), from: addDays(from, -14), to: addDays(to, 15), filters: {} });
  return (
    <ul class="gaps" aria-label="Days without sales">
      {gaps.map((gap) => (
        <li key={gap.from}>
          <button class="chip" onClick={() => open(gap.from, gap.to)}>
            {gap.days === 1 ? moment(gap.from) : `${moment(gap.from)} to ${moment(gap.to)}: ${number(gap.days)} days`}
          </button>
        </li>
      ))}
    </ul>
  );
}

function dayTable(days: Day[]): TableData {
  return { columns: [{ name: 'day', label: 'Day', show: (value) => moment(String(value)) }, { name: 'lines', label: 'Lines', number: true }], rows: days.map((one) => ({ ...one })) };
}
