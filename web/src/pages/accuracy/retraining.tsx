import * as calls from '../../api/calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { duration, number } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import type { Choice } from './accuracy.tsx';
import { decisionsOf } from './metrics.ts';

const mostRows = 10_000;

/// What the last run did with the states it found, and why.
export function Retraining({ choice }: { choice: Choice }) {
  const { dataset, facts, run } = choice;
  const of = useAnswer(`retraining ${dataset} ${facts.panel} ${run}`, (signal) => calls.runTable(dataset, 'current', 'retraining', { panel: facts.panel, limit: mostRows }, signal));
  return (
    <Panel
      title="What was fitted again"
      note={`The last run, by model and series${of.value?.more ? `; the first ${number(mostRows)}` : ''}.`}
      of={of}
      height={120}
      empty={(v) => v.rows.length === 0 && 'All was fitted anew: the run had none to go on from.'}
      table={(v) => tableOf(v.rows)}
    >
      {(v) => <DataTable {...tableOf(v.rows)} label="What was fitted again" height={300} />}
    </Panel>
  );
}

function tableOf(rows: Parameters<typeof decisionsOf>[0]): TableData {
  return {
    columns: [
      { name: 'decision', label: 'Decision' },
      { name: 'reason', label: 'Because' },
      { name: 'count', label: 'Models and series', number: true, show: (value) => number(value as number) },
      { name: 'seconds', label: 'Their last fits took', number: true, show: (value) => duration(value as number) },
    ],
    rows: decisionsOf(rows),
  };
}
