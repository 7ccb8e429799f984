import { retryArrivals, type Dead } from '../api/arrival_calls.ts';
import { outdate } from '../api/fresh.ts';
import { nameOf, shaOf } from '../format/arrivals.ts';
import { instant } from '../format/dates.ts';
import { number } from '../format/numbers.ts';
import './given_up.css';
import { Icon, icons } from './icon.tsx';
import { wordsOf } from './problem.tsx';
import { toast } from './toasts.tsx';

interface Props {
  dataset: string;
  dead: readonly Dead[];
  mayChange: boolean;
  look?: (key: string, name: string) => void; ///< at the columns of a file
}

/// Files and requests that were given up after several tries, why, and another try.
export function GivenUp({ dataset, dead, mayChange, look }: Props) {
  if (dead.length === 0) return null;
  return (
    <div class="given-up">
      <h3>Given up</h3>
      <ul class="items">
        {dead.map((one) => (
          <li key={one.key} class="bad">
            <Icon path={icons.warning} size={16} />
            <div>
              <strong>{nameOf(one.key)}</strong> <span class="note">{instant(one.at)}</span>
              <p>{one.message}</p>
              {mayChange && look && shaOf(one.key) !== '' && (
                <button class="link" onClick={() => look(one.key, nameOf(one.key))}>
                  Look at its columns
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      <div class="buttons">{mayChange ? <button onClick={() => void again(dataset)}>Try all again</button> : <p class="note">An analyst may have them tried again.</p>}</div>
    </div>
  );
}

async function again(dataset: string): Promise<void> {
  const answer = await retryArrivals(dataset);
  if (answer.ok) toast(`${number(answer.value.retried.length)} tried again`);
  else toast(wordsOf(answer.error), 'error');
  outdate(dataset);
}
