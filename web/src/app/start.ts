import { address, path } from '../api/client.ts';
import { askEarly } from '../api/early.ts';
import { pageAt, type Page } from '../pages/pages.ts';
import { keptSignedIn } from './kept.ts';
import { recallSession } from './session.ts';
import type { View } from './view.ts';

/// Asks side by side for all that a first view needs: who is signed in, the page's script and, where
/// somebody was signed in here before, data.
export function start(view: View): void {
  void recallSession();
  if (!keptSignedIn()) return;
  const page = pageAt(view.page);
  askEarly(address('datasets'));
  page.load().catch(() => {}); // who shows the page says so
  if (view.dataset !== '') prepare(page, view.dataset);
}

/// Asks for what the frame and a page of a data set ask first.
export function prepare(page: Page, dataset: string): void {
  for (const question of ['', ...(page.first ?? [])]) askEarly(address(path('datasets', dataset)) + question);
}
