// The one stream of events of this tab, and what follows from it: work under way, toasts, answers that
// are asked for again.
import { useEffect, useState } from 'preact/hooks';

import { outdate } from '../api/fresh.ts';
import { eventOf, eventTypes, heard, oldAfter, type LiveEvent, type Works } from '../api/live.ts';
import { toast } from '../components/toasts.tsx';
import { currentView, show } from './router.ts';
import { emptyView, viewOf, type View } from './view.ts';

const address = '/api/v1/events';
const waits = [2, 5, 15, 60]; // seconds before a stream that was refused is asked for again
const unseen = 60_000; // ms until a tab that nobody sees gives its connection back: browsers have six
const together = 400; // ms: one run ends, is published and changes alerts

let works: Works = {};
const listeners = new Set<() => void>();

function setWorks(next: Works): void {
  if (next === works) return;
  works = next;
  for (const listener of [...listeners]) listener();
}

/// Work under way, by data set.
export function useWorks(): Works {
  const [value, set] = useState(works);
  useEffect(() => {
    const listener = () => set(works);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return value;
}

let old = new Set<string>();

function outdateSoon(words: string[]): void {
  if (words.length === 0) return;
  if (old.size === 0) {
    setTimeout(() => {
      const all = old;
      old = new Set();
      for (const word of all) outdate(word);
    }, together);
  }
  for (const word of words) old.add(word);
}

/// A page of another data set begins at its beginning.
function pageOf(page: string, dataset: string): View {
  const view = currentView();
  return view.dataset === dataset ? viewOf(page, view) : { ...emptyView(page), dataset };
}

function hear(event: LiveEvent): void {
  setWorks(heard(works, event, Date.now()));
  if (event.type === 'missed') outdate(null);
  outdateSoon(oldAfter(event));
  if (event.type === 'work' && event.kind === 'failed') tell(event.dataset, `Work on ${event.dataset} failed (${event.code ?? 'unknown'})`, 'error', '/runs');
  if (event.type === 'published') tell(event.dataset, `Forecasts of ${event.dataset} are new`, 'done', '/forecast');
}

function tell(dataset: string, text: string, kind: 'done' | 'error', page: string): void {
  toast(text, kind, { about: `${kind} ${dataset}`, label: 'Show', act: () => show(pageOf(page, dataset)) });
}

/// Opens the stream; the function it returns closes it. Who was away asks for all anew.
function listen(): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let tries = 0;
  let missed = false;
  const later = (seconds: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(open, seconds * 1000);
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
    missed = true;
  };
  const open = () => {
    source = new EventSource(address);
    source.onopen = () => {
      tries = 0;
      if (missed) hear({ type: 'missed' });
      missed = false;
    };
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return; // else the browser comes again by itself
      close();
      outdate('alerts'); // who is no longer signed in finds that out by asking
      later(waits[Math.min(tries++, waits.length - 1)]!);
    };
    for (const type of eventTypes) {
      source.addEventListener(type, (message) => {
        const event = eventOf(type, message.data as string);
        if (event) hear(event);
      });
    }
  };
  const seen = () => {
    clearTimeout(timer);
    if (document.hidden) timer = window.setTimeout(close, unseen);
    else if (source === null) open();
  };
  document.addEventListener('visibilitychange', seen);
  seen();
  return () => {
    document.removeEventListener('visibilitychange', seen);
    close();
    setWorks({});
  };
}

/// Of the frame: while somebody is signed in there is one stream.
export function useLive(): void {
  useEffect(listen, []);
}
