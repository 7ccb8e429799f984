// Stands for app/view.ts: the address of a page is its part of the document.
import type { View } from '../app/view.ts';

export * from '../app/view.ts';

const parts: Record<string, string> = { '/sales': 'sales', '/forecast': 'forecast', '/accuracy': 'accuracy', '/data': 'data', '/runs': 'data', '/settings': 'data', '/alerts': 'data' };

export function partOf(page: string): string {
  return parts[page] ?? 'overview';
}

export function encodeView(view: View): string {
  return `#${partOf(view.page)}`;
}
