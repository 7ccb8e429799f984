// The view that the address bar shows.
import { currentView, setView } from './shown.ts';
import { decodeView, encodeView, type View } from './view.ts';

export { currentView, useView } from './shown.ts';

function read(): void {
  setView(decodeView(location.pathname + location.search));
}

read();
addEventListener('popstate', read);

/// Shows a view; `replace` where going back should skip the one before.
export function show(view: View, how: 'push' | 'replace' = 'push'): void {
  const address = encodeView(view);
  if (address === location.pathname + location.search) return;
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  if (view.page !== currentView().page) scrollTo(0, 0);
  setView(view);
}

/// Changes parts of the view on show.
export function change(parts: Partial<View>, how: 'push' | 'replace' = 'push'): void {
  show({ ...currentView(), ...parts }, how);
}

/// For links: a plain click stays in the page, others do what the browser does.
export function follow(view: View): (event: MouseEvent) => void {
  return (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(view);
  };
}
