// A calendar of days, drawn by ECharts. Pure: data, colours and words in, an option out.
import type { EChartsCoreOption } from 'echarts/core';

import { tooltip } from '../../charts/option_parts.ts';
import type { Palette } from '../../charts/palette.ts';
import { readerLocale } from '../../format/numbers.ts';
import { yearsOf, type Day } from './days.ts';

export interface Mark {
  day: string;
  label: string; ///< what is unusual
}

export interface CalendarOptions {
  days: Day[];
  spans: [string, string][]; ///< one strip each
  empty: Set<string>; ///< days without sales that should have some
  marks: Mark[];
  palette: Palette;
  bad: string; ///< the colour of an empty day
  cell: number; ///< px of height
  show: (day: Day) => string;
}

const heads = 41; // px around the seven rows of a strip
const font = { fontSize: 11, fontFamily: 'system-ui, sans-serif' };

export function calendarHeight(spans: number, cell: number): number {
  return spans * (7 * cell + heads) + 6;
}

export function calendar(options: CalendarOptions): EChartsCoreOption {
  const { days, spans, palette } = options;
  const largest = quantile(days.map((day) => day.lines).filter((lines) => lines > 0), 0.98);
  return {
    tooltip: { ...tooltip(palette), formatter: (hit: { value: [string, number] }) => words(options, hit.value[0]) },
    visualMap: { show: false, min: 0, max: largest, inRange: { color: palette.heat }, seriesIndex: spans.map((_, at) => 3 * at) },
    calendar: spans.map((span, at) => strip(span, at, options)),
    series: spans.flatMap((span, at) => seriesOf(options, span, at)),
  };
}

function strip([from, to]: [string, string], at: number, { palette, cell }: CalendarOptions): object {
  return {
    range: [from, to],
    top: calendarHeight(at, cell) + 18,
    left: 66,
    right: 4,
    cellSize: ['auto', cell],
    splitLine: { lineStyle: { color: palette.line, width: 1 } },
    itemStyle: { color: 'transparent', borderColor: palette.surface, borderWidth: 1.5 },
    dayLabel: { firstDay: 1, nameMap: letters('narrow', 'weekday'), color: palette.muted, ...font },
    monthLabel: { nameMap: letters('short', 'month'), color: palette.muted, ...font },
    yearLabel: { show: true, margin: 26, color: palette.muted, ...font, fontSize: 12, formatter: yearsOf([from, to]) },
  };
}

function letters(length: 'narrow' | 'short', of: 'weekday' | 'month'): string[] {
  const format = new Intl.DateTimeFormat(readerLocale, { [of]: length, timeZone: 'UTC' });
  const dates = of === 'weekday' ? [...Array(7).keys()].map((day) => Date.UTC(2023, 0, 1 + day)) : [...Array(12).keys()].map((month) => Date.UTC(2023, month, 1));
  return dates.map((date) => format.format(date));
}

/// Sales, days that are empty, days that are unusual.
function seriesOf({ days, empty, marks, palette, bad, cell }: CalendarOptions, [from, to]: [string, string], calendarIndex: number): object[] {
  const inside = (day: string) => day >= from && day <= to;
  const common = { coordinateSystem: 'calendar', calendarIndex };
  const here = days.filter((one) => inside(one.day));
  return [
    { ...common, type: 'heatmap', data: here.filter((one) => one.lines > 0).map((one) => [one.day, one.lines]), itemStyle: { borderColor: palette.surface, borderWidth: 1.5, borderRadius: 3 } },
    { ...common, type: 'scatter', symbol: 'rect', symbolSize: cell - 4, data: here.filter((one) => empty.has(one.day)).map((one) => [one.day, 0]), itemStyle: { color: 'transparent', borderColor: bad, borderWidth: 1.5 } },
    { ...common, type: 'scatter', symbol: 'circle', symbolSize: 7, data: marks.filter((one) => inside(one.day)).map((one) => [one.day, 1]), itemStyle: { color: palette.surface, borderColor: palette.text, borderWidth: 1.5 } },
  ];
}

function words({ days, marks, show }: CalendarOptions, day: string): string {
  const known = days.find((one) => one.day === day);
  const told = marks.filter((one) => one.day === day).map((one) => one.label);
  return [known ? show(known) : day, ...told].join('\n');
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 1;
}
