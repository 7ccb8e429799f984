import * as runCalls from '../../api/run_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import type { View } from '../../app/view.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { ago } from '../../format/dates.ts';
import './asked.css';
import { linkTo, runView } from './links.ts';
import { remedyOf } from './words.ts';

/// What became of the request that the address names: the reader's own, as long as they look.
export function Asked({ view, dataset }: { view: View; dataset: string }) {
  const name = view.more.request ?? '';
  const of = useAnswer(name === '' ? null : `request ${dataset} ${name}`, (signal) => runCalls.request(dataset, name, signal));
  if (name === '') return null;
  const close = () => change({ more: { ...view.more, request: '' } }, 'replace');
  const state = of.value;
  const kind = of.error || state?.state === 'failed' ? 'bad' : state?.state === 'done' ? 'good' : '';
  return (
    <div class={`asked ${kind}`} role="status">
      <Icon path={kind === 'bad' ? icons.warning : kind === 'good' ? icons.good : icons.info} size={16} />
      <div>{of.error ? of.error.message : state ? <Said state={state} view={view} /> : 'Your request is on its way.'}</div>
      <button class="quiet icon-button" aria-label="Close what became of the request" onClick={close}>
        <Icon path={icons.close} size={14} />
      </button>
    </div>
  );
}

function Said({ state, view }: { state: runCalls.RequestState; view: View }) {
  const { error, run } = state;
  const why = error && <p class="note">{error.message}</p>;
  const asked = `asked for ${ago(state.asked)}`;
  switch (state.state) {
    case 'waiting':
      return (
        <>
          <p>The run {asked} waits{error?.next_try ? `: it failed before and is tried again ${ago(error.next_try)}.` : ' for a worker.'}</p>
          {why}
        </>
      );
    case 'working':
      return <p>The run {asked} is under way.</p>;
    case 'done':
      return (
        <p>
          The run {asked} is done. {run && <a {...linkTo(runView(view, run))}>Show it</a>}
        </p>
      );
    case 'failed':
      return (
        <>
          <p>
            The run {asked} failed. {run && <a {...linkTo(runView(view, run))}>Show it</a>}
          </p>
          {why}
          {error && <p class="note">{remedyOf(error.code)}</p>}
        </>
      );
    default:
      return <p>The run {asked} was cancelled.</p>;
  }
}
