import type { Dead } from '../../api/arrival_calls.ts';
import { useWorks } from '../../app/live.ts';
import { plainName } from '../../format/arrivals.ts';
import type { PageProps } from '../pages.ts';
import { Begin, mayBegin, type Beginning } from './begin.tsx';
import { DropArea } from './drop.tsx';
import { drop, send, type Sending } from './queue.ts';
import { SendingList } from './sending_list.tsx';
import { useSendings } from './use_sendings.ts';
import type { WizardSource } from './wizard.tsx';

interface Props extends PageProps, Beginning {
  newest: { hash: string; name: string } | null; ///< file, by which columns can be looked at
  dead: Dead[];
  look: (source: WizardSource) => void;
}

/// Takes files for a data set, or the first of another, and shows what becomes of them.
export function Send({ newest, dead, look, ...page }: Props) {
  const { dataset, session, setFiles } = page;
  const list = useSendings(dataset);
  const apart = (file: File) => {
    for (const one of list) if (one.file === file) drop(one.id);
    setFiles([file]);
  };
  return (
    <section class="panel sending-panel" aria-label="Send files">
      <DropArea label={`Drop order files for ${dataset} here`} take={(files) => send(dataset, files)} />
      <div class="bar">
        {newest && <button onClick={() => look({ of: newest.hash, name: plainName(newest.name) })}>Columns and formats</button>}
        <Begin {...page} small />
      </div>
      <SendingList dataset={dataset} list={list} work={useWorks()[dataset]} apart={mayBegin(session) ? apart : undefined} map={(one) => look(sourceOf(one, dead))} />
    </section>
  );
}

/// What was given up lies at the server.
function sourceOf(one: Sending, dead: Dead[]): WizardSource {
  const given = one.stage === 'given_up' && dead.find((each) => each.key.includes(`/${one.sha256}/`));
  return given ? { of: given.key, name: one.file.name } : { file: one.file };
}
