import { useRef, useState } from 'preact/hooks';

import type { Works } from '../api/live.ts';
import type { DatasetName, Session } from '../api/types.ts';
import { Icon, icons } from '../components/icon.tsx';
import { Segments } from '../components/segments.tsx';
import { useOutside } from '../components/use_outside.ts';
import { pages, type Page } from '../pages/pages.ts';
import { Activity, alertWords, Signals } from './activity.tsx';
import { openDataset, type PaletteScope } from './palette.tsx';
import { follow } from './router.ts';
import { end } from './session.ts';
import { setTheme, themes, useTheme } from './theme.ts';
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
  const { isOpen, toggle, close, root, button, onKey } = useMenu();
  return (
    <header class={`side ${isOpen ? 'open' : ''}`} ref={root} onKeyDown={onKey}>
      <div class="brand">
        <a href={encodeView(viewOf('/', view))} onClick={follow(viewOf('/', view))}>
          <img src={new URL('../icon.svg', import.meta.url).href} width="24" height="24" alt="" />
          <span>forecart</span>
        </a>
        <Signals works={works} alerts={alerts} view={view} />
        <button ref={button} class="quiet icon-button only-narrow" aria-label={isOpen ? 'Close the menu' : 'Open the menu'} aria-expanded={isOpen} aria-controls="menu" onClick={toggle}>
          <Icon path={isOpen ? icons.close : icons.menu} />
        </button>
      </div>
      <div class="side-body" id="menu">
        {datasets.length > 0 && <DatasetPicker dataset={view.dataset} datasets={datasets} find={() => (close(), palette('datasets'))} />}
        <PageLinks view={view} alerts={alerts} close={close} />
        <div class="side-foot">
          <Activity works={works} view={view} />
          <Helpers palette={() => (close(), palette('all'))} help={() => (close(), help())} />
          <ThemeSwitch />
          <Who session={session} />
        </div>
      </div>
    </header>
  );
}

/// On narrow screens: Escape closes it and gives the focus back, touching something else closes it.
function useMenu() {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(false);
  useOutside(root, isOpen, close);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return;
    close();
    button.current?.focus();
  };
  return { isOpen, toggle: () => setOpen(!isOpen), close, root, button, onKey };
}

function PageLinks({ view, alerts, close }: { view: View; alerts: number; close: () => void }) {
  return (
    <nav aria-label="Pages">
      <ul>
        {pages.map((page) => (
          <li key={page.path}>
            <PageLink page={page} view={view} alerts={page.path === '/alerts' ? alerts : 0} close={close} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function PageLink({ page, view, alerts, close }: { page: Page; view: View; alerts: number; close: () => void }) {
  const there = viewOf(page.path, view);
  const here = page.path === view.page;
  return (
    <a href={encodeView(there)} aria-current={here ? 'page' : undefined} title={`${page.asks} (g ${page.key})`} onClick={(event) => (close(), follow(there)(event))}>
      <Icon path={page.icon} />
      <span>{page.title}</span>
      {alerts > 0 && (
        <span class="count" title={alertWords(alerts)}>
          {alerts}
        </span>
      )}
    </a>
  );
}

function Helpers({ palette, help }: { palette: () => void; help: () => void }) {
  return (
    <>
      <button class="quiet wide" onClick={palette}>
        <Icon path={icons.search} size={16} /> Go to <kbd>Ctrl K</kbd>
      </button>
      <button class="quiet wide" onClick={help}>
        <Icon path={icons.keys} size={16} /> Keys <kbd>?</kbd>
      </button>
    </>
  );
}

function Who({ session }: { session: Session }) {
  return (
    <div class="who">
      <div>
        <strong>{session.user}</strong>
        <span class="note">{session.role}</span>
      </div>
      <button class="quiet icon-button" aria-label="Sign out" title="Sign out" onClick={() => void end()}>
        <Icon path={icons.leave} />
      </button>
    </div>
  );
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

const signs: Record<Theme, string> = { light: icons.sun, dark: icons.moon, system: icons.system };

function ThemeSwitch() {
  const { chosen } = useTheme();
  const of = themes.map(([value, name]) => ({ value, name, title: name, label: <Icon path={signs[value]} size={16} /> }));
  return <Segments label="Colours" of={of} chosen={chosen} choose={setTheme} />;
}
