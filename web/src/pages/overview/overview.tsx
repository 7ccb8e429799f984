import { useMemo, useRef } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import { address, path } from '../../api/client.ts';
import type { DatasetStatus } from '../../api/types.ts';
import { both, useAnswer, type Loaded } from '../../api/use_answer.ts';
import { change, follow, show } from '../../app/router.ts';
import { useStatus, useWriting } from '../../app/shop.ts';
import { useStill } from '../../app/still.ts';
import { encodeView, viewOf, type View } from '../../app/view.ts';
import { usePalette } from '../../charts/palette.ts';
import { TimeChart } from '../../charts/time_chart.tsx';
import { Icon, icons } from '../../components/icon.tsx';
import { ModelName } from '../../components/model_name.tsx';
import { Failure, Panel, type Picture } from '../../components/panel.tsx';
import { Segments } from '../../components/segments.tsx';
import { moment } from '../../format/dates.ts';
import { measureName, type Writing } from '../../format/measures.ts';
import type { TableData } from '../../format/table.ts';
import type { PageProps } from '../pages.ts';
import { ahead, labelOf, type Ahead } from './ahead.ts';
import { matters, type Matter } from './attention.ts';
import { Movers } from './movers.tsx';
import { lengths } from './spans.ts';
import { AheadTile, Tiles } from './tiles.tsx';

export default function Overview({ view, dataset }: PageProps) {
  const status = useStatus();
  if (status.error) return <Failure error={status.error} retry={status.retry} />;
  if (status.value === null || status.value.dataset !== dataset) return <div class="loading" aria-busy="true" />;
  return <Known status={status.value} view={view} />;
}

function Known({ status, view }: { status: DatasetStatus; view: View }) {
  const still = useStill();
  const days = lengths.find((one) => String(one) === view.more.days) ?? 28;
  const next = useAnswer(`ahead ${status.dataset} ${status.current_run} ${status.last}`, (signal) => ahead(status, signal));
  // not drawn again when the forecast comes
  const tiles = useMemo(() => status.last && <Tiles status={status} days={days} />, [status, days]);
  const below = useMemo(
    () => (
      <>
        {status.last && <Movers status={status} days={days} view={view} />}
        <Attention status={status} view={view} />
      </>
    ),
    [status, days, view],
  );
  return (
    <>
      <Days status={status} view={view} days={days} still={still} />
      <div class="grid">
        {tiles}
        <AheadTile of={next} />
        <Chart of={next} view={view} />
        {below}
      </div>
    </>
  );
}

function Days({ status, view, days, still }: { status: DatasetStatus; view: View; days: number; still: boolean }) {
  return (
    <div class="bar">
      <Segments label="Days" of={lengths.map((value) => ({ value, label: `${value} days` }))} chosen={days} choose={(one) => change({ more: { ...view.more, days: one === 28 ? '' : String(one) } }, 'replace')} />
      {status.last && <span class="note">Sales to {moment(status.last)}, in the shop's time</span>}
      {!still && status.current_run && (
        <a class="button at-end" href={address(path('datasets', status.dataset, 'report'))} download title="All of this as one file, for people with no server">
          Report
        </a>
      )}
    </div>
  );
}

function Chart({ of, view }: { of: Loaded<Ahead | null>; view: View }) {
  const picture = useRef<HTMLCanvasElement>(null);
  const { value } = of;
  const writing = useWriting(value?.measure ?? null);
  const there = value && { ...viewOf('/forecast', view), panel: value.panel, series: 'total' };
  return (
    <Panel
      title={value ? `${measureName(value.measure)} by ${value.grain}, so far and ahead` : 'So far and ahead'}
      note={value && <>By <ModelName model={value.model} />{value.isBest && ', which did best on days that it had not seen'}{value.isOverridden && ', with overrides'}.</>}
      of={of}
      picture={picture}
      height={300}
      table={(v) => tableOf(v!, writing)}
      empty={(v) => v === null && 'There is no forecast of a total yet: ask for a run, or add a panel without dimensions or with a hierarchy.'}
      actions={
        there && (
          <a href={encodeView(there)} onClick={follow(there)}>
            Open the forecast
          </a>
        )
      }
    >
      {(v) => <Fan ahead={v!} writing={writing} picture={picture} open={(at) => show({ ...there!, more: { at: labelOf(v!, at) } })} />}
    </Panel>
  );
}

interface FanProps {
  ahead: Ahead;
  writing: Writing;
  picture: Picture;
  open: (at: number) => void;
}

function Fan({ ahead, writing, picture, open }: FanProps) {
  const palette = usePalette();
  const parts = useMemo(
    () => ({
      lines: [
        { label: 'Sold', colour: palette.past, values: ahead.past },
        { label: 'Forecast', colour: palette.accent, values: ahead.mean, width: 2 },
      ],
      bands: [
        { label: '95 %', colour: palette.accent, opacity: 0.13, low: ahead.low95, high: ahead.high95 },
        { label: '80 %', colour: palette.accent, opacity: 0.2, low: ahead.low80, high: ahead.high80 },
      ],
    }),
    [ahead, palette],
  );
  const now = ahead.times[ahead.times.length - ahead.steps - 1]!;
  const label = `${measureName(ahead.measure)} so far, and the forecast of ${ahead.steps} steps: ${writing.whole(ahead.sum)} in all`;
  return <TimeChart times={ahead.times} {...parts} grain={ahead.grain} height={270} label={label} picture={picture} now={now} writing={writing} onPick={open} />;
}

function tableOf(ahead: Ahead, { exact }: Writing): TableData {
  const value = (name: string, label: string) => ({ name, label, number: true, show: (one: unknown) => (one === null ? '' : exact(one as number)) });
  return {
    columns: [{ name: 'ds', label: 'When', show: (one) => moment(String(one)) }, value(ahead.measure, measureName(ahead.measure)), value('forecast', 'Forecast'), value('lo-80', 'Low (80 %)'), value('hi-80', 'High (80 %)')],
    rows: ahead.rows,
  };
}

function Attention({ status, view }: { status: DatasetStatus; view: View }) {
  const rejects = useAnswer(`rejects ${status.dataset}`, (signal) => calls.rejects(status.dataset, signal));
  const runs = useAnswer(`runs ${status.dataset} 5`, (signal) => calls.runs(status.dataset, 5, signal));
  return (
    <Panel title="What needs attention" class="half" of={both(rejects, runs)}>
      {([refused, ran]) => (
        <ul class="items">
          {matters(status, refused.files, ran.runs).map((one) => (
            <Item key={one.title} matter={one} view={view} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const signs = { good: icons.good, info: icons.info, warning: icons.warning, bad: icons.warning };

function Item({ matter, view }: { matter: Matter; view: View }) {
  const there = { ...viewOf(matter.page ?? '/', view), more: matter.section ? { section: matter.section } : {} };
  return (
    <li class={matter.kind}>
      <Icon path={signs[matter.kind]} size={16} />
      <div>
        {matter.page ? (
          <a class="plain" href={encodeView(there)} onClick={follow(there)}>
            {matter.title}
          </a>
        ) : (
          <strong>{matter.title}</strong>
        )}
        <p class="note">{matter.text}</p>
      </div>
    </li>
  );
}
