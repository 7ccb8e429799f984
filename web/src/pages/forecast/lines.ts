// What stands in the chart of a series.
import type { Palette } from '../../charts/palette.ts';
import type { Band, Line } from '../../charts/time/content.ts';
import { modelName } from '../../format/models.ts';
import type { Expected, Woven } from './weave.ts';

export interface Shown {
  woven: Woven;
  chosen: string[];
  past: Expected | null;
  colours: (model: string) => string;
  palette: Palette;
}

export function linesOf({ woven, chosen, past, colours, palette }: Shown): Line[] {
  const lines: Line[] = [{ label: 'Came', colour: palette.past, values: woven.came, width: 1.4 }];
  if (past) lines.push({ label: 'Was expected', colour: palette.muted, values: past.mean, dashed: true });
  for (const model of chosen) lines.push({ label: modelName(model, Object.keys(woven.models)), colour: colours(model), values: woven.models[model]!.mean, width: 2 });
  if (woven.final) lines.push({ label: 'With overrides', colour: palette.text, values: woven.final, dashed: true, width: 2 });
  if (woven.since.some((value) => value !== null)) lines.push({ label: 'Came since the run, perhaps not all of it yet', colour: palette.text, values: woven.since, dots: true });
  return lines;
}

export function bandsOf({ woven, chosen, past, colours, palette }: Shown): Band[] {
  const alone = chosen.length === 1;
  const bands = chosen.flatMap((model): Band[] => {
    const { low, high } = woven.models[model]!;
    const colour = colours(model);
    const wide: Band = { label: '95 of 100 within', colour, opacity: 0.13, low: low[95], high: high[95] };
    const narrow: Band = { label: alone ? '80 of 100 within' : `${modelName(model, Object.keys(woven.models))}: 80 of 100 within`, colour, opacity: alone ? 0.2 : 0.12, low: low[80], high: high[80] };
    return alone ? [wide, narrow] : [narrow];
  });
  if (past) bands.unshift({ label: '80 of 100 were to be within', colour: palette.before, opacity: 0.25, low: past.low[80], high: past.high[80] });
  return bands;
}
