import type { Key } from '../format/legend.ts';
import { csv, type TableData } from '../format/table.ts';
import { drawKeys, margin, placesOf, rowHeight } from './legend_drawing.ts';

export function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function downloadCsv(name: string, table: TableData): void {
  download(`${fileName(name)}.csv`, new Blob(['\ufeff', csv(table)], { type: 'text/csv;charset=utf-8' }));
}

interface Sheet {
  title: string;
  chart: HTMLCanvasElement;
  keys: readonly Key[];
  paper: string;
  ink: string;
}

const head = 40; // height of the title

/// A chart with its title, and what its lines are called, on the colour of the page.
export function downloadPng({ title, chart, keys, paper, ink }: Sheet): void {
  const scale = devicePixelRatio || 1;
  const width = chart.width / scale;
  const picture = document.createElement('canvas');
  const context = picture.getContext('2d')!;
  const places = placesOf(context, keys, width);
  const foot = keys.length === 0 ? margin : margin + rowHeight * (1 + places.at(-1)!.row);
  picture.width = chart.width + 2 * margin * scale;
  picture.height = chart.height + (head + foot) * scale;
  context.scale(scale, scale);
  context.fillStyle = paper;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = ink;
  context.font = '600 15px system-ui, sans-serif';
  context.fillText(title, margin, 26);
  context.drawImage(chart, margin, head, width, chart.height / scale);
  drawKeys(context, { places, ink, top: head + chart.height / scale + 12 });
  picture.toBlob((blob) => blob && download(`${fileName(title)}.png`, blob), 'image/png');
}

function fileName(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'forecart';
}
