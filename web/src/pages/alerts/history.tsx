import type { AllAlerts } from '../../api/types.ts';
import type { Loaded } from '../../api/use_answer.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { instant } from '../../format/dates.ts';
import { duration } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import './alerts.css';
import { kindOf } from './kinds.ts';

interface Props {
  of: Loaded<AllAlerts>;
  seen: (list: AllAlerts['ended']) => AllAlerts['ended'];
}

/// Alerts that are over.
export function History({ of, seen }: Props) {
  const table = (v: AllAlerts) => tableOf(seen(v.ended));
  return (
    <Panel title="Over" class="over" note="As they began, the latest first; 100 of each data set are kept." of={of} height={80} table={table} empty={(v) => seen(v.ended).length === 0 && 'No alert has come and gone yet.'}>
      {(v) => <DataTable {...table(v)} label="Alerts that are over" sort={{ by: 'ended', down: true }} />}
    </Panel>
  );
}

function tableOf(ended: AllAlerts['ended']): TableData {
  const rows = ended.map((one) => ({ ...one, seconds: (Date.parse(one.ended) - Date.parse(one.since)) / 1000 }));
  const when = (name: string, label: string) => ({ name, label, show: (value: unknown) => instant(value as string) });
  return {
    columns: [
      { name: 'alert', label: 'What', show: (value) => kindOf(String(value)).title },
      { name: 'dataset', label: 'Data set' },
      { name: 'panel', label: 'Panel', show: (value) => String(value) || '–' },
      when('since', 'Began'),
      when('ended', 'Ended'),
      { name: 'seconds', label: 'Lasted', number: true, show: (value) => duration(value as number) },
      { name: 'message', label: 'As it began' },
    ],
    rows,
  };
}
