// The pages. To add one: a folder below web/src/pages/ whose file exports the page as default, and an
// entry here; the server answers its path, the frame links it. See docs/dashboard.md.
import type { ComponentType } from 'preact';

import type { Session } from '../api/types.ts';
import type { View } from '../app/view.ts';
import { sections, type Section } from './settings/sections.ts';

export interface PageProps {
  view: View;
  dataset: string; ///< "" only on pages that need none, or can begin one
  datasets: string[]; ///< that there are for this person
  session: Session;
  begun: (dataset: string) => void; ///< to be called where the page has begun one
}

export interface Page {
  path: string;
  title: string;
  icon: string; ///< path data of a 20 x 20 drawing of strokes
  key: string; ///< pressed after "g"
  asks: string; ///< the question that it answers
  needsDataset: boolean;
  sections?: readonly Section[]; ///< with addresses of their own, ?section=NAME
  begins?: boolean; ///< it can begin the first data set
  first?: readonly string[]; ///< what it asks of its data set as it opens, below /api/v1/datasets/NAME, besides its status
  load: () => Promise<{ default: ComponentType<PageProps> }>;
}

export const pages: readonly Page[] = [
  {
    path: '/',
    title: 'Overview',
    icon: 'M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z',
    key: 'o',
    asks: 'How are sales going, and what needs attention?',
    needsDataset: true,
    first: ['/panels', '/dimensions', '/rejects', '/runs?limit=5'],
    load: () => import('./overview/overview.tsx'),
  },
  {
    path: '/sales',
    title: 'Sales',
    icon: 'M3 17V9M8 17V4M13 17v-6M18 17V7',
    key: 's',
    asks: 'What was sold, when, where?',
    needsDataset: true,
    first: ['/dimensions'],
    load: () => import('./sales/sales.tsx'),
  },
  {
    path: '/forecast',
    title: 'Forecast',
    icon: 'M2 14l4-5 4 3 3-4M13 8l5-5M13 8l5 3M13 8h5',
    key: 'f',
    asks: 'What comes, and how sure is that?',
    needsDataset: true,
    first: ['/panels'],
    load: () => import('./forecast/forecast.tsx'),
  },
  {
    path: '/accuracy',
    title: 'Accuracy',
    icon: 'M10 2a8 8 0 1 0 0 16 8 8 0 1 0 0-16M10 6a4 4 0 1 0 0 8 4 4 0 1 0 0-8M10 10h.01',
    key: 'a',
    asks: 'How good are the forecasts?',
    needsDataset: true,
    first: ['/panels'],
    load: () => import('./accuracy/accuracy.tsx'),
  },
  {
    path: '/data',
    title: 'Data',
    icon: 'M3 5c0-1.7 3.1-3 7-3s7 1.3 7 3-3.1 3-7 3-7-1.3-7-3zM3 5v10c0 1.7 3.1 3 7 3s7-1.3 7-3V5M3 10c0 1.7 3.1 3 7 3s7-1.3 7-3',
    key: 'd',
    asks: 'What came in, and what was refused?',
    needsDataset: true,
    begins: true,
    load: () => import('./data/data.tsx'),
  },
  {
    path: '/runs',
    title: 'Runs',
    icon: 'M10 2a8 8 0 1 0 8 8M10 6v4l3 2M14 2l4 1-1 4',
    key: 'r',
    asks: 'What ran, how long, at what cost?',
    needsDataset: true,
    first: ['', '/runs?limit=20'],
    load: () => import('./runs/runs.tsx'),
  },
  {
    path: '/alerts',
    title: 'Alerts',
    icon: 'M5 8a5 5 0 0 1 10 0c0 5 2 6 2 6H3s2-1 2-6M8 17h4',
    key: 'l',
    asks: 'What is wrong right now?',
    needsDataset: false,
    load: () => import('./alerts/alerts.tsx'),
  },
  {
    path: '/settings',
    title: 'Settings',
    icon: 'M3 6h8M15 6h2M13 4v4M3 14h2M9 14h8M7 12v4',
    key: 't',
    asks: 'Who may what, and how does it look?',
    needsDataset: false,
    sections,
    load: () => import('./settings/settings.tsx'),
  },
];

/// The page of a path; the first where there is none.
export function pageAt(path: string): Page {
  return pages.find((one) => one.path === path) ?? pages[0]!;
}
