import { useMemo, useRef } from 'preact/hooks';

import * as forecasts from '../../api/forecast_calls.ts';
import type { PanelFacts } from '../../api/forecast_calls.ts';
import type { Row } from '../../api/types.ts';
import { useAnswer, type Loaded } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import { colour, useTheme } from '../../app/theme.ts';
import type { View } from '../../app/view.ts';
import { Explorer, type Fan, type Mark, type Trace } from '../../charts/explorer.tsx';
import { modelColour } from '../../charts/model_colours.ts';
import { ModelPicker } from '../../charts/model_picker.tsx';
import { usePalette, type Palette } from '../../charts/palette.ts';
import { windowOf, windowText, zoomed, type Window } from '../../charts/window.ts';
import { Panel } from '../../components/panel.tsx';
import { buckets, grainOf } from '../../format/buckets.ts';
import { bucketLabel } from '../../format/dates.ts';
import { modelName } from '../../format/models.ts';
import { change as changeText, figure, number, percent } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import type { TableData } from '../../format/table.ts';
import type { Gathered } from './gather.ts';
import { marksOf } from './marks.ts';
import { pastOf, rowsOf, scoreOf, together, type Expected, type Woven } from './weave.ts';

interface Props {
  view: View;
  dataset: string;
  facts: PanelFacts;
  of: Loaded<Gathered>;
  chosen: string[];
  picked: number | null;
  still?: boolean; ///< in a report, which knows of no past forecasts and explains nothing
}

const nearHorizons = 6; // as much history as this many horizons is shown at first
const mostRows = 5000;

/// The chart of a series, and its numbers.
export function Outlook({ view, dataset, facts, of, chosen, picked, still = false }: Props) {
  const picture = useRef<HTMLCanvasElement>(null);
  const { value } = of;
  const wantsPast = view.more.past === '1' && !still;
  const past = usePast(dataset, wantsPast ? value : null);
  const colours = useColours(value?.models ?? []);
  const whole = value ? wholeOf(value.woven) : { from: 0, to: 1 };
  const shown = value ? (windowOf(view.more.span ?? '', whole) ?? nearOf(value.woven, facts.horizon)) : whole;
  const look = (next: Window) => change({ more: { ...view.more, span: windowText(next) } }, 'replace');
  const title = value ? seriesName(value.of.unique_id) : 'Forecast';
  return (
    <Panel
      title={title}
      note={value && noteOf(facts, value)}
      of={of}
      height={520}
      picture={picture}
      empty={(v) => v.woven.ds.length === 0 && 'This series has neither sales nor forecasts.'}
      table={(v) => tableOf(v, facts, chosen, past, shown)}
      actions={value && <Zoom whole={whole} shown={shown} near={nearOf(value.woven, facts.horizon)} look={look} />}
    >
      {(v) => (
        <>
          <Together woven={v.woven} mean={v.woven.final ?? v.woven.models[v.model]!.mean} facts={facts} />
          <div class="chart-tools">
            <ModelPicker models={v.models} chosen={chosen} best={v.best} colourOf={colours} choose={(models) => change({ models })} />
            {!still && (
              <label class="check">
                <input type="checkbox" checked={wantsPast} onChange={() => change({ more: { ...view.more, past: wantsPast ? '' : '1' } })} />
                Past forecasts
              </label>
            )}
          </div>
          <Chart {...{ v, facts, chosen, past, shown, look, picked, colours, picture, view, still }} />
          {wantsPast && <PastNote past={past} woven={v.woven} model={v.model} facts={facts} />}
        </>
      )}
    </Panel>
  );
}

function useColours(models: readonly string[]): (model: string) => string {
  const { shown } = useTheme();
  return useMemo(() => (model: string) => modelColour(model, models, shown), [models.join(), shown]);
}

/// What earlier runs expected; null until it is there.
function usePast(dataset: string, value: Gathered | null): Expected | null {
  const key = value && `past ${dataset} ${value.of.panel} ${value.of.unique_id} ${value.model} ${value.run}`;
  const of = useAnswer(key, (signal) => forecasts.past(dataset, { ...value!.of, model: value!.model }, signal));
  const fits = value && of.value?.unique_id === value.of.unique_id && of.value.panel === value.of.panel && of.value.model === value.model;
  return useMemo(() => (fits ? pastOf(value.woven, of.value!, value.run) : null), [fits, value, of.value]);
}

function wholeOf({ times }: Woven): Window {
  return { from: times[0] ?? 0, to: times.at(-1) ?? 1 };
}

function nearOf({ times, first }: Woven, horizon: number): Window {
  return { from: times[Math.max(0, first - nearHorizons * horizon)] ?? 0, to: times.at(-1) ?? 1 };
}

function noteOf(facts: PanelFacts, value: Gathered): string {
  const what = facts.measure ? `${facts.measure[0]!.toUpperCase()}${facts.measure.slice(1)} per ${buckets(facts.frequency, 1)}` : `By ${buckets(facts.frequency, 1)}`;
  const last = value.horizon.at(-1);
  return `${what}${last ? ` · ${value.horizon.length} ${buckets(facts.frequency, value.horizon.length)} ahead, to ${bucketLabel(last, grainOf(facts.frequency))}` : ''}`;
}

function Together({ woven, mean, facts }: { woven: Woven; mean: (number | null)[]; facts: PanelFacts }) {
  const sums = together(woven, mean);
  if (!sums) return null;
  const words = `${number(sums.steps)} ${buckets(facts.frequency, sums.steps)}`;
  return (
    <p class="figures">
      The next {words} come to about <strong>{number(sums.ahead)}</strong>
      {sums.before > 0 && (
        <span class="note">
          {' '}
          {changeText(sums.ahead / sums.before - 1)} against the last {words}
        </span>
      )}
    </p>
  );
}

function Zoom({ whole, shown, near, look }: { whole: Window; shown: Window; near: Window; look: (next: Window) => void }) {
  const scale = (factor: number) => look(zoomed(shown, whole, factor, 1, (whole.to - whole.from) / 200));
  const is = (one: Window) => Math.abs(one.from - shown.from) < 1 && Math.abs(one.to - shown.to) < 1;
  return (
    <>
      <button class="quiet icon-button" aria-label="Show less time" title="Show less time (+)" onClick={() => scale(0.6)}>
        +
      </button>
      <button class="quiet icon-button" aria-label="Show more time" title="Show more time (-)" onClick={() => scale(1 / 0.6)}>
        −
      </button>
      <div class="segments" role="group" aria-label="Time on show">
        <button aria-pressed={is(near)} onClick={() => look(near)}>
          Near
        </button>
        <button aria-pressed={is(whole)} onClick={() => look(whole)}>
          All
        </button>
      </div>
    </>
  );
}

interface ChartProps {
  v: Gathered;
  facts: PanelFacts;
  view: View;
  chosen: string[];
  past: Expected | null;
  shown: Window;
  look: (next: Window) => void;
  picked: number | null;
  colours: (model: string) => string;
  picture: { current: HTMLCanvasElement | null };
  still: boolean;
}

function Chart({ v, facts, view, chosen, past, shown, look, picked, colours, picture, still }: ChartProps) {
  const palette = usePalette();
  const { woven } = v;
  const marks = useMemo(() => marksOf(woven, v.disturbances, { warning: colour('--warning'), accent: palette.accent }), [v, palette]);
  const fans = useMemo(() => fansOf(woven, chosen, past, colours, palette), [v, chosen, past, colours, palette]);
  const traces = useMemo(() => tracesOf(woven, chosen, past, colours, palette), [v, chosen, past, colours, palette]);
  const name = seriesName(v.of.unique_id);
  return (
    <>
      <Explorer
        times={woven.times}
        traces={traces}
        fans={fans}
        marks={marks}
        now={woven.times[Math.max(0, woven.first - 1)] ?? 0}
        window={shown}
        picked={picked}
        grain={grainOf(facts.frequency)}
        height={360}
        label={`Sales of ${name} and their forecast.`}
        picture={picture}
        onWindow={look}
        onPick={(at) => !still && change({ more: { ...view.more, at: woven.ds[at]! } }, 'replace')}
      />
      {marks.length > 0 && (
        <p class="note">
          {countOf(marks, 'outlier', '○ outliers')}
          {countOf(marks, 'level', '◇ shifts of the level')}
          {still ? '' : 'Click one for what is known of it.'}
        </p>
      )}
    </>
  );
}

function countOf(marks: readonly Mark[], kind: Mark['kind'], words: string): string {
  const count = marks.filter((mark) => mark.kind === kind).length;
  return count === 0 ? '' : `${words}: ${number(count)}. `;
}

function tracesOf(woven: Woven, chosen: string[], past: Expected | null, colours: (model: string) => string, palette: Palette): Trace[] {
  const traces: Trace[] = [{ label: 'Came', colour: palette.past, values: woven.came, width: 1.4 }];
  if (past) traces.push({ label: 'Was expected', colour: palette.muted, values: past.mean, dashed: true });
  for (const model of chosen) traces.push({ label: modelName(model, Object.keys(woven.models)), colour: colours(model), values: woven.models[model]!.mean, width: 2 });
  if (woven.final) traces.push({ label: 'With overrides', colour: palette.text, values: woven.final, dashed: true, width: 2 });
  if (woven.since.some((value) => value !== null)) traces.push({ label: 'Came since the run, perhaps not all of it yet', colour: palette.text, values: woven.since, dots: true });
  return traces;
}

function fansOf(woven: Woven, chosen: string[], past: Expected | null, colours: (model: string) => string, palette: Palette): Fan[] {
  const alone = chosen.length === 1;
  const fans = chosen.flatMap((model): Fan[] => {
    const { low, high } = woven.models[model]!;
    const colour = colours(model);
    const wide: Fan = { label: '95 of 100 within', colour, opacity: 0.13, low: low[95], high: high[95] };
    const narrow: Fan = { label: alone ? '80 of 100 within' : `${modelName(model, Object.keys(woven.models))}: 80 of 100 within`, colour, opacity: alone ? 0.2 : 0.12, low: low[80], high: high[80] };
    return alone ? [wide, narrow] : [narrow];
  });
  if (past) fans.unshift({ label: '80 of 100 were to be within', colour: palette.before, opacity: 0.25, low: past.low[80], high: past.high[80] });
  return fans;
}

function PastNote({ past, woven, model, facts }: { past: Expected | null; woven: Woven; model: string; facts: PanelFacts }) {
  if (!past) return <p class="note">Looking up past forecasts.</p>;
  const score = scoreOf(past, woven.came);
  if (!score) return <p class="note">No earlier run forecast this series by {modelName(model, Object.keys(woven.models))}: the next ones will show here what was expected.</p>;
  return (
    <p class="note">
      Of {number(score.n)} {buckets(facts.frequency, score.n)} that earlier runs forecast by {modelName(model, Object.keys(woven.models))}, {percent(score.within, 0)} came within the interval meant for 80 %; the means were off by {percent(score.wape, 0)} of sales.
    </p>
  );
}

function tableOf(v: Gathered, facts: PanelFacts, chosen: string[], past: Expected | null, shown: Window): TableData {
  const { woven } = v;
  const to = Math.max(0, woven.times.findLastIndex((time) => time <= shown.to));
  const from = Math.max(0, woven.times.findIndex((time) => time >= shown.from), to - mostRows);
  const value = (name: string, label: string) => ({ name, label, number: true });
  const interval = (name: string, label: string, low: string, high: string) => ({
    name,
    label,
    number: true,
    show: (mean: unknown, row: Row) => (mean === null ? '' : figure(mean as number)) + (typeof row[low] === 'number' ? ` (${figure(row[low] as number)} to ${figure(row[high] as number)})` : ''),
  });
  return {
    columns: [
      { name: 'ds', label: 'When', show: (ds) => bucketLabel(String(ds), grainOf(facts.frequency)) },
      value('came', 'Came'),
      ...(past ? [interval('past', 'Was expected (80 %)', 'past-lo-80', 'past-hi-80')] : []),
      ...chosen.flatMap((model) => [
        interval(model, `${modelName(model, v.models)} (80 %)`, `${model}-lo-80`, `${model}-hi-80`),
        value(`${model}-lo-95`, '95 %, from'),
        value(`${model}-hi-95`, 'to'),
      ]),
      ...(woven.final ? [value('final', 'With overrides')] : []),
    ],
    rows: rowsOf(woven, chosen, past, from, to).reverse(), // what comes is what one looks for
  };
}
