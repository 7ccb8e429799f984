// Options of the charts of errors. Pure: data, colours and words in, an option out.
import type { EChartsCoreOption } from 'echarts/core';

import { percent } from '../format/numbers.ts';
import { along, below, font, tooltip, values } from './option_parts.ts';
import type { Palette } from './palette.ts';

export interface ErrorLine {
  label: string;
  colour: string;
  dashed: boolean;
  values: (number | null)[];
}

interface LinesOptions {
  ticks: string[];
  name: string; ///< below the axis
  lines: ErrorLine[];
  palette: Palette;
  show: (value: number) => string;
}

/// A line for each model over steps or origins.
export function errorLines({ ticks, name, lines, palette, show }: LinesOptions): EChartsCoreOption {
  const hit = (hits: { dataIndex: number }[]) => {
    const at = hits[0]?.dataIndex ?? 0;
    return [`${name} ${ticks[at]}`, ...lines.map((line) => `${line.label}  ${line.values[at] == null ? '–' : show(line.values[at]!)}`)].join('\n');
  };
  return {
    grid: { left: 4, right: 14, top: 12, bottom: 22, containLabel: true },
    tooltip: { ...tooltip(palette), trigger: 'axis', axisPointer: { lineStyle: { color: palette.line } }, formatter: hit },
    xAxis: { ...along(palette, ticks), boundaryGap: false, name, nameLocation: 'middle', nameGap: 28, nameTextStyle: { ...font, color: palette.muted } },
    yAxis: { ...values(palette, show), min: 0 },
    series: lines.map((line) => ({ type: 'line', data: line.values, showSymbol: line.values.length < 30, symbol: 'circle', symbolSize: 5, lineStyle: { color: line.colour, width: 2, type: line.dashed ? 'dashed' : 'solid' }, itemStyle: { color: line.colour } })),
  };
}

interface CoverageOptions {
  models: { label: string; colour: string; in80: number | null; in95: number | null }[];
  palette: Palette;
}

/// Shares inside the intervals of each model, beside what was meant.
export function coverageDots({ models, palette }: CoverageOptions): EChartsCoreOption {
  const least = Math.min(0.6, ...models.flatMap((model) => [model.in80 ?? 1, model.in95 ?? 1])) - 0.02;
  const dots = (which: 'in80' | 'in95', nominal: number, filled: boolean) => ({
    type: 'scatter',
    symbol: 'circle',
    symbolSize: 11,
    data: models.map((model, at) => ({ value: [model[which], at], itemStyle: { color: filled ? model.colour : palette.surface, borderColor: model.colour, borderWidth: 2 } })).filter((dot) => dot.value[0] !== null),
    markLine: { silent: true, symbol: 'none', lineStyle: { color: palette.muted, type: 'dashed', width: 1 }, label: { position: 'start', formatter: percent(nominal, 0), color: palette.muted, ...font }, data: [{ xAxis: nominal }] },
  });
  const hit = ({ value }: { value: [number, number] }) => {
    const model = models[value[1]]!;
    return `${model.label}\n80 %: ${percent(model.in80)} inside\n95 %: ${percent(model.in95)} inside`;
  };
  return {
    grid: { left: 4, right: 18, top: 22, bottom: 4, containLabel: true },
    tooltip: { ...tooltip(palette), formatter: hit },
    xAxis: { ...values(palette, (value) => percent(value, 0)), min: Math.max(0, Math.floor(least * 10) / 10), max: 1, interval: 0.1 },
    yAxis: below(palette, models.map((model) => model.label), 130),
    series: [dots('in80', 0.8, true), dots('in95', 0.95, false)],
  };
}

interface PointsOptions {
  points: [string, number][]; ///< when, how far off
  palette: Palette;
  when: (label: string) => string;
  show: (value: number) => string;
  brief: (value: number) => string; ///< for the axis
}

/// Residuals over time around zero.
export function residualPoints({ points, palette, when, show, brief }: PointsOptions): EChartsCoreOption {
  return {
    grid: { left: 4, right: 14, top: 12, bottom: 4, containLabel: true },
    tooltip: { ...tooltip(palette), formatter: (hit: { dataIndex: number }) => `${when(points[hit.dataIndex]![0])}\n${show(points[hit.dataIndex]![1])}` },
    xAxis: along(palette, points.map(([label]) => when(label))), // at zero, as axes of ECharts lie
    yAxis: values(palette, brief),
    series: [{ type: 'scatter', symbolSize: 5, data: points.map(([, value]) => value), itemStyle: { color: palette.bar, opacity: 0.75 } }],
  };
}
