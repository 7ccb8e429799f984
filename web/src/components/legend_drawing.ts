// The legend of a chart on a canvas.
import type { Key } from '../format/legend.ts';

export interface Place {
  key: Key;
  left: number;
  row: number;
}

const font = '12.5px system-ui, sans-serif';
const sign = 14; // its width
const beside = 6; // between sign and words
const apart = 14; // between keys
export const margin = 16; // of a picture
export const rowHeight = 20;

/// Side by side, in as many rows as the width asks for.
export function placesOf(context: CanvasRenderingContext2D, keys: readonly Key[], width: number): Place[] {
  context.font = font;
  let [left, row] = [0, 0];
  return keys.map((key) => {
    const length = sign + beside + context.measureText(key.label).width;
    if (left > 0 && left + length > width) [left, row] = [0, row + 1];
    const place = { key, left, row };
    left += length + apart;
    return place;
  });
}

export function drawKeys(context: CanvasRenderingContext2D, { places, ink, top }: { places: Place[]; ink: string; top: number }): void {
  context.font = font;
  context.textBaseline = 'middle';
  for (const { key, left, row } of places) {
    const [x, y] = [margin + left, top + rowHeight * row];
    drawSign(context, key, x, y);
    context.fillStyle = ink;
    context.fillText(key.label, x + sign + beside, y);
  }
}

function drawSign(context: CanvasRenderingContext2D, { colour, mark }: Key, x: number, y: number): void {
  context.fillStyle = colour;
  if (mark === 'area') context.fillRect(x, y - 4.5, sign, 9);
  else if (mark === 'line') context.fillRect(x, y - 1.5, sign, 3);
  else if (mark === 'dashed') [0, 7].forEach((gap) => context.fillRect(x + gap, y - 1.5, 4, 3));
  else {
    context.beginPath();
    context.arc(x + 3.5, y, 3.5, 0, 2 * Math.PI);
    context.fill();
  }
}
