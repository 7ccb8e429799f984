import * as calls from '../../api/calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import type { View } from '../../app/view.ts';
import type { PageProps } from '../pages.ts';
import { Detail } from './detail.tsx';
import { Diff } from './diff.tsx';
import { List } from './list.tsx';
import { Now } from './now.tsx';
import './runs.css';

/// All runs; or one, `run`; or what it changed against another, `with`.
export default function Runs({ view, dataset, session }: PageProps) {
  const { run = '', with: other = '' } = view.more;
  const mayChange = session.role !== 'viewer';
  if (run !== '' && other !== '') return <Diff view={view} dataset={dataset} before={other} after={run} />;
  if (run !== '') return <Detail view={view} dataset={dataset} run={run} />;
  return <All key={dataset} view={view} dataset={dataset} mayChange={mayChange} />;
}

const atFirst = 20;
const mostRuns = 1000;

function All({ view, dataset, mayChange }: { view: View; dataset: string; mayChange: boolean }) {
  const limit = Math.min(Number(view.more.runs) || atFirst, mostRuns);
  const of = useAnswer(`runs ${dataset} ${limit}`, (signal) => calls.runs(dataset, limit, signal));
  return (
    <div class="grid">
      <Now view={view} dataset={dataset} mayChange={mayChange} runs={of.value?.runs ?? []} />
      <List view={view} of={of} limit={limit} />
    </div>
  );
}
