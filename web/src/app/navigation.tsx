import { useEffect, useRef, useState } from 'preact/hooks';

import type { Works } from '../api/live.ts';
import type { DatasetName, Session } from '../api/types.ts';
import { Icon, icons } from '../components/icon.tsx';
import { pages } from '../pages/pages.ts';
import { Activity, alertWords, Signals } from './activity.tsx';
import { openDataset, type PaletteScope } from './palette.tsx';
import { follow } from './router.ts';
import { end } from './session.ts';
import { setTheme, useTheme } from './theme.ts';
import { encodeView, viewOf, type View } from './view.ts';
import type { Theme } from './kept.ts';
import './navigation.css';

interface Props {
  view: View;
  session: Session;
  datasets: DatasetName[];
  works: Works;
  alerts: number; ///< that are active
  open: { palette: (scope: PaletteScope) => void; help: () => void };
}

/// The pages, on wide screens at the left, on narrow ones behind a button.
export function Navigation({ view, session, datasets, works, alerts, open: { palette, help } }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useClosing(root, open, () => setOpen(false));
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    setOpen(false);
    button.current?.focus();
  };
  return (
    <header class={`side ${open ? 'open' : ''}`} ref={root} onKeyDown={onKey}>
      <div class="brand">
        <a href={encodeView(viewOf('/', view))} onClick={follow(viewOf('/', view))}>
          <img src={new URL('../icon.svg', import.meta.url).href} width="24" height="24" alt="" />
          <span>forecart</span>
        </a>
        <Signals works={works} alerts={alerts} view={view} />
        <button ref={button} class="quiet icon-button only-narrow" aria-label={open ? 'Close the menu' : 'Open the menu'} aria-expanded={open} aria-controls="menu" onClick={() => setOpen(!open)}>
          <Icon path={open ? icons.close : icons.menu} />
        </button>
      </div>
      <div class="side-body" id="menu">
        {datasets.length > 0 && <DatasetPicker dataset={view.dataset} datasets={datasets} find={() => (setOpen(false), palette('datasets'))} />}
        <nav aria-label="Pages">
          <ul>
            {pages.map((page) => {
              const there = viewOf(page.path, view);
              const here = page.path === view.page;
              return (
                <li key={page.path}>
                  <a href={encodeView(there)} aria-current={here ? 'page' : undefined} title={`${page.asks} (g ${page.key})`} onClick={(event) => (setOpen(false), follow(there)(event))}>
                    <Icon path={page.icon} />
                    <span>{page.title}</span>
                    {page.path === '/alerts' && alerts > 0 && (
                      <span class="count" title={alertWords(alerts)}>
                        {alerts}
                      </span>
                    )}
                  </a>
                </li>
              );
            })}
          </ul>
        </nav>
        <div class="side-foot">
          <Activity works={works} view={view} />
          <button class="quiet wide" onClick={() => (setOpen(false), palette('all'))}>
            <Icon path={icons.search} size={16} /> Go to <kbd>Ctrl K</kbd>
          </button>
          <button class="quiet wide" onClick={() => (setOpen(false), help())}>
            <Icon path={icons.keys} size={16} /> Keys <kbd>?</kbd>
          </button>
          <ThemeSwitch />
          <div class="who">
            <div>
              <strong>{session.user}</strong>
              <span class="note">{session.role}</span>
            </div>
            <button class="quiet icon-button" aria-label="Sign out" title="Sign out" onClick={() => void end()}>
              <Icon path={icons.leave} />
            </button>
          </div>
        </div>
      </div>
    </header>
  );
}

/// An open menu closes when something else is touched.
function useClosing(root: { current: HTMLElement | null }, open: boolean, close: () => void): void {
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => !root.current?.contains(event.target as Node) && close();
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);
}

const mostListed = 12; // more are found by their name

function DatasetPicker({ dataset, datasets, find }: { dataset: string; datasets: DatasetName[]; find: () => void }) {
  if (datasets.length > mostListed) {
    return (
      <div class="dataset-picker">
        <span id="picker-label">Data set</span>
        <button aria-haspopup="dialog" aria-describedby="picker-label" onClick={find}>
          <span class="cut">{dataset}</span> <Icon path={icons.choose} size={16} />
        </button>
      </div>
    );
  }
  return (
    <label class="dataset-picker">
      <span>Data set</span>
      <select value={dataset} onChange={(event) => openDataset(event.currentTarget.value)}>
        {datasets.map((one) => (
          <option key={one.dataset} value={one.dataset}>
            {one.dataset}
          </option>
        ))}
      </select>
    </label>
  );
}

const themes: [Theme, string, string][] = [
  ['light', 'Light', icons.sun],
  ['dark', 'Dark', icons.moon],
  ['system', 'As the system', icons.system],
];

function ThemeSwitch() {
  const { chosen } = useTheme();
  return (
    <div class="segments" role="group" aria-label="Colours">
      {themes.map(([theme, label, icon]) => (
        <button key={theme} aria-pressed={chosen === theme} aria-label={label} title={label} onClick={() => setTheme(theme)}>
          <Icon path={icon} size={16} />
        </button>
      ))}
    </div>
  );
}
