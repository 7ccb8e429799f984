// What the explorer draws over its lines.
import type uPlot from 'uplot';

import type { Palette } from './palette.ts';

/// Something that stands out: an outlier at its value, or a level that moved at a time.
export interface Mark {
  at: number; ///< index of the time
  kind: 'outlier' | 'level';
  value: number;
  colour: string;
}

export function drawNow({ ctx, bbox, valToPos }: uPlot, now: number, palette: Palette): void {
  const x = Math.round(valToPos(now, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = palette.line;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4, 4]);
  line(ctx, x, bbox.top, x, bbox.top + bbox.height);
  ctx.restore();
}

export function drawMarks(chart: uPlot, marks: readonly Mark[], palette: Palette): void {
  const { ctx, bbox } = chart;
  const size = 5 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - size, bbox.width, bbox.height + size);
  ctx.clip();
  ctx.lineWidth = 2 * devicePixelRatio;
  for (const mark of marks) {
    const x = chart.valToPos(chart.data[0][mark.at]!, 'x', true);
    const y = chart.valToPos(mark.value, 'y', true);
    ctx.strokeStyle = mark.colour;
    ctx.fillStyle = palette.surface;
    ctx.beginPath();
    if (mark.kind === 'outlier') ctx.arc(x, y, size, 0, 2 * Math.PI);
    else diamond(ctx, x, y, size * 1.2);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

export function drawPicked({ ctx, bbox, data, valToPos }: uPlot, picked: number | null, palette: Palette): void {
  if (picked === null || data[0][picked] === undefined) return;
  const x = Math.round(valToPos(data[0][picked]!, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = palette.text;
  ctx.lineWidth = devicePixelRatio;
  line(ctx, x, bbox.top, x, bbox.top + bbox.height);
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

function diamond(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y);
  ctx.lineTo(x, y + size);
  ctx.lineTo(x - size, y);
  ctx.closePath();
}
