import type uPlot from 'uplot';

import { panned, zoomed, type Window } from './window.ts';

/// Moves the part of a chart that is on show, within what there is.
export interface Mover {
  shown: () => Window;
  show: (next: Window) => void;
  pan: (share: number, from?: Window) => void; ///< by a share of what is on show, or was
  zoom: (factor: number, around: number) => void; ///< `around`: 0 to 1 from the left
  all: () => void;
  rest: (after?: number) => void; ///< the move has ended, if there is none within so many ms
  end: () => void;
}

const leastValues = 6; // on show

/// `settled` is told what is on show once a move has ended.
export function moverOf(chart: uPlot, whole: () => Window, settled: (shown: Window) => void): Mover {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const shown = (): Window => ({ from: chart.scales.x!.min ?? 0, to: chart.scales.x!.max ?? 1 });
  const show = (next: Window) => chart.setScale('x', { min: next.from, max: next.to });
  const least = () => (leastValues * (whole().to - whole().from)) / Math.max(1, chart.data[0].length - 1);
  return {
    shown,
    show,
    pan: (share, from = shown()) => show(panned(from, whole(), share)),
    zoom: (factor, around) => show(zoomed(shown(), whole(), factor, around, least())),
    all: () => show(whole()),
    rest: (after = 0) => {
      clearTimeout(timer);
      if (after === 0) settled(shown());
      else timer = setTimeout(() => settled(shown()), after);
    },
    end: () => clearTimeout(timer),
  };
}
