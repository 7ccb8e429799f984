import { useState } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { offered } from './grants.ts';

interface Props {
  legend: string;
  all: string; ///< what choosing no single one means, in words
  isAll: boolean;
  chosen: readonly string[];
  change: (isAll: boolean, chosen: string[]) => void;
}

const manyNames = 10;

/// All data sets, or some by name; a field finds among many.
export function DatasetChoice({ legend, all, isAll, chosen, change }: Props) {
  const of = useAnswer('datasets', calls.datasets);
  const [find, setFind] = useState('');
  const names = offered((of.value?.datasets ?? []).map((one) => one.dataset), chosen);
  const shown = names.filter((one) => one.toLowerCase().includes(find.toLowerCase()));
  const toggle = (name: string) => change(false, chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  return (
    <fieldset class="dataset-choice">
      <legend>{legend}</legend>
      <label class="check">
        <input type="checkbox" checked={isAll} onChange={() => change(!isAll, [...chosen])} />
        {all}
      </label>
      {!isAll && (
        <>
          {names.length > manyNames && <input type="search" aria-label={`Find among ${legend.toLowerCase()}`} placeholder="Find" value={find} onInput={(event) => setFind(event.currentTarget.value)} />}
          <div class="choices">
            {shown.map((name) => (
              <label class="check" key={name}>
                <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
                {name}
              </label>
            ))}
            {of.value && names.length === 0 && <p class="note">There is no data set yet.</p>}
            {names.length > 0 && shown.length === 0 && <p class="note">None is called like that.</p>}
          </div>
        </>
      )}
    </fieldset>
  );
}
