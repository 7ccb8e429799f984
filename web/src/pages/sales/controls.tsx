import { useState } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { Dimensions } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change, show } from '../../app/router.ts';
import { toggled, type View } from '../../app/view.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Segments } from '../../components/segments.tsx';
import { addDays, moment } from '../../format/dates.ts';
import { endOfDays, grains } from '../../format/grains.ts';
import { measureName, measures } from '../../format/measures.ts';
import './controls.css';
import type { Choice } from './question.ts';

interface Props {
  view: View;
  choice: Choice;
  known: Dimensions;
}

/// What is counted, in which steps, of which days.
export function Controls({ view, choice, known }: Props) {
  const end = endOfDays(known.last ?? '');
  return (
    <div class="bar">
      <Segments label="Measure" of={measures.map((value) => ({ value, label: measureName(value) }))} chosen={choice.measure} choose={(measure) => change({ measure })} />
      <label>
        by
        <select value={choice.grain} onChange={(event) => change({ grain: event.currentTarget.value })}>
          {grains.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label>
        from
        <input type="date" value={view.from || known.first?.slice(0, 10)} onChange={(event) => change({ from: event.currentTarget.value })} />
      </label>
      <label>
        to
        <input type="date" value={addDays(view.to || end, -1)} onChange={(event) => change({ to: dayAfter(event.currentTarget.value) })} />
      </label>
      <Span view={view} end={end} />
    </div>
  );
}

const all = 0; // days
const spans = [
  { value: all, label: 'All' },
  { value: 28, label: '28 days' },
  { value: 91, label: '91 days' },
];

function Span({ view, end }: { view: View; end: string }) {
  const last = (days: number) => (days === all ? { from: '', to: '', grain: '' } : { from: addDays(end, -days), to: end, grain: '' });
  const chosen = spans.find(({ value }) => view.from === last(value).from && view.to === last(value).to);
  return <Segments label="Span" of={spans} chosen={chosen?.value ?? null} choose={(days) => change(last(days))} />;
}

/// "" where the field was emptied.
function dayAfter(day: string): string {
  return day === '' ? '' : addDays(day, 1);
}

/// The filters that hold, each with a button that takes it away, and a way to add one without a mouse.
export function Filters({ view, known }: Props) {
  const chips = Object.entries(view.filters).flatMap(([dimension, values]) => values.map((value) => ({ dimension, value })));
  const span = view.from !== '' || view.to !== '';
  return (
    <div class="bar" role="group" aria-label="Filters">
      {chips.map(({ dimension, value }) => (
        <button key={`${dimension} ${value}`} class="chip" aria-label={`Remove the filter ${dimension}: ${value}`} onClick={() => show(toggled(view, dimension, value))}>
          {dimension}: {value || '(none)'} <Icon path={icons.close} size={12} />
        </button>
      ))}
      {span && (
        <button class="chip" aria-label="Remove the limits of time" onClick={() => change({ from: '', to: '', grain: '' })}>
          {view.from ? moment(view.from) : 'begin'} to {view.to ? moment(addDays(view.to, -1)) : 'end'} <Icon path={icons.close} size={12} />
        </button>
      )}
      <AddFilter view={view} known={known} />
      {chips.length > 1 && (
        <button class="quiet" onClick={() => change({ filters: {} })}>
          Remove all
        </button>
      )}
    </div>
  );
}

function AddFilter({ view, known }: { view: View; known: Dimensions }) {
  const names = known.dimensions.map((one) => one.dimension);
  const [chosen, setChosen] = useState('');
  const dimension = chosen || names[0] || '';
  const [text, setText] = useState('');
  const found = useAnswer(text === '' || dimension === '' ? null : `values ${view.dataset} ${dimension} ${text}`, (signal) => calls.values(view.dataset, dimension, text, signal));
  const submit = (event: Event) => {
    event.preventDefault();
    const exact = found.value?.values.find((one) => one.toLowerCase() === text.toLowerCase()) ?? found.value?.values[0];
    if (exact === undefined) return;
    setText('');
    if (!view.filters[dimension]?.includes(exact)) show(toggled(view, dimension, exact));
  };
  return (
    <form class="add-filter" onSubmit={submit}>
      <select aria-label="Filter by" value={dimension} onChange={(event) => setChosen(event.currentTarget.value)}>
        {names.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <input aria-label="Value to filter by" list="filter-values" placeholder="Add a filter" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      <datalist id="filter-values">
        {(text === '' ? [] : (found.value?.values ?? [])).map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <button disabled={text === ''}>Add</button>
    </form>
  );
}
