import * as calls from '../../api/calls.ts';
import type { Row } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { figure, percent } from '../../format/numbers.ts';
import type { Column, TableData } from '../../format/table.ts';
import type { PageProps } from '../pages.ts';

const shares = new Set(['coverage-80', 'coverage-95', 'wape', 'behind']);
const shown: [string, string][] = [
  ['model', 'Model'],
  ['wape', 'WAPE'],
  ['mase', 'MASE'],
  ['rmse', 'RMSE'],
  ['mae', 'MAE'],
  ['bias', 'Bias'],
  ['crps', 'CRPS'],
  ['coverage-80', 'In 80 %'],
  ['coverage-95', 'In 95 %'],
  ['behind', 'Behind the best'],
  ['p_value', 'p'],
  ['fit_seconds', 'Fit, s'],
];

export default function Accuracy({ view, dataset }: PageProps) {
  const of = useAnswer(`leaderboard ${dataset}`, (signal) => calls.runTable(dataset, 'current', 'leaderboard', { limit: 1000 }, signal));
  const panels = [...new Set(of.value?.rows.map((row) => String(row.panel)) ?? [])];
  const panel = panels.includes(view.panel) ? view.panel : (panels[0] ?? '');
  return (
    <div class="grid">
      <Panel
        title="Leaderboard"
        note="Errors at rolling origins on days that the models had not seen; the best first."
        of={of}
        table={(v) => tableOf(v.rows, panel)}
        empty={(v) => v.rows.length === 0 && 'Nothing has been proved yet.'}
        actions={<PanelPicker panels={panels} panel={panel} />}
      >
        {(v) => <DataTable {...tableOf(v.rows, panel)} label="Leaderboard" height={600} />}
      </Panel>
    </div>
  );
}

function PanelPicker({ panels, panel }: { panels: string[]; panel: string }) {
  if (panels.length < 2) return null;
  return (
    <select aria-label="Panel" value={panel} onChange={(event) => change({ panel: event.currentTarget.value, series: '' })}>
      {panels.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}

function tableOf(rows: Row[], panel: string): TableData {
  const mine = rows.filter((row) => row.panel === panel);
  const columns = shown
    .filter(([name]) => mine.some((row) => row[name] !== null && row[name] !== undefined))
    .map(([name, label]): Column => ({
      name,
      label,
      number: name !== 'model',
      ...(name !== 'model' && { show: (value) => (shares.has(name) ? percent(value as number | null) : figure(value as number | null)) }),
    }));
  return { columns, rows: mine };
}
