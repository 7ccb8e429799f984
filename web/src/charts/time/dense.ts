// Lines of more values than there are pixels: a column from the least to the largest value of each
// pixel, which a processor draws many times faster than a line through all of them.
import uPlot from 'uplot';

import { columnsOf } from './pixel_columns.ts';

const densely = 3; // values a pixel from which on it pays

const linear = uPlot.paths.linear!();

/// The values that are seen, and one more at each side; null where they are few enough for a line.
/// What uPlot hands to path builders would not do: before a series begins it counts from the first
/// time of all.
function denseSpan(chart: uPlot): [number, number] | null {
  const { min, max } = chart.scales.x!;
  const { length } = chart.data[0];
  if (min == null || max == null || length === 0) return null;
  const from = Math.max(0, chart.valToIdx(min) - 1);
  const to = Math.min(length - 1, chart.valToIdx(max) + 1);
  return to - from > densely * chart.bbox.width ? [from, to] : null;
}

/// As `paths` of a series whose dense parts `drawColumns` draws.
export const sparsePaths: uPlot.Series.PathBuilder = (chart, series, from, to) => (denseSpan(chart) ? null : linear(chart, series, from, to));

/// As hook `drawSeries`, for series with `sparsePaths`.
export function drawColumns(chart: uPlot, series: number, colour: string, lineWidth: number): void {
  const span = denseSpan(chart);
  const [xs, ys] = [chart.data[0], chart.data[series]];
  if (!ys || !span) return;
  const { min, max } = chart.scales.x! as { min: number; max: number };
  const { ctx, bbox } = chart;
  const scale = bbox.width / (max - min);
  const columns = columnsOf(xs, ys, ...span, (x) => Math.floor((x - min) * scale), Math.ceil(bbox.width));
  const thick = Math.max(1, Math.round(lineWidth * devicePixelRatio));
  ctx.save();
  ctx.fillStyle = colour;
  columns.forEach((column, at) => {
    if (!column) return;
    const top = Math.round(chart.valToPos(column.high, 'y', true));
    const bottom = Math.round(chart.valToPos(column.low, 'y', true));
    ctx.fillRect(Math.round(bbox.left) + at, top, 1, Math.max(thick, bottom - top));
  });
  ctx.restore();
}
