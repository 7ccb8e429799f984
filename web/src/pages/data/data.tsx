import { useState } from 'preact/hooks';

import { arrivals as askArrivals } from '../../api/arrival_calls.ts';
import * as calls from '../../api/calls.ts';
import { outdate } from '../../api/fresh.ts';
import { both, useAnswer } from '../../api/use_answer.ts';
import { Icon, icons } from '../../components/icon.tsx';
import type { PageProps } from '../pages.ts';
import { Begin, type Beginning } from './begin.tsx';
import './data.css';
import { Files } from './files.tsx';
import { Quality } from './quality.tsx';
import { checkAgain } from './queue.ts';
import { Rejects } from './rejects.tsx';
import { Send } from './send.tsx';
import { State } from './state.tsx';
import { useUploads } from './uploads.ts';
import { useFollowing } from './use_sendings.ts';
import { Wizard, type WizardSource } from './wizard.tsx';

export default function Data(props: PageProps) {
  const [files, setFiles] = useState<File[]>([]);
  const parts = { ...props, files, setFiles };
  return props.dataset === '' ? <Begin {...parts} /> : <Known key={props.dataset} {...parts} />;
}

function Known(props: PageProps & Beginning) {
  const { view, dataset, session } = props;
  const mayChange = session.role !== 'viewer';
  useFollowing(dataset);
  const [source, look] = useState<WizardSource | null>(null);
  const status = useAnswer(`status ${dataset}`, (signal) => calls.status(dataset, signal));
  const arrivals = useAnswer(`arrivals ${dataset}`, (signal) => askArrivals(dataset, signal));
  const uploads = useUploads(dataset);
  const newest = uploads.of.value?.uploads[0]?.files.at(-1) ?? null;
  const written = () => (look(null), checkAgain(dataset), outdate(dataset));
  const rows = status.value?.rows_accepted ?? 0;
  return (
    <>
      {mayChange ? <Send {...props} newest={newest} dead={arrivals.value?.dead ?? []} look={look} /> : <OnlyLooks />}
      <div class="grid">
        <State dataset={dataset} of={both(status, arrivals)} mayChange={mayChange} map={(of, name) => look({ of, name })} />
        {rows > 0 && <Quality view={view} dataset={dataset} hasRun={status.value?.current_run != null} />}
        <Rejects view={view} dataset={dataset} mayRead={mayChange} rowsAccepted={rows} />
        <Files {...uploads} {...(mayChange ? { look: (of: string, name: string) => look({ of, name }) } : {})} />
      </div>
      {source && <Wizard dataset={dataset} source={source} close={() => look(null)} done={written} />}
    </>
  );
}

function OnlyLooks() {
  return (
    <p class="panel told">
      <Icon path={icons.info} size={16} /> You may look at everything here. To send files, ask an admin for the role of an analyst.
    </p>
  );
}
