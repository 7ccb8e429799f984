import { useEffect, useState } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import { currentStage, secondsLeft, stageWords, type Work } from '../../api/live.ts';
import * as runCalls from '../../api/run_calls.ts';
import type { DatasetStatus } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { Progress } from '../../app/activity.tsx';
import { useWorks } from '../../app/live.ts';
import type { View } from '../../app/view.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { toast } from '../../components/toasts.tsx';
import { ago, instant } from '../../format/dates.ts';
import { duration, number, percent } from '../../format/numbers.ts';
import { Asked } from './asked.tsx';
import { Start } from './start.tsx';
import { remedyOf } from './words.ts';

interface Props {
  view: View;
  dataset: string;
  mayChange: boolean;
}

/// What is under way, what waits, what failed, and how to begin.
export function Now({ view, dataset, mayChange }: Props) {
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
        <>
          {planning && <Start dataset={dataset} view={view} close={() => setPlanning(false)} />}
          <Asked view={view} dataset={dataset} />
          <UnderWay work={work} status={status} dataset={dataset} mayChange={mayChange} />
          <Waiting status={status} />
          {status.last_failure && <Failed failure={status.last_failure} />}
          {status.dead > 0 && <GivenUp dataset={dataset} mayChange={mayChange} />}
        </>
      )}
    </Panel>
  );
}

/// The clock, while something moves.
function useNow(moves: boolean): number {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    if (!moves) return undefined;
    const timer = setInterval(() => set(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [moves]);
  return now;
}

interface UnderWayProps {
  work: Work | undefined;
  status: DatasetStatus;
  dataset: string;
  mayChange: boolean;
}

function UnderWay({ work, status, dataset, mayChange }: UnderWayProps) {
  const now = useNow(work !== undefined);
  const working = work ?? (status.working ? { began: null, stages: [] } : null);
  if (!working) return status.asked + status.waiting === 0 ? <p class="calm">Nothing runs.</p> : null;
  const current = currentStage(working);
  const left = current && secondsLeft(current, now);
  return (
    <div class="under-way">
      <div class="under-way-head">
        <strong>{stageWords(current?.stage)}</strong>
        <span class="note">{[current && percent(current.share, 0), left !== null && left !== undefined && `about ${duration(Math.ceil(left))} left of this`, working.began && `began ${duration(Math.max(0, Math.floor((now - working.began) / 1000)))} ago`].filter(Boolean).join(' · ')}</span>
        {mayChange && <Cancel dataset={dataset} />}
      </div>
      <Progress share={current?.share ?? null} label={stageWords(current?.stage)} />
      <ol class="stages-done">
        {working.stages
          .filter((one) => one !== current)
          .map((one) => (
            <li key={one.stage}>
              {one.share >= 1 && <Icon path={icons.good} size={14} />} {stageWords(one.stage)} {one.share < 1 && percent(one.share, 0)}
            </li>
          ))}
      </ol>
    </div>
  );
}

/// Asks back first: what was fitted so far is lost.
function Cancel({ dataset }: { dataset: string }) {
  const [sure, setSure] = useState(false);
  const cancel = async () => {
    setSure(false);
    const answer = await runCalls.cancel(dataset);
    if (answer.ok) toast(answer.value.working ? 'It ends within seconds; nothing of it is published.' : 'What was asked for is withdrawn.');
    else toast(`${answer.error.message}: ${answer.error.remedy}`, 'error');
  };
  if (!sure) return <button onClick={() => setSure(true)}>Cancel…</button>;
  return (
    <span class="sure" role="group" aria-label="Cancel the work?">
      <button class="primary" onClick={() => void cancel()}>
        Cancel the work
      </button>
      <button onClick={() => setSure(false)}>Go on</button>
    </span>
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
      <Icon path={icons.info} size={16} /> {text[0]!.toUpperCase() + text.slice(1)} {asked + status.waiting === 1 ? 'waits' : 'wait'} {status.working ? 'for the work under way to end.' : 'for a worker.'}
    </p>
  );
}

function Failed({ failure }: { failure: NonNullable<DatasetStatus['last_failure']> }) {
  const again = failure.due ? `It was tried ${number(failure.attempts ?? 1)} times and is tried again ${ago(failure.due)} (${instant(failure.due)}).` : '';
  return (
    <div class="failure" role="alert">
      <Icon path={icons.warning} />
      <div>
        <p>
          <strong>The last work failed: {failure.message ?? failure.code ?? 'nobody knows why'}</strong>
        </p>
        <p>
          {again} {remedyOf(failure.code ?? '')}
        </p>
        <p class="code">{failure.code}</p>
      </div>
    </div>
  );
}

/// Requests and files that were given up after several tries.
function GivenUp({ dataset, mayChange }: { dataset: string; mayChange: boolean }) {
  const of = useAnswer(`arrivals ${dataset}`, (signal) => runCalls.arrivals(dataset, signal));
  const retry = async () => {
    const answer = await runCalls.retryDead(dataset);
    if (answer.ok) toast(`${number(answer.value.retried.length)} tried again.`);
    else toast(`${answer.error.message}: ${answer.error.remedy}`, 'error');
    of.retry();
  };
  const dead = of.value?.dead ?? [];
  if (dead.length === 0) return null;
  return (
    <div class="given-up">
      <div class="under-way-head">
        <strong>Given up after several tries</strong>
        {mayChange && <button onClick={() => void retry()}>Try again</button>}
      </div>
      <ul class="items">
        {dead.map((one) => (
          <li key={one.key} class="bad">
            <Icon path={icons.warning} size={16} />
            <div>
              <strong>{nameOf(one.key)}</strong>
              <p>{one.message}</p>
              <p class="note">
                <span class="code">{one.code}</span>, {instant(one.at)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function nameOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return name.startsWith('ask-') ? 'A request for a run' : name;
}
