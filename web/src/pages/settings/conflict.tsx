import { useEffect } from 'preact/hooks';

import { settings } from '../../api/settings_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { Failure } from '../../components/panel.tsx';
import { difference } from './settings_words.ts';
import type { Draft } from './use_draft.ts';

/// Somebody saved other settings meanwhile: shows what is different, and lets choose.
export function Conflict({ dataset, draft, settled }: { dataset: string; draft: Draft; settled: () => void }) {
  const theirs = useAnswer(`theirs ${dataset} ${draft.etag}`, (signal) => settings(dataset, signal));
  useEffect(() => document.getElementById('conflict')?.scrollIntoView({ block: 'nearest' }), []);
  if (theirs.error) return <Failure error={theirs.error} retry={theirs.retry} />;
  const { value } = theirs;
  return (
    <section class="conflict" id="conflict" role="alert" aria-label="Conflict">
      <h3>Somebody saved other settings meanwhile</h3>
      <p>Nothing of yours was saved. Lines with − are theirs alone, lines with + are yours alone.</p>
      {value && (
        <pre tabIndex={0} role="group" aria-label="What is different">
          {difference(value.text, draft.text).join('\n') || 'Both say the same.'}
        </pre>
      )}
      <div class="form-foot">
        <button disabled={!value} onClick={() => (draft.drop(), settled())}>
          Take theirs
        </button>
        <button disabled={!value} onClick={() => (draft.rebase(value!.etag), settled())}>
          Go on with mine
        </button>
        <span class="note">Going on, saving again puts yours in place of theirs.</span>
      </div>
    </section>
  );
}
