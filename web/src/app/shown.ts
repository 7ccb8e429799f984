// The view on show, whoever keeps its address: app/router.ts, or report/router.ts in a report.
import { useEffect, useState } from 'preact/hooks';

import { emptyView, type View } from './view.ts';

const listeners = new Set<() => void>();
let current = emptyView();

export function currentView(): View {
  return current;
}

/// Puts another view on show, and tells all who look at it.
export function setView(view: View): void {
  current = view;
  for (const listener of [...listeners]) listener();
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
