// The view that the address bar shows.
import { useEffect, useState } from 'preact/hooks';

import { decodeView, encodeView, type View } from './view.ts';

const listeners = new Set<() => void>();
let current = decodeView(location.pathname + location.search);

function tell(): void {
  for (const listener of [...listeners]) listener();
}

addEventListener('popstate', () => {
  current = decodeView(location.pathname + location.search);
  tell();
});

export function currentView(): View {
  return current;
}

/// Shows a view; `replace` where going back should skip the one before.
export function show(view: View, how: 'push' | 'replace' = 'push'): void {
  const address = encodeView(view);
  if (address === location.pathname + location.search) return;
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  const turned = view.page !== current.page;
  current = view;
  if (turned) scrollTo(0, 0);
  tell();
}

/// Changes parts of the view on show.
export function change(parts: Partial<View>, how: 'push' | 'replace' = 'push'): void {
  show({ ...current, ...parts }, how);
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

/// For links: a plain click stays in the page, others do what the browser does.
export function follow(view: View): (event: MouseEvent) => void {
  return (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(view);
  };
}
