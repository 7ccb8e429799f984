import { useMemo, useRef } from 'preact/hooks';

import * as forecasts from '../../api/forecast_calls.ts';
import type { Row } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { useWriting } from '../../app/shop.ts';
import { EChart } from '../../charts/echart.tsx';
import { errorLines } from '../../charts/error_lines.ts';
import { isDashed } from '../../charts/model_colours.ts';
import { usePalette } from '../../charts/palette.ts';
import { Panel, type Picture } from '../../components/panel.tsx';
import { buckets, grainOf } from '../../format/buckets.ts';
import { bucketLabel } from '../../format/dates.ts';
import { modelName } from '../../format/models.ts';
import { figure, percent } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import type { Choice } from './accuracy.tsx';
import { alongLabels } from './metrics.ts';

interface Props {
  choice: Choice;
  by: 'step' | 'cutoff';
}

const titles = { step: 'Error by distance', cutoff: 'Error by origin' } as const;

/// How errors grow with the distance, or change from origin to origin.
export function Errors({ choice, by }: Props) {
  const { dataset, facts, metric, run } = choice;
  const picture = useRef<HTMLCanvasElement>(null);
  const of = useAnswer(`accuracy ${dataset} ${facts.panel} ${by} ${run}`, (signal) => forecasts.accuracy(dataset, facts.panel, by, signal));
  const question = by === 'step' ? `Does it hold ${facts.horizon} ${buckets(facts.frequency, facts.horizon)} ahead?` : 'Does it become better or worse?';
  return (
    <Panel
      title={titles[by]}
      class="half"
      note={`${question} The ${alongLabels[metric.along]} of the models chosen above.`}
      of={of}
      height={240}
      picture={picture}
      empty={(v) => v.rows.length === 0 && 'No origin has been scored yet.'}
      table={(v) => tableOf(v.rows, choice, by)}
    >
      {(v) => <Lines rows={v.rows} choice={choice} by={by} picture={picture} />}
    </Panel>
  );
}

function tickOf(key: string, by: Props['by'], frequency: string): string {
  return by === 'step' ? key : bucketLabel(key, grainOf(frequency));
}

function keysOf(rows: readonly Row[], by: Props['by']): string[] {
  const keys = [...new Set(rows.map((row) => String(row[by])))];
  return by === 'step' ? keys.sort((a, b) => Number(a) - Number(b)) : keys.sort();
}

function Lines({ rows, choice, by, picture }: Props & { rows: Row[]; picture: Picture }) {
  const palette = usePalette();
  const { models, metric, facts, colour } = choice;
  const writing = useWriting(facts.measure);
  const show = metric.along === 'wape' ? (value: number) => percent(value, 0) : writing.brief;
  const option = useMemo(() => {
    const keys = keysOf(rows, by);
    const all = choice.board.map((row) => String(row.model));
    const lines = models.map((model) => {
      const mine = new Map(rows.filter((row) => row.model === model).map((row) => [String(row[by]), row[metric.along]]));
      return { label: modelName(model), colour: colour(model), dashed: isDashed(model, all), values: keys.map((key) => (typeof mine.get(key) === 'number' ? (mine.get(key) as number) : null)) };
    });
    const name = by === 'step' ? `${buckets(facts.frequency)} ahead` : 'origin';
    picture.keys = lines.map((line) => ({ label: line.label, colour: line.colour, mark: line.dashed ? 'dashed' : 'line' }));
    return errorLines({ ticks: keys.map((key) => tickOf(key, by, facts.frequency)), name, lines, palette, show });
  }, [rows, by, models.join(), metric, palette, writing]);
  return <EChart option={option} height={240} label={`${titles[by]}: ${alongLabels[metric.along]} of ${models.map((model) => modelName(model)).join(', ')}.`} picture={picture} />;
}

function tableOf(rows: Row[], { models, facts }: Choice, by: Props['by']): TableData {
  return {
    columns: [
      { name: by, label: by === 'step' ? 'Steps ahead' : 'Origin', ...(by === 'cutoff' ? { show: (key) => tickOf(String(key), by, facts.frequency) } : { number: true }) },
      { name: 'model', label: 'Model', show: (model) => modelName(String(model)) },
      { name: 'mae', label: 'MAE', number: true },
      { name: 'rmse', label: 'RMSE', number: true },
      { name: 'wape', label: 'WAPE', number: true, show: (value) => percent(value as number | null) },
      { name: 'quantile_loss', label: 'Quantile loss', number: true },
      { name: 'bias', label: 'Bias', number: true },
      { name: 'n', label: 'Values', number: true, show: (value) => figure(value as number) },
    ],
    rows: rows.filter((row) => models.includes(String(row.model))),
  };
}
