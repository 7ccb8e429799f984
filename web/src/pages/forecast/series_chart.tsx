import { useMemo } from 'preact/hooks';

import type { PanelFacts } from '../../api/forecast_calls.ts';
import { change } from '../../app/router.ts';
import { useStill } from '../../app/still.ts';
import { colour } from '../../app/theme.ts';
import type { View } from '../../app/view.ts';
import { usePalette } from '../../charts/palette.ts';
import type { Window } from '../../charts/time/window.ts';
import { TimeChart, type Mark } from '../../charts/time_chart.tsx';
import type { Picture } from '../../components/panel.tsx';
import { grainOf } from '../../format/buckets.ts';
import type { Writing } from '../../format/measures.ts';
import { number } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import type { Gathered } from './gather.ts';
import { bandsOf, linesOf } from './lines.ts';
import { marksOf } from './marks.ts';
import type { Expected } from './weave.ts';

interface Props {
  v: Gathered;
  writing: Writing;
  facts: PanelFacts;
  view: View;
  chosen: string[];
  past: Expected | null;
  shown: Window;
  look: (next: Window) => void;
  picked: number | null;
  colours: (model: string) => string;
  picture: Picture;
}

/// History and future of a series, with what stands out.
export function SeriesChart(props: Props) {
  const { v, writing, facts, view, shown, look, picked, picture } = props;
  const still = useStill(); // a report explains nothing
  const { woven } = v;
  const { marks, ...drawn } = useDrawn(props);
  return (
    <>
      <TimeChart
        {...drawn}
        writing={writing}
        times={woven.times}
        marks={marks}
        now={woven.times[Math.max(0, woven.first - 1)] ?? 0}
        window={shown}
        picked={picked}
        grain={grainOf(facts.frequency)}
        height={360}
        label={`Sales of ${seriesName(v.of.unique_id)} and their forecast`}
        picture={picture}
        onWindow={look}
        {...(!still && { onPick: (at: number) => change({ more: { ...view.more, at: woven.ds[at]! } }, 'replace') })}
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

/// The same objects as long as nothing of it changes, so that the chart stands.
function useDrawn({ v, chosen, past, colours }: Props) {
  const palette = usePalette();
  return useMemo(() => {
    const shown = { woven: v.woven, chosen, past, colours, palette };
    const marks = marksOf(v.woven, v.disturbances, { warning: colour('--warning'), accent: palette.accent });
    return { lines: linesOf(shown), bands: bandsOf(shown), marks };
  }, [v, chosen, past, colours, palette]);
}

function countOf(marks: readonly Mark[], kind: Mark['kind'], words: string): string {
  const count = marks.filter((mark) => mark.kind === kind).length;
  return count === 0 ? '' : `${words}: ${number(count)}. `;
}
