import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import type { Picture } from '../components/panel.tsx';
import { bucketLabel, clockTime, shortDay } from '../format/dates.ts';
import { writingOf, type Writing } from '../format/measures.ts';
import { axisSize } from './axis_size.ts';
import { faded, usePalette, type Palette } from './palette.ts';

export interface Line {
  label: string;
  colour: string; ///< "#1f5fbf"
  values: (number | null)[];
  width?: number;
  dashed?: boolean;
}

/// What lies between two lines.
export interface Band {
  label: string;
  colour: string;
  opacity: number;
  low: (number | null)[];
  high: (number | null)[];
}

interface Props {
  times: number[]; ///< seconds, civil times as if they were UTC, rising
  lines: Line[];
  bands?: Band[];
  grain: string; ///< how times are written
  height?: number;
  label: string; ///< what it shows, for who does not see it
  picture?: Picture;
  now?: number; ///< where what is known ends
  onSpan?: (from: number, to: number) => void; ///< dragged over
  writing?: Writing;
}

const plain = writingOf(null, '');

/// Lines and bands over time, for as many points as there are. The legend tells the values under the
/// pointer, or the last ones.
export function TimeChart(props: Props) {
  const { times, lines, bands = [], height = 280, label, picture } = props;
  const palette = usePalette();
  const root = useRef<HTMLDivElement>(null);
  const span = useRef(props.onSpan);
  span.current = props.onSpan;
  const [at, setAt] = useState<number | null>(null);

  useEffect(() => {
    if (!root.current) return undefined;
    const chart = new uPlot(optionsOf(props, palette, root.current.clientWidth, setAt, span), dataOf(times, lines, bands), root.current);
    if (picture) picture.current = chart.ctx.canvas;
    const watch = new ResizeObserver(([entry]) => chart.setSize({ width: entry!.contentRect.width, height }));
    watch.observe(root.current);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [times, lines, bands, height, props.now, props.writing, palette.surface]);

  return (
    <div>
      <div class="chart" ref={root} role="img" aria-label={label} style={{ minHeight: `${height}px` }} />
      <Legend {...props} at={at} />
    </div>
  );
}

function Legend({ times, lines, bands = [], grain, writing = plain, at }: Props & { at: number | null }) {
  const show = writing.whole;
  const value = (values: (number | null)[]) => (at === null ? null : (values[at] ?? null));
  return (
    <p class="legend" aria-hidden="true">
      {at !== null && <span>{bucketLabel(new Date(times[at]! * 1000).toISOString(), grain)}</span>}
      {lines.map((line) => (
        <span key={line.label} hidden={at !== null && value(line.values) === null}>
          <i style={{ background: line.colour }} />
          {line.label} {at !== null && <strong>{show(value(line.values))}</strong>}
        </span>
      ))}
      {bands.map((band) => (
        <span key={band.label} hidden={at !== null && value(band.low) === null}>
          <i style={{ background: faded(band.colour, Math.min(1, band.opacity * 2)), height: '9px' }} />
          {band.label} {at !== null && `${show(value(band.low))} to ${show(value(band.high))}`}
        </span>
      ))}
    </p>
  );
}

function dataOf(times: number[], lines: Line[], bands: Band[]): uPlot.AlignedData {
  return [times, ...bands.flatMap((band) => [band.high, band.low]), ...lines.map((line) => line.values)] as uPlot.AlignedData;
}

function optionsOf({ lines, bands = [], height = 280, now, onSpan, writing = plain }: Props, palette: Palette, width: number, setAt: (at: number | null) => void, span: { current: Props['onSpan'] }): uPlot.Options {
  const axis = { stroke: palette.muted, font: '12px system-ui, sans-serif', ticks: { show: false } };
  const edge = { stroke: 'transparent', width: 0, points: { show: false } };
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    padding: [10, 8, 0, 0],
    cursor: { drag: { x: onSpan !== undefined, y: false, setScale: false }, points: { size: 7 } },
    scales: { x: { time: true }, y: { range: (_, low, high) => uPlot.rangeNum(Math.min(low, 0), high, 0.08, true) } },
    axes: [
      { ...axis, size: 30, grid: { show: false }, space: 70, values: (_, splits, _axis, _space, step) => splits.map((time) => tickLabel(time, step)) },
      { ...axis, size: (_, labels) => axisSize(labels), grid: { stroke: palette.grid, width: 1 }, values: (_, values) => values.map(writing.brief) },
    ],
    series: [
      {},
      ...bands.flatMap(() => [edge, edge]),
      ...lines.map((line) => ({ stroke: line.colour, width: line.width ?? 1.6, points: { show: false }, ...(line.dashed && { dash: [5, 4] }) })),
    ],
    bands: bands.map((band, index) => ({ series: [1 + 2 * index, 2 + 2 * index] as [number, number], fill: faded(band.colour, band.opacity) })),
    hooks: {
      setCursor: [(chart) => setAt(chart.cursor.idx ?? null)],
      setSelect: [
        (chart) => {
          if (chart.select.width < 4) return;
          span.current?.(chart.posToVal(chart.select.left, 'x'), chart.posToVal(chart.select.left + chart.select.width, 'x'));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      draw: now === undefined ? [] : [(chart) => drawNow(chart, now, palette)],
    },
  };
}

/// As long as the step between ticks asks for, in the reader's words.
function tickLabel(time: number, step: number): string {
  const day = 86_400;
  const label = new Date(time * 1000).toISOString();
  if (step >= 360 * day) return bucketLabel(label, 'year');
  if (step >= 28 * day) return bucketLabel(label, 'month');
  if (step >= day || label.slice(11, 16) === '00:00') return shortDay(label);
  return clockTime(label);
}

function drawNow(chart: uPlot, now: number, palette: Palette): void {
  const x = Math.round(chart.valToPos(now, 'x', true));
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = palette.line;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
