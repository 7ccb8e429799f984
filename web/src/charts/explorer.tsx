import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import type { Picture } from '../components/panel.tsx';
import { bucketLabel } from '../format/dates.ts';
import type { Writing } from '../format/measures.ts';
import { axisSize } from './axis_size.ts';
import { drawColumns, sparsePaths } from './dense.ts';
import { gestures } from './explorer_gestures.ts';
import { drawMarks, drawNow, drawPicked, type Mark } from './explorer_marks.ts';
import { faded, usePalette, type Palette } from './palette.ts';
import { timeTick } from './time_tick.ts';
import type { Window } from './window.ts';
import './explorer.css';

export type { Mark } from './explorer_marks.ts';

export interface Trace {
  label: string;
  colour: string; ///< "#1f5fbf"
  values: (number | null)[];
  width?: number;
  dashed?: boolean;
  dots?: boolean; ///< a point at each value, no line
}

/// What lies between two lines; said in the legend with `label`, where it is not ''.
export interface Fan {
  label: string;
  colour: string;
  opacity: number;
  low: (number | null)[];
  high: (number | null)[];
}

interface Props {
  times: number[]; ///< seconds, civil times as if they were UTC, rising
  traces: Trace[];
  fans: Fan[];
  marks: Mark[];
  now: number; ///< where what was known ends
  window: Window;
  picked: number | null; ///< index of the point that is explained
  grain: string;
  height: number;
  label: string;
  writing: Writing;
  picture?: Picture;
  onWindow: (shown: Window) => void; ///< after a move
  onPick: (at: number) => void;
}

/// Lines and intervals over time to look around in: wheel and buttons zoom, dragging and Shift with
/// the arrows move, the arrows go from point to point, a click or Enter picks one. As many points as
/// there are: uPlot draws only what is on show.
export function Explorer(props: Props) {
  const { times, traces, fans, marks, now, height, picked } = props;
  const palette = usePalette();
  const root = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [at, setAt] = useState<number | null>(null);

  useEffect(() => {
    if (!root.current) return undefined;
    const made = new uPlot(optionsOf(latest, palette, root.current.clientWidth, setAt), dataOf(props), root.current);
    chart.current = made;
    if (props.picture) props.picture.current = made.ctx.canvas;
    const watch = new ResizeObserver(([entry]) => made.setSize({ width: entry!.contentRect.width, height }));
    watch.observe(root.current);
    const release = gestures(made, root.current, {
      whole: () => ({ from: times[0] ?? 0, to: times.at(-1) ?? 1 }),
      step: () => ((times.at(-1) ?? 1) - (times[0] ?? 0)) / Math.max(1, times.length - 1),
      settled: (shown) => latest.current.onWindow(shown),
      pick: (index) => latest.current.onPick(index),
    });
    return () => {
      release();
      watch.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [times, traces, fans, marks, now, height, props.writing, palette.surface]);

  useEffect(() => {
    const { from, to } = props.window;
    const scale = chart.current?.scales.x;
    if (scale && (scale.min !== from || scale.max !== to)) chart.current!.setScale('x', { min: from, max: to });
  }, [props.window.from, props.window.to]);

  useEffect(() => chart.current?.redraw(false), [picked]);

  return (
    <div>
      <div class="chart explorer" ref={root} tabIndex={0} role="application" aria-roledescription="chart" aria-label={`${props.label} Arrow keys go from value to value, Enter explains one, Shift and arrows move, plus and minus zoom, 0 shows all.`} style={{ minHeight: `${height}px` }} />
      <Legend {...props} at={at ?? picked} />
      <p class="visually-hidden" aria-live="polite">
        {at !== null && spoken(props, at)}
      </p>
    </div>
  );
}

function spoken({ times, traces, grain, writing }: Props, at: number): string {
  const parts = traces.filter((trace) => trace.values[at] != null).map((trace) => `${trace.label} ${writing.exact(trace.values[at])}`);
  return `${bucketLabel(new Date(times[at]! * 1000).toISOString(), grain)}: ${parts.join(', ')}`;
}

function Legend({ times, traces, fans, grain, writing, at }: Props & { at: number | null }) {
  const value = (values: (number | null)[]) => (at === null ? null : (values[at] ?? null));
  return (
    <p class="legend" aria-hidden="true">
      {at !== null && <span class="when">{bucketLabel(new Date(times[at]! * 1000).toISOString(), grain)}</span>}
      {traces.map((trace) => (
        <span key={trace.label} hidden={at !== null && value(trace.values) === null}>
          <i class={trace.dashed ? 'dashed' : trace.dots ? 'dot' : ''} style={{ color: trace.colour }} />
          {trace.label} {at !== null && <strong>{writing.exact(value(trace.values))}</strong>}
        </span>
      ))}
      {fans.map(
        (fan) =>
          fan.label !== '' && (
            <span key={fan.label} hidden={at !== null && value(fan.low) === null}>
              <i class="area" style={{ color: faded(fan.colour, Math.min(1, fan.opacity * 2.2)) }} />
              {fan.label} {at !== null && `${writing.exact(value(fan.low))} to ${writing.exact(value(fan.high))}`}
            </span>
          ),
      )}
    </p>
  );
}

const lineWidth = 1.6;

function dataOf({ times, traces, fans }: Props): uPlot.AlignedData {
  return [times, ...fans.flatMap((fan) => [fan.high, fan.low]), ...traces.map((trace) => trace.values)] as uPlot.AlignedData;
}

function seriesOf(trace: Trace): uPlot.Series {
  if (trace.dots) return { stroke: trace.colour, paths: () => null, points: { show: true, size: 6, fill: trace.colour } };
  return { stroke: trace.colour, width: trace.width ?? lineWidth, points: { show: false }, ...(!trace.dashed && { paths: sparsePaths }), ...(trace.dashed && { dash: [5, 4] }) };
}

function optionsOf(latest: { current: Props }, palette: Palette, width: number, setAt: (at: number | null) => void): uPlot.Options {
  const { traces, fans, height, window, writing } = latest.current;
  const axis = { stroke: palette.muted, font: '12px system-ui, sans-serif', ticks: { show: false } };
  const edge = { stroke: 'transparent', width: 0, points: { show: false } };
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    padding: [12, 8, 0, 0],
    cursor: { drag: { x: false, y: false, setScale: false }, points: { size: 7 } },
    scales: { x: { time: true, min: window.from, max: window.to, auto: false }, y: { range: (_, low, high) => uPlot.rangeNum(Math.min(low ?? 0, 0), high ?? 1, 0.08, true) } },
    axes: [
      { ...axis, size: 30, grid: { show: false }, space: 70, values: (_, splits, _axis, _space, step) => splits.map((time) => timeTick(time, step)) },
      { ...axis, size: (_, labels) => axisSize(labels), grid: { stroke: palette.grid, width: 1 }, values: (_, values) => values.map(writing.brief) },
    ],
    series: [{}, ...fans.flatMap(() => [edge, edge]), ...traces.map(seriesOf)],
    bands: fans.map((fan, index) => ({ series: [1 + 2 * index, 2 + 2 * index] as [number, number], fill: faded(fan.colour, fan.opacity) })),
    hooks: {
      setCursor: [(made) => setAt(made.cursor.idx ?? null)],
      drawAxes: [(made) => drawNow(made, latest.current.now, palette)],
      drawSeries: [
        (made, index) => {
          const trace = traces[index - 1 - 2 * fans.length];
          if (trace && !trace.dashed && !trace.dots) drawColumns(made, index, trace.colour, trace.width ?? lineWidth);
        },
      ],
      draw: [(made) => drawMarks(made, latest.current.marks, palette), (made) => drawPicked(made, latest.current.picked, palette)],
    },
  };
}
