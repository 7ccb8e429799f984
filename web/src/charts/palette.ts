import { colour, useTheme } from '../app/theme.ts';

/// The colours of the theme on show, for charts, which are drawn and not styled.
export interface Palette {
  surface: string;
  raised: string;
  text: string;
  muted: string;
  line: string;
  grid: string;
  accent: string;
  bar: string;
  past: string;
  before: string;
  heat: string[];
}

/// The same object as long as the theme is the same: asking the browser for colours makes it lay out.
const known = new Map<string, Palette>();

export function usePalette(): Palette {
  const { shown } = useTheme();
  const palette = known.get(shown) ?? read();
  known.set(shown, palette);
  return palette;
}

function read(): Palette {
  return {
    surface: colour('--surface'),
    raised: colour('--raised'),
    text: colour('--text'),
    muted: colour('--muted'),
    line: colour('--line-strong'),
    grid: colour('--grid'),
    accent: colour('--accent'),
    bar: colour('--bar'),
    past: colour('--past'),
    before: colour('--before'),
    heat: [0, 1, 2, 3].map((step) => colour(`--heat-${step}`)),
  };
}

/// "#1f5fbf" with an opacity of 0 to 1.
export function faded(hex: string, opacity: number): string {
  return `${hex}${Math.round(opacity * 255).toString(16).padStart(2, '0')}`;
}
