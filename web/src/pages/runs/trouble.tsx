import * as runCalls from '../../api/run_calls.ts';
import type { DatasetStatus } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { toast } from '../../components/toasts.tsx';
import { ago, instant } from '../../format/dates.ts';
import { number } from '../../format/numbers.ts';
import { remedyOf } from './words.ts';

/// Why the last work failed, and what helps.
export function Failed({ failure }: { failure: NonNullable<DatasetStatus['last_failure']> }) {
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
export function GivenUp({ dataset, mayChange }: { dataset: string; mayChange: boolean }) {
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
