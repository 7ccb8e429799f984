import { useMemo, useRef } from 'preact/hooks';

import type { PanelFacts } from '../api/forecast_calls.ts';
import { useAnswer } from '../api/use_answer.ts';
import { change } from '../app/router.ts';
import { useWriting } from '../app/shop.ts';
import { useTheme } from '../app/theme.ts';
import { modelColour } from '../charts/model_colours.ts';
import { usePalette } from '../charts/palette.ts';
import { wholeOf } from '../charts/time/window.ts';
import { TimeChart } from '../charts/time_chart.tsx';
import { Panel, type Picture } from '../components/panel.tsx';
import { buckets, grainOf } from '../format/buckets.ts';
import type { Writing } from '../format/measures.ts';
import { modelName } from '../format/models.ts';
import { change as changeText } from '../format/numbers.ts';
import { seriesName } from '../format/series.ts';
import { gather, type Gathered } from '../pages/forecast/gather.ts';
import { bandsOf, linesOf } from '../pages/forecast/lines.ts';
import { tableOf } from '../pages/forecast/numbers.ts';
import { nearOf } from '../pages/forecast/span.tsx';
import { together } from '../pages/forecast/weave.ts';

interface Props {
  dataset: string;
  facts: PanelFacts;
  series: string;
}

const height = 150;

/// A series beside others: its fan, and what is expected in all. A click shows it in the large chart.
export function SmallFan({ dataset, facts, series }: Props) {
  const picture = useRef<HTMLCanvasElement>(null);
  const writing = useWriting(facts.measure);
  const of = useAnswer(`gather ${facts.panel} ${series}`, (signal) => gather(dataset, facts.panel, series, '', signal));
  return (
    <Panel
      title={seriesName(series)}
      note={of.value && sumOf(of.value, facts, writing)}
      class="third fan"
      of={of}
      height={height}
      picture={picture}
      empty={(v) => v.woven.ds.length === 0 && 'This series has neither sales nor forecasts.'}
      table={(v) => tableOf(v, facts, { chosen: [v.model], past: null, shown: wholeOf(v.woven.times), writing })}
    >
      {(v) => <Chart v={v} facts={facts} writing={writing} picture={picture} />}
    </Panel>
  );
}

function sumOf(v: Gathered, facts: PanelFacts, writing: Writing): string {
  const sums = together(v.woven, v.woven.final ?? v.woven.models[v.model]!.mean);
  if (!sums) return modelName(v.model, v.models);
  const grown = sums.before > 0 ? `, ${changeText(sums.ahead / sums.before - 1)}` : '';
  return `${writing.whole(sums.ahead)} in ${sums.steps} ${buckets(facts.frequency, sums.steps)}${grown} · ${modelName(v.model, v.models)}`;
}

interface ChartProps {
  v: Gathered;
  facts: PanelFacts;
  writing: Writing;
  picture: Picture;
}

function Chart({ v, facts, writing, picture }: ChartProps) {
  const palette = usePalette();
  const { shown } = useTheme();
  const { woven, of } = v;
  const drawn = useMemo(() => {
    const what = { woven, chosen: [v.model], past: null, colours: (model: string) => modelColour(model, v.models, shown), palette };
    return { lines: linesOf(what), bands: bandsOf(what) };
  }, [v, palette, shown]);
  const near = useMemo(() => nearOf(woven, facts.horizon), [woven, facts.horizon]);
  const now = woven.times[Math.max(0, woven.first - 1)] ?? 0;
  const open = () => change({ panel: of.panel, series: of.unique_id, more: {} });
  return <TimeChart {...drawn} times={woven.times} now={now} window={near} grain={grainOf(facts.frequency)} height={height} writing={writing} label={`Sales of ${seriesName(of.unique_id)} and their forecast`} picture={picture} onPick={open} />;
}
