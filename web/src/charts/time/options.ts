// What uPlot is told of a chart over time.
import uPlot from 'uplot';

import type { Writing } from '../../format/measures.ts';
import { axisSize } from '../axis_size.ts';
import { faded, type Palette } from '../palette.ts';
import { plainWriting, type Band, type Content, type Line } from './content.ts';
import { drawColumns, sparsePaths } from './dense.ts';
import { drawMarks, drawNow, drawPicked } from './drawing.ts';
import { timeTicks } from './time_tick.ts';
import type { Window } from './window.ts';

/// What may change while the chart stands.
export interface Standing extends Content {
  picked?: number | null; ///< index of the point that is explained
  onSpan?: (from: number, to: number) => void;
}

export interface Means {
  latest: { current: Standing };
  palette: Palette;
  onCursor: (at: number | null) => void;
}

const lineWidth = 1.6;
const leastSpan = 4; // pixels that are no click any more

export function plotData({ times, lines, bands = [] }: Content): uPlot.AlignedData {
  return [times, ...bands.flatMap((band) => [band.high, band.low]), ...lines.map((line) => line.values)] as uPlot.AlignedData;
}

export function plotOptions(means: Means, size: { width: number; height: number }, shown: Window): uPlot.Options {
  const { lines, bands = [], onSpan, writing = plainWriting } = means.latest.current;
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  return {
    ...size,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    padding: [12, 22, 0, 0],
    cursor: { drag: { x: onSpan !== undefined, y: false, setScale: false }, points: { size: 7 } },
    scales: {
      x: { time: true, min: shown.from, max: shown.to, auto: false },
      y: { range: (_, low, high) => uPlot.rangeNum(Math.min(low ?? 0, 0), high ?? 1, 0.08, true) },
    },
    axes: axesOf(means.palette, writing),
    series: [{}, ...bands.flatMap(() => [edge, edge]), ...lines.map(seriesOf)],
    bands: bands.map(fillOf),
    hooks: hooksOf(means),
  };
}

function axesOf(palette: Palette, { brief }: Writing): uPlot.Axis[] {
  const axis: uPlot.Axis = { stroke: palette.muted, font: '12px system-ui, sans-serif', ticks: { show: false } };
  return [
    { ...axis, size: (_, labels) => (labels?.some((label) => label.includes('\n')) ? 46 : 30), grid: { show: false }, space: 70, values: (_, splits, _axis, _space, step) => timeTicks(splits, step) },
    { ...axis, size: (_, labels) => axisSize(labels), grid: { stroke: palette.grid, width: 1 }, values: (_, values) => values.map(brief) },
  ];
}

function isPlain(line: Line): boolean {
  return !line.dashed && !line.dots;
}

function seriesOf(line: Line): uPlot.Series {
  if (line.dots) return { stroke: line.colour, paths: () => null, points: { show: true, size: 6, fill: line.colour } };
  const shape = isPlain(line) ? { paths: sparsePaths } : { dash: [5, 4] };
  return { stroke: line.colour, width: line.width ?? lineWidth, points: { show: false }, ...shape };
}

function fillOf(band: Band, index: number): uPlot.Band {
  return { series: [1 + 2 * index, 2 + 2 * index], fill: faded(band.colour, band.opacity) };
}

function hooksOf({ latest, palette, onCursor }: Means): uPlot.Hooks.Arrays {
  const { lines, bands = [] } = latest.current;
  return {
    setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)],
    setSelect: [(chart) => chart.select.width >= leastSpan && takeSpan(chart, latest.current)],
    drawAxes: [(chart) => drawNow(chart, latest.current.now, palette)],
    drawSeries: [
      (chart, index) => {
        const line = lines[index - 1 - 2 * bands.length];
        if (line && isPlain(line)) drawColumns(chart, index, line.colour, line.width ?? lineWidth);
      },
    ],
    draw: [(chart) => drawMarks(chart, latest.current.marks ?? [], palette), (chart) => drawPicked(chart, latest.current.picked, palette)],
  };
}

/// The span that is marked in the chart becomes that which is asked for.
export function takeSpan(chart: uPlot, { onSpan }: Standing): void {
  const { left, width } = chart.select;
  onSpan?.(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}
