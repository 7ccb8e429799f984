import { address, path } from '../api/client.ts';
import { askEarly } from '../api/early.ts';
import type { DatasetName } from '../api/types.ts';
import { pageAt, type Page } from '../pages/pages.ts';
import { keptSignedIn } from './kept.ts';
import { change, currentView } from './router.ts';
import { recallSession } from './session.ts';
import type { View } from './view.ts';

/// Asks side by side for all that a first view needs: who is signed in, the page's script and, where
/// somebody was signed in here before, data.
export function start(view: View): void {
  void recallSession();
  if (!keptSignedIn()) return;
  const page = pageAt(view.page);
  const list = askEarly(address('datasets'));
  page.load().catch(() => {}); // who shows the page says so
  if (view.dataset !== '') prepare(page, view.dataset);
  else void chooseFirst(page, list).catch(() => {}); // the frame asks too, and says so
}

/// An address that names no data set shows the first, from before anything is drawn.
async function chooseFirst(page: Page, list: Promise<Response>): Promise<void> {
  const answer = (await list).clone();
  if (!answer.ok) return;
  const { datasets } = (await answer.json()) as { datasets: DatasetName[] };
  if (datasets.length === 0 || currentView().dataset !== '') return;
  prepare(page, datasets[0]!.dataset);
  change({ dataset: datasets[0]!.dataset }, 'replace');
}

/// Asks for what the frame and a page of a data set ask first.
export function prepare(page: Page, dataset: string): void {
  for (const question of ['', ...(page.first ?? [])]) askEarly(address(path('datasets', dataset)) + question);
}
