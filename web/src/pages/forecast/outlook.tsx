import { useMemo, useRef } from 'preact/hooks';

import * as forecasts from '../../api/forecast_calls.ts';
import type { PanelFacts } from '../../api/forecast_calls.ts';
import { useAnswer, type Loaded } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import { useWriting } from '../../app/shop.ts';
import { useStill } from '../../app/still.ts';
import { useTheme } from '../../app/theme.ts';
import type { View } from '../../app/view.ts';
import { modelColour } from '../../charts/model_colours.ts';
import { ModelPicker } from '../../charts/model_picker.tsx';
import { wholeOf, windowOf, windowText, type Window } from '../../charts/time/window.ts';
import { Panel } from '../../components/panel.tsx';
import { buckets, grainOf } from '../../format/buckets.ts';
import { bucketLabel } from '../../format/dates.ts';
import type { Writing } from '../../format/measures.ts';
import { modelName } from '../../format/models.ts';
import { change as changeText, number, percent } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import type { Gathered } from './gather.ts';
import { tableOf } from './numbers.ts';
import { SeriesChart } from './series_chart.tsx';
import { Zoom, nearOf } from './span.tsx';
import { pastOf, scoreOf, together, type Expected, type Woven } from './weave.ts';

interface Props {
  view: View;
  dataset: string;
  facts: PanelFacts;
  of: Loaded<Gathered>;
  chosen: string[];
  picked: number | null;
}

/// The chart of a series, and its numbers.
export function Outlook(props: Props) {
  const { view, dataset, facts, of, chosen } = props;
  const picture = useRef<HTMLCanvasElement>(null);
  const { value } = of;
  const past = usePast(dataset, wantsPast(view) ? value : null);
  const whole = wholeOf(value?.woven.times ?? []);
  const near = value ? nearOf(value.woven, facts.horizon) : whole;
  const shown = windowOf(view.more.span ?? '', whole) ?? near;
  const writing = useWriting(facts.measure);
  const look = (next: Window) => change({ more: { ...view.more, span: windowText(next) } }, 'replace');
  return (
    <Panel
      title={value ? seriesName(value.of.unique_id) : 'Forecast'}
      note={value && noteOf(facts, value)}
      of={of}
      height={520}
      picture={picture}
      empty={(v) => v.woven.ds.length === 0 && 'This series has neither sales nor forecasts.'}
      table={(v) => tableOf(v, facts, { chosen, past, shown, writing })}
      actions={value && <Zoom whole={whole} shown={shown} near={near} look={look} />}
    >
      {(v) => <Body {...props} v={v} writing={writing} past={past} shown={shown} look={look} picture={picture} />}
    </Panel>
  );
}

function wantsPast(view: View): boolean {
  return view.more.past === '1';
}

interface BodyProps extends Props {
  v: Gathered;
  writing: Writing;
  past: Expected | null;
  shown: Window;
  look: (next: Window) => void;
  picture: { current: HTMLCanvasElement | null };
}

function Body({ v, writing, view, facts, chosen, picked, past, shown, look, picture }: BodyProps) {
  const still = useStill(); // a report knows of no past forecasts
  const colours = useColours(v.models);
  const turn = () => change({ more: { ...view.more, past: wantsPast(view) ? '' : '1' } });
  return (
    <>
      <Together woven={v.woven} mean={v.woven.final ?? v.woven.models[v.model]!.mean} facts={facts} writing={writing} />
      <div class="chart-tools">
        <ModelPicker models={v.models} chosen={chosen} best={v.best} colourOf={colours} choose={(models) => change({ models })} />
        {!still && (
          <label class="check">
            <input type="checkbox" checked={wantsPast(view)} onChange={turn} />
            Past forecasts
          </label>
        )}
      </div>
      <SeriesChart {...{ v, writing, facts, chosen, past, shown, look, picked, colours, picture, view }} />
      {wantsPast(view) && <PastNote past={past} woven={v.woven} model={v.model} facts={facts} />}
    </>
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

function noteOf(facts: PanelFacts, value: Gathered): string {
  const what = facts.measure ? `${facts.measure[0]!.toUpperCase()}${facts.measure.slice(1)} per ${buckets(facts.frequency, 1)}` : `By ${buckets(facts.frequency, 1)}`;
  const last = value.horizon.at(-1);
  return `${what}${last ? ` · ${value.horizon.length} ${buckets(facts.frequency, value.horizon.length)} ahead, to ${bucketLabel(last, grainOf(facts.frequency))}` : ''}`;
}

function Together({ woven, mean, facts, writing }: { woven: Woven; mean: (number | null)[]; facts: PanelFacts; writing: Writing }) {
  const sums = together(woven, mean);
  if (!sums) return null;
  const words = `${number(sums.steps)} ${buckets(facts.frequency, sums.steps)}`;
  return (
    <p class="figures">
      The next {words} come to about <strong>{writing.whole(sums.ahead)}</strong>
      {sums.before > 0 && (
        <span class="note">
          {' '}
          {changeText(sums.ahead / sums.before - 1)} against the last {words}
        </span>
      )}
    </p>
  );
}

function PastNote({ past, woven, model, facts }: { past: Expected | null; woven: Woven; model: string; facts: PanelFacts }) {
  if (!past) return <p class="note">Looking up past forecasts.</p>;
  const score = scoreOf(past, woven.came);
  if (!score && past.mean.some((mean) => mean !== null)) return <p class="note">Earlier runs forecast what is still ahead: nothing of it has come yet to compare with.</p>;
  if (!score) return <p class="note">No earlier run forecast this series by {modelName(model, Object.keys(woven.models))}: the next ones will show here what was expected.</p>;
  return (
    <p class="note">
      Of {number(score.n)} {buckets(facts.frequency, score.n)} that earlier runs forecast by {modelName(model, Object.keys(woven.models))}, {percent(score.within, 0)} came within the interval meant for 80 %; the means were off by {percent(score.wape, 0)} of sales.
    </p>
  );
}
