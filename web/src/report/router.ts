// Stands for app/router.ts: the report has no pages and no server, so the view is kept here, and what
// leads to another page leads to its part of the document.
import { useEffect, useState } from 'preact/hooks';

import { emptyView, type View } from '../app/view.ts';
import { partOf } from './view.ts';

const listeners = new Set<() => void>();
let current = emptyView();

export function currentView(): View {
  return current;
}

export function show(view: View): void {
  const turned = view.page !== current.page;
  current = { ...view, page: current.page };
  for (const listener of [...listeners]) listener();
  if (turned) document.getElementById(partOf(view.page))?.scrollIntoView();
}

export function change(parts: Partial<View>): void {
  show({ ...current, ...parts });
}

export function useView(): View {
  const [view, set] = useState(current);
  useEffect(() => {
    const listener = () => set(current);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return view;
}

/// Links are anchors of the document, which browsers follow by themselves.
export function follow(_view: View): (event: MouseEvent) => void {
  return () => {};
}
