import { useEffect, useState } from 'preact/hooks';

import { currentStage, secondsLeft, stageWords, type Stage, type Work } from '../../api/live.ts';
import * as runCalls from '../../api/run_calls.ts';
import type { DatasetStatus } from '../../api/types.ts';
import { Progress } from '../../app/activity.tsx';
import { Icon, icons } from '../../components/icon.tsx';
import { wordsOf } from '../../components/problem.tsx';
import { toast } from '../../components/toasts.tsx';
import { duration, percent } from '../../format/numbers.ts';
import './under_way.css';

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
  typical: number | null;
}

/// How far the work under way is, and an end to it.
export function UnderWay({ work, status, dataset, mayChange, typical }: UnderWayProps) {
  const now = useNow(work !== undefined);
  if (!work && !status.working) return status.asked + status.waiting === 0 ? <p class="calm">Nothing runs.</p> : null;
  const current = work ? currentStage(work) : null;
  const title = work ? stageWords(current?.stage) : 'Work is under way';
  return (
    <div class="under-way">
      <div class="under-way-head">
        <strong>{title}</strong>
        <span class="note">{work ? timesOf(work, now, typical) : 'How far it is comes with its next step; of another server it does not.'}</span>
        {mayChange && <Cancel dataset={dataset} />}
      </div>
      <Progress share={current?.share ?? null} label={title} />
      {work && <Others stages={work.stages.filter((one) => one !== current)} />}
    </div>
  );
}

/// "37 % · about 22 s left of this · began 14 s ago · the last runs took about 40 s".
function timesOf(work: Work, now: number, typical: number | null): string {
  const current = currentStage(work);
  const left = current && secondsLeft(current, now);
  const parts = [
    current && percent(current.share, 0),
    left !== null && `about ${duration(Math.ceil(left))} left of this`,
    work.began !== null && `began ${duration(Math.max(0, Math.floor((now - work.began) / 1000)))} ago`,
    typical !== null && `the last runs took about ${duration(Math.ceil(typical))}`,
  ];
  return parts.filter((one) => one !== false && one !== null).join(' · ');
}

/// Stages that are done, or go on beside the one that moved last.
function Others({ stages }: { stages: Stage[] }) {
  if (stages.length === 0) return null;
  return (
    <ol class="stages-done">
      {stages.map((one) => (
        <li key={one.stage}>
          {one.share >= 1 && <Icon path={icons.good} size={14} />} {stageWords(one.stage)} {one.share < 1 && percent(one.share, 0)}
        </li>
      ))}
    </ol>
  );
}

/// Asks back first: what was fitted so far is lost.
function Cancel({ dataset }: { dataset: string }) {
  const [sure, setSure] = useState(false);
  const cancel = async () => {
    setSure(false);
    const answer = await runCalls.cancel(dataset);
    if (answer.ok) toast(answer.value.working ? 'It ends within seconds; nothing of it is published.' : 'What was asked for is withdrawn.');
    else toast(wordsOf(answer.error), 'error');
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
