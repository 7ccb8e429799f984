// Light, dark, or what the system has: an attribute of the root that colours.css reads.
import { useEffect, useState } from 'preact/hooks';

import { keepTheme, keptTheme, type Theme } from './kept.ts';

/// With their names.
export const themes: readonly (readonly [Theme, string])[] = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'As the system'],
];

const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let chosen: Theme = keptTheme();

function apply(): void {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  for (const listener of [...listeners]) listener();
}

dark.addEventListener('change', apply);

function isDark(): boolean {
  return chosen === 'dark' || (chosen === 'system' && dark.matches);
}

export function setTheme(theme: Theme): void {
  chosen = theme;
  keepTheme(theme);
  apply();
}

export function chosenTheme(): Theme {
  return chosen;
}

/// Draws again when the colours change; the value is the theme on show.
export function useTheme(): { chosen: Theme; shown: 'light' | 'dark' } {
  const [, set] = useState(0);
  useEffect(() => {
    const listener = () => set((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return { chosen, shown: isDark() ? 'dark' : 'light' };
}

/// The value of a custom property such as "--accent".
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

apply();
