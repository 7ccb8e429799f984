import { useEffect, useRef, useState } from 'preact/hooks';

import { reaches } from '../api/roles.ts';
import type { DatasetName, Session } from '../api/types.ts';
import { useModal } from '../components/use_modal.ts';
import { pages, type Page } from '../pages/pages.ts';
import './palette.css';
import { change, currentView, show } from './router.ts';
import { end } from './session.ts';
import { setTheme } from './theme.ts';
import { viewOf, type View } from './view.ts';

interface Props {
  view: View;
  session: Session;
  datasets: DatasetName[];
  scope: PaletteScope;
  close: () => void;
}

interface Command {
  label: string;
  hint: string;
  act: () => void;
}

/// What can be gone to: everything, or data sets alone.
export type PaletteScope = 'all' | 'datasets';

/// What was chosen in one data set says nothing of another.
export function openDataset(dataset: string): void {
  const { section } = currentView().more;
  change({ dataset, from: '', to: '', filters: {}, panel: '', series: '', models: [], by: '', more: section ? { section } : {} });
}

function sectionsOf(page: Page, view: View, session: Session): Command[] {
  const mine = (page.sections ?? []).filter((one) => reaches(session.role, one.least));
  return mine.map((one) => ({ label: `${page.title}: ${one.title}`, hint: '', act: () => show({ ...viewOf(page.path, view), more: { section: one.name } }) }));
}

function commands({ view, session, datasets, scope }: Props): Command[] {
  const sets = datasets.map((one) => ({ label: scope === 'all' ? `Data set ${one.dataset}` : one.dataset, hint: one.dataset === view.dataset ? 'this one' : '', act: () => openDataset(one.dataset) }));
  if (scope === 'datasets') return sets;
  return [
    ...pages.map((page) => ({ label: page.title, hint: `g ${page.key}`, act: () => show(viewOf(page.path, view)) })),
    ...sets,
    ...pages.flatMap((page) => sectionsOf(page, view, session)),
    { label: 'Light colours', hint: '', act: () => setTheme('light') },
    { label: 'Dark colours', hint: '', act: () => setTheme('dark') },
    { label: 'Colours as the system', hint: '', act: () => setTheme('system') },
    { label: 'Sign out', hint: '', act: () => void end() },
  ];
}

/// Everything that can be gone to, by a few letters.
export function Palette(props: Props) {
  const { scope, close } = props;
  const dialog = useModal();
  const [text, setText] = useState('');
  const found = commands(props).filter((one) => one.label.toLowerCase().includes(text.toLowerCase()));
  const act = (command: Command | undefined) => {
    close();
    command?.act();
  };
  const { chosen, onKey, begin } = useKeys(found, act);
  return (
    <dialog ref={dialog} class="palette" aria-label="Go to" onClose={close} onClick={(event) => event.target === dialog.current && close()}>
      <input
        autofocus
        role="combobox"
        aria-label={scope === 'all' ? 'Page or action' : 'Data set'}
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${chosen}` : undefined}
        placeholder={scope === 'all' ? 'Page, data set or action' : 'Find a data set'}
        value={text}
        onInput={(event) => (setText(event.currentTarget.value), begin())}
        onKeyDown={onKey}
      />
      <Matches found={found} chosen={chosen} act={act} />
      {found.length === 0 && <p class="empty">Nothing is called like that.</p>}
    </dialog>
  );
}

/// Which of the found ones is marked; arrows go round, Enter acts.
function useKeys(found: Command[], act: (command: Command | undefined) => void) {
  const [at, setAt] = useState(0);
  const chosen = Math.min(at, found.length - 1);
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step !== undefined) setAt((chosen + step + found.length) % Math.max(found.length, 1));
    else if (event.key === 'Enter') act(found[chosen]);
    else return;
    event.preventDefault();
  };
  return { chosen, onKey, begin: () => setAt(0) };
}

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

function Matches({ found, chosen, act }: { found: Command[]; chosen: number; act: (command: Command) => void }) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), [chosen, found[chosen]?.label]);
  return (
    <ul id="palette-list" ref={list} role="listbox" aria-label="Matches">
      {found.map((one, index) => (
        <li key={one.label} id={`palette-${index}`} role="option" aria-selected={index === chosen} onClick={() => act(one)}>
          <span>{one.label}</span>
          {one.hint && <kbd>{one.hint}</kbd>}
        </li>
      ))}
    </ul>
  );
}
