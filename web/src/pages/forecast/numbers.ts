// The numbers of the chart of a series.
import type { PanelFacts } from '../../api/forecast_calls.ts';
import type { Cell, Row } from '../../api/types.ts';
import type { Window } from '../../charts/time/window.ts';
import { grainOf } from '../../format/buckets.ts';
import { bucketLabel } from '../../format/dates.ts';
import type { Writing } from '../../format/measures.ts';
import { modelName } from '../../format/models.ts';
import type { Column, TableData } from '../../format/table.ts';
import type { Gathered } from './gather.ts';
import { rowsOf, type Expected } from './weave.ts';

const mostRows = 5000;

export interface OnShow {
  chosen: string[];
  past: Expected | null;
  shown: Window;
  writing: Writing;
}

/// What is on show as rows, the last ones first: what comes is what one looks for.
export function tableOf(v: Gathered, facts: PanelFacts, { chosen, past, shown, writing }: OnShow): TableData {
  const { woven } = v;
  const to = Math.max(0, woven.times.findLastIndex((time) => time <= shown.to));
  const from = Math.max(0, woven.times.findIndex((time) => time >= shown.from), to - mostRows);
  return {
    columns: [
      { name: 'ds', label: 'When', show: (ds) => bucketLabel(String(ds), grainOf(facts.frequency)) },
      value('came', 'Came', writing),
      ...(past ? [interval('past', 'Was expected (80 %)', writing)] : []),
      ...chosen.flatMap((model) => ofModel(model, v.models, writing)),
      ...(woven.final ? [value('final', 'With overrides', writing)] : []),
    ],
    rows: rowsOf(woven, chosen, past, from, to).reverse(),
  };
}

function ofModel(model: string, models: string[], writing: Writing): Column[] {
  return [interval(model, `${modelName(model, models)} (80 %)`, writing), value(`${model}-lo-95`, '95 %, from', writing), value(`${model}-hi-95`, 'to', writing)];
}

function value(name: string, label: string, { exact }: Writing): Column {
  return { name, label, number: true, show: (one) => (one === null ? '' : exact(one as number)) };
}

/// A mean with its interval of 80 %.
function interval(name: string, label: string, { exact }: Writing): Column {
  const [low, high] = [`${name}-lo-80`, `${name}-hi-80`];
  const show = (mean: Cell, row: Row) => (mean === null ? '' : exact(mean as number)) + (typeof row[low] === 'number' ? ` (${exact(row[low] as number)} to ${exact(row[high] as number)})` : '');
  return { name, label, number: true, show };
}
