import { csv, type TableData } from '../format/table.ts';

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

/// A chart with its title on the colour of the page.
export function downloadPng(title: string, chart: HTMLCanvasElement, paper: string, ink: string): void {
  const scale = devicePixelRatio || 1;
  const head = 40 * scale;
  const picture = document.createElement('canvas');
  picture.width = chart.width + 32 * scale;
  picture.height = chart.height + head + 16 * scale;
  const context = picture.getContext('2d')!;
  context.fillStyle = paper;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = ink;
  context.font = `600 ${15 * scale}px system-ui, sans-serif`;
  context.fillText(title, 16 * scale, 26 * scale);
  context.drawImage(chart, 16 * scale, head);
  picture.toBlob((blob) => blob && download(`${fileName(title)}.png`, blob), 'image/png');
}

function fileName(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'forecart';
}
