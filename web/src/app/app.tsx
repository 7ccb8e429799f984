import type { ComponentType } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

import * as calls from '../api/calls.ts';
import type { DatasetName, Session } from '../api/types.ts';
import { useAnswer, type Loaded } from '../api/use_answer.ts';
import { Failure, Guarded } from '../components/panel.tsx';
import { Toasts } from '../components/toasts.tsx';
import { pageAt, type Page, type PageProps } from '../pages/pages.ts';
import './frame.css';
import { Help } from './help.tsx';
import { takeReturn } from './kept.ts';
import { useLive, useWorks } from './live.ts';
import { Navigation } from './navigation.tsx';
import { Palette, type PaletteScope } from './palette.tsx';
import { change, follow, show, useView } from './router.ts';
import { recallSession, useSession } from './session.ts';
import { Shop, useShopOf } from './shop.ts';
import { useShortcuts } from './shortcuts.ts';
import { SignIn } from './sign_in.tsx';
import { prepare } from './start.ts';
import { titleOf } from './title.ts';
import { decodeView, emptyView, encodeView, viewOf, type View } from './view.ts';

export function App() {
  const { session, ended, unreachable } = useSession();
  if (session === undefined) return <div class="loading whole" aria-busy="true" />;
  if (session === null && unreachable) {
    const error = { status: 0, code: 'unreachable', message: 'the server does not answer', remedy: 'see whether it runs, and try again' };
    return (
      <main class="sign-in">
        <Failure error={error} retry={() => void recallSession()} />
      </main>
    );
  }
  return (
    <>
      {session === null ? <SignIn ended={ended} /> : <Frame session={session} />}
      <Toasts />
    </>
  );
}

const none: DatasetName[] = [];

function Frame({ session }: { session: Session }) {
  const view = useView();
  const { open, overlays } = useOverlays();
  useReturn();
  useLive();
  const works = useWorks();
  const alerts = useAnswer('alerts', calls.allAlerts);
  const list = useAnswer('datasets', calls.datasets);
  const datasets = list.value?.datasets ?? none;
  const page = pageAt(view.page);
  const begun = useChosen(view, list);
  const shop = useShopOf(datasets.some((one) => one.dataset === view.dataset) ? view.dataset : '', page.path);
  const title = titleOf(page, view);
  useEffect(() => void (document.title = title), [title]);
  const content = useFocusOf(page);
  // the page is not drawn again where only the frame has news
  const shown = useMemo(() => (list.error ? <Failure error={list.error} retry={list.retry} /> : <Content page={page} view={view} session={session} datasets={list.value ? datasets : null} begun={begun} />), [list, page, view, session, begun]);
  return (
    <div class="frame">
      <a class="skip" href="#content" onClick={skip}>
        Skip to the content
      </a>
      <Navigation view={view} session={session} datasets={datasets} works={works} alerts={alerts.value?.alerts.length ?? 0} open={open} />
      <main id="content" tabIndex={-1} aria-labelledby="page-title" ref={content}>
        <Head page={page} />
        <Shop.Provider value={shop}>{shown}</Shop.Provider>
      </main>
      {overlays({ view, session, datasets })}
    </div>
  );
}

function Head({ page }: { page: Page }) {
  return (
    <div class="page-head">
      <h1 id="page-title">{page.title}</h1>
      <p class="note">{page.asks}</p>
    </div>
  );
}

/// What opens above all pages, by buttons and by keys: where to go to, and help.
function useOverlays() {
  const [palette, setPalette] = useState<PaletteScope | null>(null);
  const [help, setHelp] = useState(false);
  const openPalette = useCallback(() => setPalette('all'), []);
  const openHelp = useCallback(() => setHelp(true), []);
  useShortcuts(openPalette, openHelp);
  const overlays = (known: { view: View; session: Session; datasets: DatasetName[] }) => (
    <>
      {palette && <Palette {...known} scope={palette} close={() => setPalette(null)} />}
      {help && <Help close={() => setHelp(false)} />}
    </>
  );
  return { open: { palette: setPalette, help: openHelp }, overlays };
}

/// Who signed in elsewhere sees what they had asked for.
function useReturn(): void {
  useEffect(() => {
    const wanted = takeReturn();
    if (wanted) show(decodeView(wanted), 'replace');
  }, []);
}

/// Sees to it that the address names a data set that there is, and tells how a page says that it has
/// begun one, which is chosen as soon as the list has it.
function useChosen(view: View, list: Loaded<{ datasets: DatasetName[] }>): (name: string) => void {
  const wanted = useRef('');
  const datasets = list.value?.datasets ?? [];
  // before it is drawn: a view without its data set says nothing
  useLayoutEffect(() => {
    const has = (name: string) => datasets.some((one) => one.dataset === name);
    if (wanted.current !== '' && has(wanted.current)) {
      change({ ...viewOf(view.page, emptyView()), dataset: wanted.current });
      wanted.current = '';
    } else if (datasets.length > 0 && !has(view.dataset)) change({ dataset: datasets[0]!.dataset }, 'replace');
  }, [datasets, view.dataset]);
  return useCallback((name: string) => {
    wanted.current = name;
    list.retry();
  }, []);
}

/// Another page takes the focus, so that keys and readers of screens go on there and not in the menu.
function useFocusOf(page: Page) {
  const content = useRef<HTMLElement>(null);
  const before = useRef(page);
  useEffect(() => {
    if (before.current !== page) content.current?.focus({ preventScroll: true });
    before.current = page;
  }, [page]);
  return content;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

interface ContentProps {
  page: Page;
  view: View;
  session: Session;
  datasets: DatasetName[] | null;
  begun: (dataset: string) => void;
}

function Content({ page, view, session, datasets, begun }: ContentProps) {
  const names = (datasets ?? []).map((one) => one.dataset);
  // until the list is there the address is trusted
  const known = view.dataset !== '' && (datasets === null || names.includes(view.dataset));
  if (page.needsDataset && !known && datasets?.length !== 0) return <div class="loading" aria-busy="true" />;
  if (page.needsDataset && !known && !page.begins) return <NoDatasets session={session} view={view} />;
  return <Lazy key={page.path} page={page} view={view} dataset={known ? view.dataset : ''} datasets={names} session={session} begun={begun} />;
}

function NoDatasets({ session, view }: { session: Session; view: View }) {
  const there = viewOf('/data', view);
  return (
    <section class="panel">
      <h2>No data yet</h2>
      {session.role === 'viewer' ? (
        <p>There is no data set that you may see. Ask an admin for one.</p>
      ) : (
        <>
          <p>
            <a href={encodeView(there)} onClick={follow(there)}>
              Drop order files
            </a>{' '}
            (csv, csv.gz, csv.zst, parquet), put them into the inbox, or take them in on the server:
          </p>
          <pre>forecart ingest orders/*.csv --repository SHOP --dataset orders</pre>
        </>
      )}
    </section>
  );
}

const loaded = new Map<string, ComponentType<PageProps>>();

/// A page whose script comes when it is opened for the first time.
function Lazy({ page, ...props }: { page: Page } & PageProps) {
  const [, draw] = useState(0);
  const [failed, setFailed] = useState(false);
  const Shown = loaded.get(page.path);
  useMemo(() => props.dataset !== '' && prepare(page, props.dataset), [page, props.dataset]);
  useLayoutEffect(() => {
    if (Shown) return undefined;
    let left = false;
    page
      .load()
      .then((module) => loaded.set(page.path, module.default))
      .catch(() => !left && setFailed(true))
      .finally(() => !left && draw((n) => n + 1));
    return () => void (left = true);
  }, [page, Shown]);
  if (failed) {
    const error = { status: 0, code: 'unreachable', message: 'this page could not be loaded', remedy: 'the server may have been updated: load it again' };
    return <Failure error={error} retry={() => location.reload()} />;
  }
  if (!Shown) return <div class="loading" aria-busy="true" />;
  return (
    <Guarded>
      <Shown {...props} />
    </Guarded>
  );
}
