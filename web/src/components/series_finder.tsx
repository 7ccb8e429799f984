import { useEffect, useId, useRef, useState } from 'preact/hooks';

import * as calls from '../api/calls.ts';
import { useAnswer, type Loaded } from '../api/use_answer.ts';
import { number } from '../format/numbers.ts';
import { seriesName } from '../format/series.ts';
import './series_finder.css';
import { useSettled } from './use_settled.ts';

interface Props {
  dataset: string;
  panel: string;
  series: string;
  choose: (series: string) => void;
}

const mostShown = 50;
const restAfter = 150; // ms without a letter before it asks

/// Finds a series by parts of its name; arrows move, Enter takes, Escape leaves.
export function SeriesFinder({ dataset, panel, series, choose }: Props) {
  const [text, setText] = useState<string | null>(null); // null: closed
  const id = useId();
  const of = useFound(dataset, panel, text);
  const found = of.value?.series ?? [];
  const take = (one: string | undefined, input?: HTMLInputElement) => {
    if (one !== undefined) choose(one);
    setText(null);
    input?.blur();
  };
  const open = text !== null;
  const { at, key, begin } = useKeys(found, open && of.value?.search === text, take);
  return (
    <div class="finder">
      <input
        type="text"
        role="combobox"
        aria-label="Series"
        aria-expanded={open}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={open && found[at] !== undefined ? `${id}-${at}` : undefined}
        autocomplete="off"
        placeholder="Find a series"
        value={text ?? seriesName(series)}
        onFocus={() => (setText(''), begin())}
        onBlur={() => setText(null)}
        onInput={(event) => (setText(event.currentTarget.value), begin())}
        onKeyDown={key}
      />
      {open && <Matches id={id} of={of} at={at} take={(one) => take(one, focused())} />}
    </div>
  );
}

/// Which of the found ones is marked, and what keys do. `settled`: the list is that of the text; Enter
/// that came before waits for it.
function useKeys(found: readonly string[], settled: boolean, take: (one: string | undefined, input: HTMLInputElement) => void) {
  const [at, setAt] = useState(0);
  const [hurried, setHurried] = useState(false);
  useEffect(() => {
    if (!hurried || !settled) return;
    setHurried(false);
    take(found[0], focused());
  }, [hurried, settled]);
  const key = (event: KeyboardEvent) => {
    const input = event.currentTarget as HTMLInputElement;
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && settled) take(found[at], input);
    else if (event.key === 'Enter') setHurried(true);
    else if (event.key === 'Escape') take(undefined, input);
    else return;
    event.preventDefault();
  };
  return { at, key, begin: () => (setAt(0), setHurried(false)) };
}

function focused(): HTMLInputElement {
  return document.activeElement as HTMLInputElement;
}

type Found = { series: string[]; matching: number; search: string };

/// Series whose names have a text, a moment after it was typed; which text that was stands beside them.
function useFound(dataset: string, panel: string, text: string | null): Loaded<Found> {
  const search = useSettled(text ?? '', restAfter);
  return useAnswer(text === null ? null : `find ${dataset} ${panel} ${search}`, async (signal) => {
    const answer = await calls.series(dataset, { panel, search, limit: mostShown }, signal);
    return answer.ok ? { ...answer, value: { ...answer.value, search } } : answer;
  });
}

interface MatchesProps {
  id: string;
  of: Loaded<Found>;
  at: number;
  take: (series: string) => void;
}

function Matches({ id, of, at, take }: MatchesProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), [at]);
  const found = of.value?.series ?? [];
  const more = (of.value?.matching ?? 0) - found.length;
  return (
    <ul id={id} role="listbox" aria-label="Series" ref={list}>
      {found.map((one, index) => (
        <li key={one} id={`${id}-${index}`} role="option" aria-selected={index === at} onPointerDown={(event) => (event.preventDefault(), take(one))}>
          {seriesName(one)}
        </li>
      ))}
      {of.error && <p class="note bad-text" role="presentation">{of.error.message}</p>}
      {of.value && found.length === 0 && <p class="note" role="presentation">No series has that in its name.</p>}
      {found.length > 0 && more > 0 && <p class="note" role="presentation">{number(more)} more: write more of the name.</p>}
    </ul>
  );
}
