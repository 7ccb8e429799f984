import * as calls from '../../api/calls.ts';
import type { ForecastAnswer, Row } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { moment } from '../../format/dates.ts';
import { figure } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import type { TableData } from '../../format/table.ts';
import type { PageProps } from '../pages.ts';

export default function Forecast({ view, dataset }: PageProps) {
  const list = useAnswer(`series ${dataset} ${view.panel}`, (signal) => calls.series(dataset, { panel: view.panel, limit: 1000 }, signal));
  const panel = list.value?.panel ?? '';
  const known = list.value?.series ?? [];
  const series = known.includes(view.series) ? view.series : known.includes('total') ? 'total' : (known[0] ?? '');
  const of = useAnswer(series === '' ? null : `forecast ${dataset} ${panel} ${series}`, (signal) => calls.forecast(dataset, { panel, unique_id: series }, signal));
  const failed = list.error ? { ...of, error: list.error } : of;
  const pickers = list.value && (
    <>
      <select aria-label="Panel" value={panel} onChange={(event) => change({ panel: event.currentTarget.value, series: '' })}>
        {list.value.panels.map((one) => (
          <option key={one.panel}>{one.panel}</option>
        ))}
      </select>
      <select aria-label="Series" value={series} onChange={(event) => change({ series: event.currentTarget.value })}>
        {known.map((one) => (
          <option key={one} value={one}>
            {seriesName(one)}
          </option>
        ))}
      </select>
    </>
  );
  return (
    <div class="grid">
      <Panel title="Forecasts" note="The mean of each model, with the interval that holds 80 of 100 values." of={failed} actions={pickers} table={tableOf}>
        {(v) => <DataTable {...tableOf(v)} label="Forecasts" height={640} />}
      </Panel>
    </div>
  );
}

function tableOf(answer: ForecastAnswer): TableData {
  const models = Object.keys(answer.values).filter((name) => !/-(lo|hi)-\d+$/.test(name));
  const rows = answer.ds.map((ds, at): Row => ({ ds, ...Object.fromEntries(Object.entries(answer.values).map(([name, values]) => [name, values[at] ?? null])) }));
  const interval = (model: string, row: Row) => {
    const low = row[`${model}-lo-80`];
    const high = row[`${model}-hi-80`];
    return typeof low === 'number' && typeof high === 'number' ? ` (${figure(low)} to ${figure(high)})` : '';
  };
  return {
    columns: [
      { name: 'ds', label: 'When', show: (value) => moment(String(value)) },
      ...models.map((model) => ({ name: model, label: model, number: true, show: (value: unknown, row: Row) => figure(value as number | null) + interval(model, row) })),
    ],
    rows,
  };
}
