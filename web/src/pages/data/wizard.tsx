import { useState } from 'preact/hooks';

import { isPassing, type ApiError } from '../../api/client.ts';
import * as data from '../../api/data_calls.ts';
import { putSettings, settingsTag } from '../../api/settings_calls.ts';
import { useAnswer, type Loaded } from '../../api/use_answer.ts';
import { currentView, follow } from '../../app/router.ts';
import { encodeView, viewOf } from '../../app/view.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Failure } from '../../components/panel.tsx';
import { toast } from '../../components/toasts.tsx';
import { useModal } from '../../components/use_modal.ts';
import { number } from '../../format/numbers.ts';
import { sampleOf } from './sample.ts';
import './wizard.css';
import { WizardChoices } from './wizard_choices.tsx';
import { verdict } from './wizard_parts.ts';
import { WizardRows } from './wizard_rows.tsx';

/// A file of this computer, or one that the server has.
export type WizardSource = { file: File } | { of: string; name: string };

interface Props {
  dataset: string;
  source: WizardSource;
  naming?: { known: string[]; files: number }; ///< where a data set begins: those there are, and how many files go into it
  close: () => void;
  done: (dataset: string) => void; ///< the settings are written where something was changed
}

/// Which column is which, what would come of that, and a way to say so.
export function Wizard({ dataset, source, naming, close, done }: Props) {
  const dialog = useModal();
  const [name, setName] = useState(dataset);
  const [tried, setTried] = useState<Record<string, string>>({});
  const [taken, setTaken] = useState<string[]>([]); // begun by others while this is open
  const known = naming && [...naming.known, ...taken];
  const of = usePreview(name, source, tried, known);
  const writing = useWriting(name, known, { done, lost: () => setTaken([...taken, name]) });
  const title = `How ${'file' in source ? source.file.name : source.name} is read`;
  const free = naming ? nameFault(name) : '';
  return (
    <dialog ref={dialog} class="wizard" aria-label={title} onClose={close}>
      <header>
        <h2>{title}</h2>
        <button class="quiet icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon path={icons.close} />
        </button>
      </header>
      <div class="wizard-body" aria-busy={of.loading}>
        {naming ? <Name name={name} fault={free} files={naming.files} known={known!} set={setName} /> : <Note dataset={dataset} />}
        <Body of={of} tried={tried} change={(key, value) => setTried({ ...tried, [key]: value })} />
      </div>
      <footer>
        <div role="status">{writing.error ? <span class="bad-text">{`${writing.error.message}. ${writing.error.remedy}`}</span> : <Verdict of={of} />}</div>
        <button onClick={() => dialog.current?.close()}>Cancel</button>
        <button class="primary" disabled={writing.busy || of.loading || free !== '' || !isUsable(of, tried, naming !== undefined)} onClick={() => void writing.write(tried, of.value)}>
          {naming ? `Send ${naming.files === 1 ? 'the file' : `${naming.files} files`}` : 'Save'}
        </button>
      </footer>
    </dialog>
  );
}

function Body({ of, tried, change }: { of: Loaded<data.Preview>; tried: Record<string, string>; change: (key: string, value: string) => void }) {
  if (of.error) return <Failure error={of.error} retry={of.retry} />;
  if (of.value === null) return <div class="loading" />;
  return (
    <div class="wizard-columns">
      <WizardChoices preview={of.value} tried={tried} change={change} />
      <WizardRows preview={of.value} tried={tried} />
    </div>
  );
}

function Note({ dataset }: { dataset: string }) {
  const settings = { ...viewOf('/settings', currentView()), more: { section: 'dataset' } };
  return (
    <p class="note wizard-note">
      All files of {dataset} are read like this; after a change the next run reads those that are there anew. Parts of a column to cut by, such as the city of an address, are written below [dimensions] of the{' '}
      <a href={encodeView(settings)} onClick={follow(settings)}>
        settings
      </a>
      .
    </p>
  );
}

/// Names of data sets as the server takes them.
export function nameFault(name: string): string {
  if (name === '') return 'give it a name';
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name) ? '' : 'use letters, digits, - and _, beginning with a letter or digit';
}

interface NameProps extends NonNullable<Props['naming']> {
  name: string;
  fault: string;
  set: (name: string) => void;
}

function Name({ name, fault, known, files, set }: NameProps) {
  const note = fault !== '' ? fault : known.includes(name) ? 'There is a data set of that name: the files are added to it.' : 'One shop, one data set: all its order files go there.';
  return (
    <div class="wizard-name">
      <label for="wizard-name">Name of the data set</label>
      <input id="wizard-name" aria-describedby="wizard-name-note" autofocus value={name} maxLength={64} autocomplete="off" autocapitalize="off" spellcheck={false} aria-invalid={fault !== ''} onInput={(event) => set(event.currentTarget.value.trim())} />
      <span id="wizard-name-note" class={`note ${fault === '' ? '' : 'bad-text'}`}>
        {note}
      </span>
      {files > 1 && <span class="note">{othersNote(files - 1)}</span>}
    </div>
  );
}

function othersNote(count: number): string {
  return count === 1 ? 'The other file is looked at before it goes, and held where it does not fit.' : `The other ${number(count)} files are looked at before they go: which does not fit is held, and says why.`;
}

function Verdict({ of }: { of: Loaded<data.Preview> }) {
  if (!of.value || of.value.problem) return null;
  const bad = (of.value.counts?.rows_accepted ?? 0) === 0;
  return <span class={bad ? 'bad-text' : 'note'}>{verdict(of.value, number)}</span>;
}

/// Something was changed and makes sense, or a data set begins with what was guessed.
function isUsable({ value }: Loaded<data.Preview>, tried: Record<string, string>, begins: boolean): boolean {
  const fine = value !== null && value.problem === null && value.toml !== null;
  return fine && (begins || Object.keys(tried).length > 0 || value.settings === 'guessed');
}

/// A preview by the settings there are, or by a guess, with what is tried. What happens meanwhile changes
/// neither that nor the tag: keys do not name the data set as a word.
function usePreview(dataset: string, source: WizardSource, tried: Record<string, string>, known?: string[]): Loaded<data.Preview> {
  const isNew = known !== undefined && !known.includes(dataset);
  const key = `preview-${isNew ? '' : dataset} ${JSON.stringify(tried)}`;
  return useAnswer(key, async (signal) => {
    const name = nameFault(dataset) === '' ? dataset : 'orders';
    if (!('file' in source)) return data.preview(name, source, tried, signal);
    const sample = await sampleOf(source.file);
    if (!sample) return { ok: false, error: tooLarge };
    return data.preview(name, { sample, name: source.file.name }, tried, signal);
  });
}

const tooLarge: ApiError = { status: 413, code: 'invalid_value', message: 'a compressed file of more than 64 MB cannot be looked at before it is sent', remedy: 'send it anyway, or look at a smaller one of the same kind first' };

const begunHere = new Set<string>(); // data sets that this page has begun, or may have: the answer can be lost

/// Writes the settings of a data set that is not known yet; over those that a try before left there, but
/// never over those of others.
async function begin(dataset: string, text: string): ReturnType<typeof putSettings> {
  const answer = await putSettings(dataset, { text, etag: '' });
  const late = !answer.ok && answer.error.status === 412;
  if (answer.ok || isPassing(answer.error)) begunHere.add(dataset);
  if (!late || !begunHere.has(dataset)) return answer;
  const tag = await settingsTag(dataset);
  return tag.ok ? putSettings(dataset, { text, etag: tag.value }) : tag;
}

const lostRace = (dataset: string): ApiError => ({ status: 412, code: 'conflict', message: `somebody has begun ${dataset} meanwhile`, remedy: 'see how its files are read and send again, or choose another name' });

interface Outcome {
  done: Props['done'];
  lost: () => void; ///< somebody else has begun a data set of that name
}

/// Writes the settings that were tried, over those that were there when it opened; those of a data set
/// that begins (it is not among `known`), so that its other files are looked at by them.
function useWriting(dataset: string, known: string[] | undefined, { done, lost }: Outcome) {
  const begins = known !== undefined && !known.includes(dataset);
  const tag = useAnswer(begins || nameFault(dataset) !== '' ? null : `tag-of-${dataset}`, () => settingsTag(dataset));
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ dataset: string; error: ApiError } | null>(null);
  const write = async (tried: Record<string, string>, preview: data.Preview | null) => {
    const changed = begins || Object.keys(tried).length > 0 || (known === undefined && preview?.settings === 'guessed');
    if (!changed || !preview?.toml) return done(dataset);
    setBusy(true);
    const answer = begins ? await begin(dataset, preview.toml) : await putSettings(dataset, { text: preview.toml, etag: tag.value ?? '' });
    setBusy(false);
    const late = begins && !answer.ok && answer.error.status === 412;
    if (late) lost();
    if (!answer.ok) return setRefused({ dataset, error: late ? lostRace(dataset) : answer.error });
    if (!begins) toast(saved(answer.value.files_to_clean));
    done(dataset);
  };
  const error = refused?.dataset === dataset ? refused.error : null;
  return { busy, error: error ?? (begins ? null : tag.error), write };
}

function saved(again: number): string {
  return again > 0 ? `Saved; the next run reads ${again === 1 ? '1 file' : `${number(again)} files`} anew` : 'Saved';
}
