import { useEffect } from 'preact/hooks';

import { pages } from '../pages/pages.ts';
import { currentView, show } from './router.ts';
import { viewOf } from './view.ts';

const together = 1000; // ms from "g" to the letter of the page

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/// Ctrl+K opens the palette, "?" tells the keys; "g" and a letter open a page.
export function useShortcuts(openPalette: () => void, openHelp: () => void): void {
  useEffect(() => {
    let began = -Infinity;
    const listener = (event: KeyboardEvent) => {
      if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        openPalette();
        return;
      }
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]')) return; // what it asks comes first
      if (event.key === '?') openHelp();
      const page = event.timeStamp - began < together ? pages.find((one) => one.key === event.key) : undefined;
      began = event.key === 'g' ? event.timeStamp : -Infinity;
      if (page) show(viewOf(page.path, currentView()));
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, [openPalette, openHelp]);
}
