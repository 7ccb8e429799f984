import { arrivals } from '../../api/arrival_calls.ts';
import type { DatasetStatus } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { GivenUp } from '../../components/given_up.tsx';
import { Failure } from '../../components/panel.tsx';
import { ago } from '../../format/dates.ts';
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
export function Dead({ dataset, mayChange }: { dataset: string; mayChange: boolean }) {
  const of = useAnswer(`arrivals ${dataset}`, (signal) => arrivals(dataset, signal));
  return <GivenUp dataset={dataset} dead={of.value?.dead ?? []} mayChange={mayChange} />;
}
