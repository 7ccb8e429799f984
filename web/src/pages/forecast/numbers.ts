// The numbers of the chart of a series.
import type { PanelFacts } from '../../api/forecast_calls.ts';
import type { Cell, Row } from '../../api/types.ts';
import type { Window } from '../../charts/time/window.ts';
import { grainOf } from '../../format/buckets.ts';
import { bucketLabel } from '../../format/dates.ts';
import { modelName } from '../../format/models.ts';
import { figure } from '../../format/numbers.ts';
import type { Column, TableData } from '../../format/table.ts';
import type { Gathered } from './gather.ts';
import { rowsOf, type Expected } from './weave.ts';

const mostRows = 5000;

/// What is on show as rows, the last ones first: what comes is what one looks for.
export function tableOf(v: Gathered, facts: PanelFacts, chosen: string[], past: Expected | null, shown: Window): TableData {
  const { woven } = v;
  const to = Math.max(0, woven.times.findLastIndex((time) => time <= shown.to));
  const from = Math.max(0, woven.times.findIndex((time) => time >= shown.from), to - mostRows);
  return {
    columns: [
      { name: 'ds', label: 'When', show: (ds) => bucketLabel(String(ds), grainOf(facts.frequency)) },
      value('came', 'Came'),
      ...(past ? [interval('past', 'Was expected (80 %)')] : []),
      ...chosen.flatMap((model) => ofModel(model, v.models)),
      ...(woven.final ? [value('final', 'With overrides')] : []),
    ],
    rows: rowsOf(woven, chosen, past, from, to).reverse(),
  };
}

function ofModel(model: string, models: string[]): Column[] {
  return [interval(model, `${modelName(model, models)} (80 %)`), value(`${model}-lo-95`, '95 %, from'), value(`${model}-hi-95`, 'to')];
}

function value(name: string, label: string): Column {
  return { name, label, number: true };
}

/// A mean with its interval of 80 %.
function interval(name: string, label: string): Column {
  const [low, high] = [`${name}-lo-80`, `${name}-hi-80`];
  const show = (mean: Cell, row: Row) => (mean === null ? '' : figure(mean as number)) + (typeof row[low] === 'number' ? ` (${figure(row[low] as number)} to ${figure(row[high] as number)})` : '');
  return { name, label, number: true, show };
}
