import * as calls from '../api/calls.ts';
import { quality, type PanelQuality } from '../api/data_calls.ts';
import type { Alert, DatasetStatus, RejectsOfFile, Row } from '../api/types.ts';
import { useAnswer } from '../api/use_answer.ts';
import { DataTable } from '../components/data_table.tsx';
import { FactList } from '../components/fact_list.tsx';
import { Panel } from '../components/panel.tsx';
import { instant, moment } from '../format/dates.ts';
import { number, percent } from '../format/numbers.ts';
import { byReason, reasonOf } from '../format/reasons.ts';
import type { TableData } from '../format/table.ts';

/// What the forecasts stand on, and what is wrong with it.
export function DataPart({ dataset, run }: { dataset: string; run: string }) {
  const status = useAnswer(`status ${dataset}`, (signal) => calls.status(dataset, signal));
  const rejects = useAnswer(`rejects ${dataset}`, (signal) => calls.rejects(dataset, signal));
  const panels = useAnswer(`quality ${dataset} ${run}`, (signal) => quality(dataset, undefined, signal));
  return (
    <div class="grid">
      <Panel title="State" class="third" of={status}>
        {(v) => <Facts status={v} />}
      </Panel>
      <Panel title="Refused rows" class="two-thirds" of={rejects} table={(v) => reasons(v.files)} empty={(v) => v.files.length === 0 && 'No row was refused.'}>
        {(v) => <DataTable {...reasons(v.files)} label="Refused rows" height={2000} />}
      </Panel>
      <Panel title="Panels" of={panels} table={(v) => panelTable(v.panels)} empty={(v) => v.panels.length === 0 && 'The run made no panel.'}>
        {(v) => <DataTable {...panelTable(v.panels)} label="Panels" height={2000} />}
      </Panel>
      <Panel title="Alerts" of={status} empty={(v) => v.alerts.length === 0 && 'No alert is active.'} table={(v) => alertTable(v.alerts)}>
        {(v) => <DataTable {...alertTable(v.alerts)} label="Alerts" height={2000} />}
      </Panel>
    </div>
  );
}

function Facts({ status }: { status: DatasetStatus }) {
  const facts: [string, string][] = [
    ['Order lines', number(status.rows_accepted)],
    ['First sale', moment(status.first)],
    ['Last sale', moment(status.last)],
    ['Uploads', number(status.uploads)],
    ['Files given up', number(status.dead)],
  ];
  return <FactList facts={facts} />;
}

function reasons(files: readonly RejectsOfFile[]): TableData {
  return {
    columns: [
      { name: 'reason', label: 'Reason', show: (value) => reasonOf(String(value)).label },
      { name: 'rows', label: 'Rows', number: true },
      { name: 'files', label: 'In files', number: true },
    ],
    rows: byReason(files),
  };
}

function panelTable(panels: readonly PanelQuality[]): TableData {
  const count = (name: string, label: string) => ({ name, label, number: true });
  return {
    columns: [
      { name: 'panel', label: 'Panel' },
      count('series', 'Series'),
      count('buckets', 'Values'),
      { ...count('empty_share', 'Without sales'), show: (value) => percent(value as number | null) },
      count('masked', 'Closed or out of stock'),
      count('outliers', 'Outliers'),
      count('level_shifts', 'Shifts of the level'),
    ],
    rows: panels.map(({ panel, series, buckets, empty_share, masked, outliers, level_shifts }): Row => ({ panel, series, buckets, empty_share, masked, outliers, level_shifts })),
  };
}

function alertTable(alerts: readonly Alert[]): TableData {
  return {
    columns: [
      { name: 'panel', label: 'Panel' },
      { name: 'message', label: 'What' },
      { name: 'since', label: 'Since', show: (value) => instant(value as string | null) },
    ],
    rows: alerts.map(({ panel, message, since }): Row => ({ panel, message, since })),
  };
}
