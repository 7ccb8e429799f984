import { useState } from 'preact/hooks';

import type { ApiError } from '../../api/client.ts';
import * as calls from '../../api/settings_calls.ts';
import type { SettingsCheck, SettingsProblem, SettingsText } from '../../api/settings_calls.ts';
import { useAnswer, type Loaded } from '../../api/use_answer.ts';
import { useStatus } from '../../app/shop.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { Problem, wordsOf } from '../../components/problem.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSettled } from '../../components/use_settled.ts';
import type { PageProps } from '../pages.ts';
import { Conflict } from './conflict.tsx';
import { CurrencyHint } from './currency_hint.tsx';
import './dataset_settings.css';
import { faultOf, problemText } from './settings_words.ts';
import { goToLine, TomlEditor } from './toml_editor.tsx';
import { useDraft, type Draft } from './use_draft.ts';

export function DatasetSettings({ dataset }: PageProps) {
  const of = useAnswer(dataset === '' ? null : `settings ${dataset}`, (signal) => calls.settings(dataset, signal));
  if (dataset === '') return <p class="empty">There is no data set yet: its settings are made with its first upload.</p>;
  return (
    <div class="grid">
      <Panel title={`Settings of ${dataset}`} note="dataset.toml: how order files are read, which panels every run makes, when runs are made, whom alerts tell." of={of} height={480}>
        {(stored) => <Editor key={dataset} dataset={dataset} stored={stored} of={of} />}
      </Panel>
    </div>
  );
}

const restAfter = 350; // ms without a letter before it is checked

/// What the server says of a text, a moment after it was typed.
function useCheck(dataset: string, text: string): Loaded<SettingsCheck> {
  const settled = useSettled(text, restAfter);
  return useAnswer(faultOf(settled) ? null : `check ${dataset} ${settled}`, (signal) => calls.checkSettings(dataset, settled, signal));
}

function Editor({ dataset, stored, of }: { dataset: string; stored: SettingsText; of: Loaded<SettingsText> }) {
  const status = useStatus();
  const draft = useDraft(dataset, stored);
  const check = useCheck(dataset, draft.text);
  const problem = faultOf(draft.text) ?? check.value?.problem ?? null;
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!draft.isChanged || busy || faultOf(draft.text)) return; // a check may be of the text before
    setBusy(true);
    const answer = await calls.putSettings(dataset, { text: draft.text, etag: draft.etag });
    setBusy(false);
    setError(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    const { files_to_clean: files } = answer.value;
    toast(`Saved.${files > 0 ? ` The next run cleans ${files} ${files === 1 ? 'file' : 'files'} again.` : ''}`);
    draft.drop();
    of.retry();
    status.retry();
  };
  const conflict = error?.status === 412;
  return (
    <>
      <CurrencyHint text={draft.text} change={draft.change} />
      <TomlEditor text={draft.text} change={draft.change} badLine={problem?.line ?? null} describedBy="settings-problem" save={() => void save()} />
      <Verdict problem={problem} check={check} text={draft.text} />
      {conflict && <Conflict dataset={dataset} draft={draft} settled={() => (setError(null), of.retry())} />}
      {error && !conflict && <Problem text={wordsOf(error)} />}
      <Buttons draft={draft} busy={busy} blocked={problem !== null} save={() => void save()} drop={() => (setError(null), draft.drop())} />
    </>
  );
}

function Verdict({ problem, check, text }: { problem: SettingsProblem | null; check: Loaded<SettingsCheck>; text: string }) {
  return (
    <p id="settings-problem" class={`verdict ${problem ? 'bad-text' : ''}`} aria-live="polite">
      {problem ? (
        <>
          <Icon path={icons.warning} size={16} />
          {problem.line !== null && (
            <button type="button" class="quiet" onClick={() => goToLine(text, problem.line!)}>
              Line {problem.line}
            </button>
          )}
          <span>{problemText(problem)}</span>
        </>
      ) : check.error ? (
        wordsOf(check.error)
      ) : check.value ? (
        <span class="good-text">
          <Icon path={icons.good} size={16} /> This can be used.
        </span>
      ) : (
        'Checking.'
      )}
    </p>
  );
}

function Buttons({ draft, busy, blocked, save, drop }: { draft: Draft; busy: boolean; blocked: boolean; save: () => void; drop: () => void }) {
  return (
    <div class="form-foot">
      <button class="primary" disabled={!draft.isChanged || busy || blocked} onClick={save}>
        Save
      </button>
      <button disabled={!draft.isChanged} onClick={drop}>
        Undo all changes
      </button>
      <span class="note">{draft.isChanged ? 'Not saved yet.' : 'As it lies in the repository.'} The next run goes by it.</span>
    </div>
  );
}
