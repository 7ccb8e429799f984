// Stands for app/router.ts: the report has no pages and no server, so no address tells the view, and
// what leads to another page leads to its part of the document.
import { currentView, setView } from '../app/shown.ts';
import type { View } from '../app/view.ts';
import { partOf } from './view.ts';

export { currentView, useView } from '../app/shown.ts';

export function show(view: View): void {
  const { page } = currentView();
  setView({ ...view, page });
  if (view.page !== page) document.getElementById(partOf(view.page))?.scrollIntoView();
}

export function change(parts: Partial<View>): void {
  show({ ...currentView(), ...parts });
}

/// Links are anchors of the document, which browsers follow by themselves.
export function follow(_view: View): (event: MouseEvent) => void {
  return () => {};
}
