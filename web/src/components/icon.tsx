import './icon.css';

/// A drawing of strokes, 20 x 20; what it stands beside says what it means.
export function Icon({ path, size = 18 }: { path: string; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}

export const icons = {
  menu: 'M3 5h14M3 10h14M3 15h14',
  close: 'M5 5l10 10M15 5L5 15',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  search: 'M9 3a6 6 0 1 0 0 12A6 6 0 1 0 9 3M13.5 13.5L18 18',
  sun: 'M10 6a4 4 0 1 0 0 8 4 4 0 1 0 0-8M10 1v2M10 17v2M1 10h2M17 10h2M3.6 3.6L5 5M15 15l1.4 1.4M3.6 16.4L5 15M15 5l1.4-1.4',
  moon: 'M17 11.5A7 7 0 1 1 8.5 3a5.5 5.5 0 0 0 8.5 8.5z',
  system: 'M2 4h16v10H2zM7 18h6M10 14v4',
  leave: 'M8 3H4v14h4M8 10h10M14 6l4 4-4 4',
  up: 'M10 16V4M5 9l5-5 5 5',
  down: 'M10 4v12M5 11l5 5 5-5',
  warning: 'M10 3L2 17h16zM10 8v4M10 14.5h.01',
  upload: 'M10 13V3M6 7l4-4 4 4M3 13v4h14v-4',
  clock: 'M10 2a8 8 0 1 0 0 16 8 8 0 1 0 0-16M10 6v4l3 2',
  good: 'M4 10.5l4 4 8-9',
  lock: 'M4 9h12v9H4zM6.5 9V6a3.5 3.5 0 0 1 7 0v3',
  choose: 'M6 8l4-4 4 4M6 12l4 4 4-4',
  keys: 'M2 5h16v10H2zM5 8h.01M8.3 8h.01M11.6 8h.01M15 8h.01M6 12h8',
  bell: 'M5 8a5 5 0 0 1 10 0c0 5 2 6 2 6H3s2-1 2-6M8 17h4',
  info: 'M10 2a8 8 0 1 0 0 16 8 8 0 1 0 0-16M10 9v5M10 6h.01',
} as const;
