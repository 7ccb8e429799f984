import { useId, useMemo, useState } from 'preact/hooks';

import type { Picture } from '../components/panel.tsx';
import type { Content } from './time/content.ts';
import { keysHelp } from './time/keys.ts';
import { Legend } from './time/legend.tsx';
import { spoken, summaryOf } from './time/summary.ts';
import { usePlot } from './time/use_plot.ts';
import { wholeOf, type Window } from './time/window.ts';
import './time/time_chart.css';

export type { Band, Line, Mark } from './time/content.ts';

interface Props extends Content {
  label: string; ///< what it shows, for who does not see it
  height?: number;
  picture?: Picture;
  window?: Window; ///< the part on show; all where it is missing
  picked?: number | null; ///< index of the point that is explained
  onWindow?: (shown: Window) => void; ///< after a move; without it the chart stands still
  onSpan?: (from: number, to: number) => void; ///< a part that is marked; not beside onWindow
  onPick?: (at: number) => void; ///< by a click or Enter
}

const usual = 280;

/// Lines and bands over time, for as many points as there are. The legend tells the values under the
/// pointer, or those of the point that is picked; the arrows go from value to value. With `onWindow`
/// dragging, wheel and keys look around.
export function TimeChart({ label, ...props }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  const { height = usual, picked = null } = props;
  const window = useMemo(() => props.window ?? wholeOf(props.times), [props.window?.from, props.window?.to, props.times]);
  const root = usePlot({ ...props, height, window }, setAt);
  const summary = useMemo(() => summaryOf(props, window), [props.times, props.lines, props.now, window]);
  const moves = props.onWindow !== undefined;
  return (
    <div>
      <div
        class={moves ? 'chart time-chart moves' : 'chart time-chart'}
        ref={root}
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={label}
        aria-describedby={id}
        style={{ minHeight: `${height}px` }}
      />
      <Legend content={props} at={at ?? picked} />
      <p id={id} class="visually-hidden">
        {summary} {keysHelp(props, moves)}
      </p>
      <p class="visually-hidden" aria-live="polite">
        {at !== null && document.activeElement === root.current && spoken(props, at)}
      </p>
    </div>
  );
}
