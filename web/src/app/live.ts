// The one stream of events of this tab, and what follows from it: work under way, toasts, answers that
// are asked for again.
import { useEffect, useState } from 'preact/hooks';

import { outdate } from '../api/fresh.ts';
import { eventOf, eventTypes, heard, oldAfter, type LiveEvent, type Works } from '../api/live.ts';
import { toast } from '../components/toasts.tsx';
import { currentView, show } from './router.ts';
import { keepStream } from './stream.ts';
import { emptyView, viewOf, type View } from './view.ts';

const address = '/api/v1/events';
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
  const leave = keepStream(address, {
    types: eventTypes,
    heard: (type, data) => {
      const event = eventOf(type, data);
      if (event) hear(event);
    },
    back: () => hear({ type: 'missed' }),
    refused: () => outdate('alerts'), // who is no longer signed in finds that out by asking
  });
  return () => (leave(), setWorks({}));
}

/// Of the frame: while somebody is signed in there is one stream.
export function useLive(): void {
  useEffect(listen, []);
}
