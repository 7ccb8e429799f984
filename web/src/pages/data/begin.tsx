import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { Session } from '../../api/types.ts';
import type { PageProps } from '../pages.ts';
import { accepted, DropArea } from './drop.tsx';
import { checkAgain, send } from './queue.ts';
import { SendingList } from './sending_list.tsx';
import { useSendings } from './use_sendings.ts';
import { Wizard } from './wizard.tsx';

/// Files that a data set is to be begun with.
export interface Beginning {
  files: File[];
  setFiles: (files: File[]) => void;
}

interface Props extends PageProps, Beginning {
  small?: boolean; ///< a button beside others
}

/// The first files of a data set: they are looked at, and it gets a name.
export function Begin({ dataset, datasets, session, begun, small, files, setFiles }: Props) {
  const [name, setName] = useState(''); // of the one that is begun
  const list = useSendings(name);
  const isThere = name !== '' && list.some((one) => one.sha256 !== '');
  useEffect(() => void (isThere && begun(name)), [isThere]);
  const done = (chosen: string) => {
    checkAgain(chosen);
    send(chosen, files.slice(0, 1), true); // the wizard has shown it
    send(chosen, files.slice(1));
    setFiles([]);
    setName(chosen);
  };
  const naming = { known: datasets, files: files.length };
  const wizard = files[0] && <Wizard dataset={suggested(files[0].name, dataset, datasets)} source={{ file: files[0] }} naming={naming} close={() => setFiles([])} done={done} />;
  if (!mayBegin(session)) return small ? null : <NotAllowed session={session} />;
  return (
    <Frame small={small ?? false} take={setFiles}>
      {name !== '' && <SendingList dataset={name} list={list} />}
      {wizard}
    </Frame>
  );
}

function Frame({ small, take, children }: { small: boolean; take: (files: File[]) => void; children: ComponentChildren }) {
  if (small) {
    return (
      <>
        <FileButton take={take} />
        {children}
      </>
    );
  }
  return (
    <section class="panel" aria-label="Send the first files">
      <DropArea large label="Drop your order files here" take={take} />
      {children}
    </section>
  );
}

function FileButton({ take }: { take: (files: File[]) => void }) {
  const chosen = (event: Event & { currentTarget: HTMLInputElement }) => {
    take([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = '';
  };
  return (
    <label class="button quiet file-button">
      New data set
      <input class="visually-hidden" type="file" multiple accept={accepted} aria-label="Choose the first files of a new data set" onChange={chosen} />
    </label>
  );
}

function NotAllowed({ session }: { session: Session }) {
  return (
    <section class="panel">
      <h2>No data yet</h2>
      <p class="note">{session.role === 'viewer' ? 'There is no data set that you may see. Ask an admin for one.' : 'You may add files to data sets that were granted to you; a new one is begun by an admin, or by who was granted all of them.'}</p>
    </section>
  );
}

export function mayBegin({ role, datasets }: Session): boolean {
  return role === 'admin' || (role === 'analyst' && datasets.includes('*'));
}

/// "orders" for a first one, else what the file is called, as far as a name may be so.
export function suggested(file: string, dataset: string, known: string[]): string {
  if (dataset === '') return 'orders';
  const plain = file.replace(/(\.(csv|tsv|txt|gz|zst|parquet))+$/i, '').replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '').toLowerCase().slice(0, 40) || 'orders';
  for (let n = 1; ; ++n) {
    const name = n === 1 ? plain : `${plain}_${n}`;
    if (!known.includes(name)) return name;
  }
}
