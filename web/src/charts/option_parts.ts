// What charts of ECharts have in common: letters, tooltips, axes. Pure.
import type { Palette } from './palette.ts';

export const font = { fontSize: 12, fontFamily: 'system-ui, sans-serif' };

export function tooltip(palette: Palette): object {
  return {
    renderMode: 'richText',
    confine: true,
    backgroundColor: palette.raised,
    borderColor: palette.line,
    borderWidth: 1,
    padding: [7, 10],
    textStyle: { color: palette.text, ...font },
  };
}

/// Names or times side by side.
export function along(palette: Palette, data: string[]): object {
  return { type: 'category', data, axisTick: { show: false }, axisLine: { lineStyle: { color: palette.line } }, axisLabel: { ...font, color: palette.muted, hideOverlap: true } };
}

/// Names one below the other, cut where they are wider.
export function below(palette: Palette, data: string[], width: number): object {
  return { type: 'category', inverse: true, data, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { ...font, color: palette.text, width, overflow: 'truncate', interval: 0 } };
}

export function values(palette: Palette, show: (value: number) => string): object {
  return { type: 'value', splitLine: { lineStyle: { color: palette.grid } }, axisLabel: { ...font, color: palette.muted, formatter: show } };
}
