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
  return (
    <div class="grid">
      <Now view={view} dataset={dataset} mayChange={mayChange} />
      <List view={view} dataset={dataset} />
    </div>
  );
}
