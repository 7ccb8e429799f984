import * as runCalls from '../../api/run_calls.ts';
import type { DatasetStatus } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Failure } from '../../components/panel.tsx';
import { wordsOf } from '../../components/problem.tsx';
import { toast } from '../../components/toasts.tsx';
import { ago, instant } from '../../format/dates.ts';
import { number } from '../../format/numbers.ts';
import { remedyOf } from './words.ts';

/// Why the last work failed, and what helps.
export function Failed({ failure }: { failure: NonNullable<DatasetStatus['last_failure']> }) {
  const code = failure.code ?? '';
  const again = failure.due ? `It was tried ${times(failure.attempts ?? 1)} and is tried again ${ago(failure.due)}. ` : '';
  return <Failure error={{ status: 0, code, message: `The last work failed: ${failure.message ?? code}`, remedy: again + remedyOf(code) }} />;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${number(count)} times`;
}

export function Unreadable({ problem }: { problem: string }) {
  return <Failure error={{ status: 0, code: 'settings_error', message: `The settings cannot be read: ${problem}`, remedy: 'Mend dataset.toml: no run begins before that.' }} />;
}

/// Requests and files that were given up after several tries.
export function GivenUp({ dataset, mayChange }: { dataset: string; mayChange: boolean }) {
  const of = useAnswer(`arrivals ${dataset}`, (signal) => runCalls.arrivals(dataset, signal));
  const retry = async () => {
    const answer = await runCalls.retryDead(dataset);
    if (answer.ok) toast(`${number(answer.value.retried.length)} tried again.`);
    else toast(wordsOf(answer.error), 'error');
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
