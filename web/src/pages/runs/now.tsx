import { useState } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { DatasetStatus, RunSummary } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { useWorks } from '../../app/live.ts';
import type { View } from '../../app/view.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { number } from '../../format/numbers.ts';
import { Asked } from './asked.tsx';
import { Start } from './start.tsx';
import { Dead, Failed, Unreadable } from './trouble.tsx';
import { UnderWay } from './under_way.tsx';
import { typicalSeconds } from './words.ts';

interface Props {
  view: View;
  dataset: string;
  mayChange: boolean;
  runs: RunSummary[]; ///< the last ones, which tell how long one takes
}

/// What is under way, what waits, what failed, and how to begin.
export function Now({ view, dataset, mayChange, runs }: Props) {
  const of = useAnswer(`status ${dataset}`, (signal) => calls.status(dataset, signal));
  const work = useWorks()[dataset];
  const [planning, setPlanning] = useState(false);
  const button = mayChange && !planning && (
    <button class={work ? '' : 'primary'} onClick={() => setPlanning(true)}>
      Run now…
    </button>
  );
  return (
    <Panel title="Now" of={of} actions={button} note={mayChange ? undefined : 'As a viewer you see what runs; analysts and admins begin and cancel runs.'} height={64}>
      {(status) => (
        <div class="now">
          {planning && <Start dataset={dataset} view={view} close={() => setPlanning(false)} />}
          <Asked view={view} dataset={dataset} />
          <UnderWay work={work} status={status} dataset={dataset} mayChange={mayChange} typical={typicalSeconds(runs)} />
          <Waiting status={status} />
          {status.last_failure && <Failed failure={status.last_failure} />}
          {status.settings_error && <Unreadable problem={status.settings_error} />}
          {status.dead > 0 && <Dead dataset={dataset} mayChange={mayChange} />}
        </div>
      )}
    </Panel>
  );
}

/// Requests that were there when work began are part of it.
function Waiting({ status }: { status: DatasetStatus }) {
  const asked = status.working ? 0 : status.asked;
  const parts = [asked > 0 && (asked === 1 ? 'A request for a run' : `${number(asked)} requests for a run`), status.waiting > 0 && (status.waiting === 1 ? 'one file' : `${number(status.waiting)} files`)].filter((one) => one !== false);
  if (parts.length === 0) return null;
  const text = parts.join(' and ');
  return (
    <p class="waiting">
      <Icon path={icons.info} size={16} /> {text[0]!.toUpperCase() + text.slice(1)} {asked + status.waiting === 1 ? 'waits' : 'wait'} {status.working ? 'for the work under way to end.' : status.last_failure?.due ? 'for the next try.' : 'for a worker.'}
    </p>
  );
}
