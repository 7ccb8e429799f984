import { useEffect, useRef, useState } from 'preact/hooks';

import type { DatasetName } from '../api/types.ts';
import { pages } from '../pages/pages.ts';
import { change, show } from './router.ts';
import { end } from './session.ts';
import { setTheme } from './theme.ts';
import { viewOf, type View } from './view.ts';

interface Command {
  label: string;
  hint: string;
  act: () => void;
}

function commands(view: View, datasets: DatasetName[]): Command[] {
  return [
    ...pages.map((page) => ({ label: page.title, hint: `g ${page.key}`, act: () => show(viewOf(page.path, view)) })),
    ...datasets.map((one) => ({ label: `Data set ${one.dataset}`, hint: '', act: () => change({ dataset: one.dataset, filters: {}, panel: '', series: '', models: [] }) })),
    { label: 'Light colours', hint: '', act: () => setTheme('light') },
    { label: 'Dark colours', hint: '', act: () => setTheme('dark') },
    { label: 'Colours as the system', hint: '', act: () => setTheme('system') },
    { label: 'Sign out', hint: '', act: () => void end() },
  ];
}

/// Everything that can be gone to, by a few letters.
export function Palette({ view, datasets, close }: { view: View; datasets: DatasetName[]; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  const found = commands(view, datasets).filter((one) => one.label.toLowerCase().includes(text.toLowerCase()));
  const chosen = Math.min(at, found.length - 1);
  const act = (command: Command | undefined) => {
    close();
    command?.act();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((chosen + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      act(found[chosen]);
    }
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Go to" onClose={close} onClick={(event) => event.target === dialog.current && close()}>
      <input
        autofocus
        role="combobox"
        aria-label="Page or action"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${chosen}` : undefined}
        placeholder="Page, data set or action"
        value={text}
        onInput={(event) => (setText(event.currentTarget.value), setAt(0))}
        onKeyDown={onKey}
      />
      <ul id="palette-list" role="listbox" aria-label="Matches">
        {found.map((one, index) => (
          <li key={one.label} id={`palette-${index}`} role="option" aria-selected={index === chosen} onClick={() => act(one)}>
            <span>{one.label}</span>
            {one.hint && <kbd>{one.hint}</kbd>}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="empty">Nothing is called like that.</p>}
    </dialog>
  );
}
