// Addresses within the page of runs.
import { encodeView, viewOf, type View } from '../../app/view.ts';
import { follow } from '../../app/router.ts';

export function runView(view: View, run: string, other = ''): View {
  const more: Record<string, string> = { run, with: other };
  return { ...viewOf('/runs', view), panel: '', models: [], more };
}

export function allRuns(view: View): View {
  return { ...viewOf('/runs', view), more: {} };
}

/// What a link needs: where it leads, and how within the page.
export function linkTo(view: View): { href: string; onClick: (event: MouseEvent) => void } {
  return { href: encodeView(view), onClick: follow(view) };
}

/// Two runs to compare, the older one first: names sort by time.
export function inOrder(a: string, b: string): [string, string] {
  return a < b ? [a, b] : [b, a];
}
