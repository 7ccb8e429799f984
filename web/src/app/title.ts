import type { Page } from '../pages/pages.ts';
import type { View } from './view.ts';

/// Of the window: "Tokens · Settings · orders · forecart".
export function titleOf(page: Pick<Page, 'title' | 'sections'>, view: View): string {
  const section = page.sections?.find((one) => one.name === view.more.section);
  return [section?.title, page.title, view.dataset, 'forecart'].filter(Boolean).join(' · ');
}
