// Lines of more values than there are pixels: a column from the least to the largest value of each
// pixel, which a processor draws many times faster than a line through all of them.
import uPlot from 'uplot';

import { columnsOf } from './pixel_columns.ts';

const densely = 3; // values a pixel from which on it pays

const linear = uPlot.paths.linear!();

function isDense(chart: uPlot, from: number, to: number): boolean {
  return to - from > densely * chart.bbox.width;
}

/// As `paths` of a series whose dense parts `drawColumns` draws.
export const sparsePaths: uPlot.Series.PathBuilder = (chart, series, from, to) => (isDense(chart, from, to) ? null : linear(chart, series, from, to));

/// As hook `drawSeries`, for series with `sparsePaths`.
export function drawColumns(chart: uPlot, series: number, colour: string, lineWidth: number): void {
  const { min, max } = chart.scales.x!;
  const [xs, ys] = [chart.data[0], chart.data[series]];
  if (!ys || min == null || max == null || xs.length === 0) return;
  const from = Math.max(0, chart.valToIdx(min) - 1);
  const to = Math.min(xs.length - 1, chart.valToIdx(max) + 1);
  if (!isDense(chart, from, to)) return;
  const { ctx, bbox } = chart;
  const scale = bbox.width / (max - min);
  const columns = columnsOf(xs, ys, from, to, (x) => Math.floor((x - min) * scale), Math.ceil(bbox.width));
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
