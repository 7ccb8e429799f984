import { useMemo, useRef } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { Disturbance } from '../../api/data_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change, show } from '../../app/router.ts';
import { viewOf, type View } from '../../app/view.ts';
import { Panel } from '../../components/panel.tsx';
import { addDays, moment } from '../../format/dates.ts';
import { number } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import { everyDay, gapsOf, withoutStrays, yearsOf, type Day, type Gap } from './days.ts';
import { Drawn, useSheets, type Sheet } from './days_drawn.tsx';
import './quality.css';

interface Props {
  view: View;
  dataset: string;
  latest: Disturbance[];
}

/// Order lines of each day; a frame where there should have been some, a dot where it is unusual. Days
/// far from all others are told and not drawn, and of many years the last.
export function Days({ view, dataset, latest }: Props) {
  const of = useAnswer(`days ${dataset}`, (signal) => calls.sales(dataset, { grain: 'day', measure: ['lines'], limit: 10_000 }, signal));
  const { days, strays } = useMemo(() => {
    const { rows, strays } = withoutStrays(of.value?.rows ?? []);
    return { days: everyDay(rows), strays };
  }, [of.value]);
  const gaps = useMemo(() => gapsOf(days), [days]);
  const { sheets, cell } = useSheets(days);
  const sheet = sheets.find((one) => one.until === view.more.until) ?? sheets[0];
  const picture = useRef<HTMLCanvasElement>(null);
  const note = days.length > 0 ? `Order lines by day. ${gapText(gaps)}` : undefined;
  const pick = sheets.length > 1 && sheet && <Years view={view} sheets={sheets} sheet={sheet} />;
  return (
    <Panel title="Days with sales" class="two-thirds" of={of} note={note} actions={pick} picture={picture} height={140} empty={() => days.length === 0 && 'There are no sales yet.'} table={() => dayTable([...strays, ...days])}>
      {() => (
        <>
          {strays.length > 0 && <Strays strays={strays} view={view} />}
          {sheet && <Drawn days={days} sheet={sheet} cell={cell} latest={latest} picture={picture} />}
          <Legend marks={latest.length > 0} />
          {gaps.length > 0 && <GapList gaps={gaps.slice(0, mostChips)} view={view} />}
        </>
      )}
    </Panel>
  );
}

const mostChips = 6;

function Years({ view, sheets, sheet }: { view: View; sheets: Sheet[]; sheet: Sheet }) {
  return (
    <select aria-label="Years" value={sheet.until} onChange={(event) => change({ more: { ...view.more, until: event.currentTarget.value } }, 'replace')}>
      {sheets.map((one) => (
        <option key={one.until} value={one.until}>
          {yearsOf([one.spans[0]![0], one.until])}
        </option>
      ))}
    </select>
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

function Strays({ strays, view }: { strays: Day[]; view: View }) {
  const open = (day: string) => show({ ...viewOf('/sales', view), from: day, to: addDays(day, 1), filters: {} });
  return (
    <div class="strays">
      <p class="note">{`${strays.length === 1 ? '1 day is' : `${number(strays.length)} days are`} more than a year from all others, likely by a wrong date, and not drawn:`}</p>
      <ul class="gaps" aria-label="Days far from all others">
        {strays.slice(0, mostChips).map(({ day, lines }) => (
          <li key={day}>
            <button class="chip" onClick={() => open(day)}>
              {`${moment(day)}: ${lines === 1 ? '1 line' : `${number(lines)} lines`}`}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function gapText(gaps: Gap[]): string {
  const days = gaps.reduce((sum, gap) => sum + gap.days, 0);
  return days === 0 ? 'No day on which the shop is open is without sales.' : `${number(days)} ${days === 1 ? 'day' : 'days'} without sales.`;
}

function GapList({ gaps, view }: { gaps: Gap[]; view: View }) {
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
  const rows = [...days].sort((a, b) => a.day.localeCompare(b.day)).map((one) => ({ ...one }));
  return { columns: [{ name: 'day', label: 'Day', show: (value) => moment(String(value)) }, { name: 'lines', label: 'Lines', number: true }], rows };
}
