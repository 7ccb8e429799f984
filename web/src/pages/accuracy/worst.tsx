import * as forecasts from '../../api/forecast_calls.ts';
import type { Row } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { currentView, show } from '../../app/router.ts';
import { useWriting } from '../../app/shop.ts';
import { viewOf } from '../../app/view.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import type { Writing } from '../../format/measures.ts';
import { modelName } from '../../format/models.ts';
import { percent } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import type { TableData } from '../../format/table.ts';
import type { Choice } from './accuracy.tsx';
import { alongLabels } from './metrics.ts';

/// Series that are forecast worst by the first of the chosen models; a row leads to its forecast.
export function Worst({ choice }: { choice: Choice }) {
  const { dataset, facts, models, run, metric } = choice;
  const model = models[0]!;
  const of = useAnswer(`accuracy ${dataset} ${facts.panel} series ${run}`, (signal) => forecasts.accuracy(dataset, facts.panel, 'series', signal));
  const writing = useWriting(facts.measure);
  const mine = (rows: Row[]) => rows.filter((row) => row.model === model);
  const open = (row: Row) => show({ ...viewOf('/forecast', currentView()), panel: facts.panel, series: String(row.unique_id), models: [] });
  return (
    <Panel
      title="Worst series"
      class="half"
      note={`By the ${alongLabels[metric.series]} of ${modelName(model)}; choose one to see its forecast.`}
      of={of}
      height={240}
      empty={(v) => mine(v.rows).length === 0 && 'No series has been scored for this model yet.'}
      table={(v) => tableOf(mine(v.rows), writing)}
    >
      {(v) => <DataTable key={metric.series} {...tableOf(mine(v.rows), writing)} label="Worst series" sort={{ by: metric.series, down: true }} onRow={open} height={264} />}
    </Panel>
  );
}

function tableOf(rows: Row[], { exact }: Writing): TableData {
  const amount = (name: string, label: string) => ({ name, label, number: true, show: (value: unknown) => exact(value as number | null) });
  const share = (name: string, label: string) => ({ name, label, number: true, show: (value: unknown) => percent(value as number | null) });
  return {
    columns: [
      { name: 'unique_id', label: 'Series', show: (id) => seriesName(String(id)) },
      share('wape', 'WAPE'),
      amount('mae', 'MAE'),
      amount('rmse', 'RMSE'),
      amount('quantile_loss', 'Quantile loss'),
      amount('bias', 'Bias'),
      share('coverage_80', 'In 80 %'),
    ],
    rows,
  };
}
