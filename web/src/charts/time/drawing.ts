// What stands beside lines and bands: where the known ends, what stands out, what is picked.
import type uPlot from 'uplot';

import type { Palette } from '../palette.ts';
import type { Mark } from './content.ts';

const radius = 5; // of a mark

export function drawNow(chart: uPlot, now: number | undefined, palette: Palette): void {
  if (now !== undefined) upright(chart, now, palette.line, [4, 4]);
}

export function drawPicked(chart: uPlot, picked: number | null | undefined, palette: Palette): void {
  const time = chart.data[0][picked ?? -1];
  if (time !== undefined) upright(chart, time, palette.text, []);
}

function upright({ ctx, bbox, valToPos }: uPlot, time: number, colour: string, dash: number[]): void {
  const x = Math.round(valToPos(time, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

export function drawMarks(chart: uPlot, marks: readonly Mark[], palette: Palette): void {
  const { ctx, bbox } = chart;
  const size = radius * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - size, bbox.width, bbox.height + size);
  ctx.clip();
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.fillStyle = palette.surface;
  for (const mark of marks) {
    const x = chart.valToPos(chart.data[0][mark.at]!, 'x', true);
    const y = chart.valToPos(mark.value, 'y', true);
    ctx.strokeStyle = mark.colour;
    ctx.beginPath();
    if (mark.kind === 'outlier') ctx.arc(x, y, size, 0, 2 * Math.PI);
    else diamond(ctx, x, y, size * 1.2);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

function diamond(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y);
  ctx.lineTo(x, y + size);
  ctx.lineTo(x - size, y);
  ctx.closePath();
}
