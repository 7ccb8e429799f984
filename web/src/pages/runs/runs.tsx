import * as calls from '../../api/calls.ts';
import type { Row, RunSummary } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { toast } from '../../components/toasts.tsx';
import { instant, runBegan } from '../../format/dates.ts';
import { duration } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import type { PageProps } from '../pages.ts';

export default function Runs({ dataset, session }: PageProps) {
  const of = useAnswer(`runs ${dataset}`, (signal) => calls.runs(dataset, 100, signal));
  const ask = async () => {
    const answer = await calls.askForRun(dataset);
    if (answer.ok) toast('A run was asked for; it begins as soon as a worker is free.');
    else toast(`${answer.error.message}: ${answer.error.remedy}`, 'error');
  };
  const button = session.role !== 'viewer' && <button onClick={() => void ask()}>Ask for a run</button>;
  return (
    <div class="grid">
      <Panel title="Runs" of={of} actions={button} table={(v) => tableOf(v.runs)} empty={(v) => v.runs.length === 0 && 'Nothing has run yet.'}>
        {(v) => <DataTable {...tableOf(v.runs)} label="Runs" sort={{ by: 'began', down: true }} />}
      </Panel>
    </div>
  );
}

function tableOf(runs: RunSummary[]): TableData {
  const stages = [...new Set(runs.flatMap((run) => run.stages.map((stage) => stage.stage)))];
  const rows = runs.map((run): Row => ({
    began: runBegan(run.run),
    run: run.run,
    status: run.current ? `${run.status}, current` : run.error ? `${run.status}: ${run.error}` : run.status,
    seconds: run.seconds,
    core_seconds: run.core_seconds,
    ...Object.fromEntries(run.stages.map((stage) => [stage.stage, stage.seconds])),
  }));
  const time = (name: string, label: string) => ({ name, label, number: true, show: (value: unknown) => duration(value as number | null) });
  return {
    columns: [
      { name: 'began', label: 'Began', show: (value) => instant(value as string) },
      { name: 'status', label: 'Status' },
      time('seconds', 'Took'),
      time('core_seconds', 'Of processors'),
      ...stages.map((stage) => time(stage, stage)),
      { name: 'run', label: 'Name' },
    ],
    rows,
  };
}
