// Options of the charts that several pages draw. Pure: data, colours and words in, an option out.
import type { EChartsCoreOption } from 'echarts/core';

import type { Writing } from '../format/measures.ts';
import { along, below, font, tooltip, values } from './option_parts.ts';
import type { Palette } from './palette.ts';

export interface Bar {
  name: string; ///< what a click gives
  label: string;
  tick?: string; ///< below the axis, where that is shorter
  value: number;
  chosen?: boolean;
  faint?: boolean; ///< not all of it is there
}

export interface BarOptions {
  bars: Bar[];
  palette: Palette;
  writing: Writing;
}

function colourOf(bar: Bar, bars: Bar[], palette: Palette): string {
  return bar.faint || (bars.some((one) => one.chosen) && !bar.chosen) ? palette.before : palette.bar;
}

function items({ bars, palette }: BarOptions): object[] {
  return bars.map((bar) => ({ name: bar.name, value: bar.value, itemStyle: { color: colourOf(bar, bars, palette) } }));
}

/// Below the pointer, or where the keys are.
function pointed(palette: Palette): object {
  return { itemStyle: { borderColor: palette.text, borderWidth: 1.5 } };
}

/// Buckets of time side by side.
export function columns(options: BarOptions): EChartsCoreOption {
  const { bars, palette, writing } = options;
  return {
    grid: { left: 4, right: 8, top: 12, bottom: 4, containLabel: true },
    tooltip: { ...tooltip(palette), trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: palette.grid, opacity: 0.6 } }, formatter: (hits: { dataIndex: number }[]) => line(bars[hits[0]?.dataIndex ?? -1], writing) },
    xAxis: along(palette, bars.map((bar) => bar.tick ?? bar.label)),
    yAxis: values(palette, writing.brief),
    series: [{ type: 'bar', data: items(options), barMaxWidth: 44, barCategoryGap: '22%', itemStyle: { borderRadius: [3, 3, 0, 0] }, emphasis: pointed(palette) }],
  };
}

function line(bar: Bar | undefined, writing: Writing): string {
  return bar ? `${bar.label}\n${writing.whole(bar.value)}` : '';
}

/// Values of a dimension one below the other, the largest first.
export function rows(options: BarOptions): EChartsCoreOption {
  const { bars, palette, writing } = options;
  return {
    grid: { left: 4, right: 64, top: 0, bottom: 0, containLabel: true },
    tooltip: { ...tooltip(palette), trigger: 'item', formatter: (hit: { dataIndex: number }) => line(bars[hit.dataIndex], writing) },
    xAxis: { type: 'value', show: false },
    yAxis: below(palette, bars.map((bar) => bar.label), 150),
    series: [{ type: 'bar', data: items(options), barMaxWidth: 16, itemStyle: { borderRadius: [0, 3, 3, 0] }, emphasis: pointed(palette), label: { show: true, position: 'right', ...font, color: palette.muted, formatter: (hit: { value: number }) => writing.brief(hit.value) } }],
  };
}

export interface HeatOptions {
  columns: string[];
  rows: string[];
  cells: [number, number, number][]; ///< column, row, value
  palette: Palette;
  writing: Writing;
  tell: (cell: [number, number, number]) => string; ///< of one cell, below the pointer
}

export function heatMap({ columns: across, rows: down, cells, palette, writing, tell }: HeatOptions): EChartsCoreOption {
  const largest = cells.reduce((most, cell) => Math.max(most, cell[2]), 0);
  const axis = (data: string[]) => ({ type: 'category', data, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { ...font, color: palette.muted } });
  return {
    grid: { left: 4, right: 4, top: 2, bottom: 44, containLabel: true },
    tooltip: { ...tooltip(palette), formatter: (hit: { value: [number, number, number] }) => tell(hit.value) },
    xAxis: axis(across),
    yAxis: { ...axis(down), inverse: true },
    visualMap: { min: 0, max: largest || 1, orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 120, itemWidth: 10, inRange: { color: palette.heat }, text: [writing.brief(largest), writing.brief(0)], textStyle: { ...font, color: palette.muted }, calculable: false },
    series: [{ type: 'heatmap', data: cells, itemStyle: { borderColor: palette.surface, borderWidth: 1.5, borderRadius: 3 }, emphasis: pointed(palette) }],
  };
}
