import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import type { Picture } from '../../components/panel.tsx';
import { usePalette, type Palette } from '../palette.ts';
import { keyOf, type Keyed } from './keys.ts';
import { keysOf } from './keys_of.ts';
import { moverOf } from './mover.ts';
import { plotData, plotOptions } from './options.ts';
import { watchPointer, wheelOf } from './pointer.ts';
import { wholeOf, type Window } from './window.ts';

export interface Plotted extends Keyed {
  height: number;
  window: Window; ///< the part on show
  onWindow?: (shown: Window) => void; ///< after a move; without it the chart stands still
  picture?: Picture;
}

/// The element that a chart is drawn into. It is made anew when its lines or colours change; a move, a
/// mark or another point that is picked only draws again.
export function usePlot(props: Plotted, onCursor: (at: number | null) => void): { current: HTMLDivElement | null } {
  const { times, lines, bands, height, marks, now, picked, window, writing } = props;
  const palette = usePalette();
  const root = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const isNew = useRef(false);
  const latest = useRef(props);
  latest.current = props;
  useLayoutEffect(() => {
    const made = make(root.current!, latest, palette, onCursor);
    plot.current = made.chart;
    isNew.current = true;
    return made.end;
  }, [times, lines, bands, height, palette, writing]);
  useEffect(() => showWindow(plot.current!, window), [window.from, window.to]);
  useEffect(() => {
    if (!isNew.current) plot.current!.redraw(false);
  }, [marks, now, picked]);
  useEffect(() => void (isNew.current = false));
  return root;
}

function showWindow(chart: uPlot, { from, to }: Window): void {
  const { min, max } = chart.scales.x!;
  if (min !== from || max !== to) chart.setScale('x', { min: from, max: to });
}

function make(root: HTMLElement, latest: { current: Plotted }, palette: Palette, onCursor: (at: number | null) => void): { chart: uPlot; end: () => void } {
  const { height, window, picture } = latest.current;
  const chart = new uPlot(plotOptions({ latest, palette, onCursor }, { width: root.clientWidth, height }, window), plotData(latest.current), root);
  if (picture) Object.assign(picture, { current: chart.ctx.canvas, keys: keysOf(latest.current) });
  const watch = new ResizeObserver(() => {
    if (root.clientWidth !== chart.width) chart.setSize({ width: root.clientWidth, height });
  });
  watch.observe(root);
  const release = listen(chart, root, latest);
  const end = () => {
    release();
    watch.disconnect();
    chart.destroy();
  };
  return { chart, end };
}

/// Pointer, wheel and keys; what it returns takes them away.
function listen(chart: uPlot, root: HTMLElement, latest: { current: Plotted }): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const moves = latest.current.onWindow !== undefined;
  const mover = moves ? moverOf(chart, () => wholeOf(latest.current.times), (shown) => latest.current.onWindow?.(shown)) : null;
  watchPointer(chart, mover, (at) => latest.current.onPick?.(at), signal);
  root.addEventListener('keydown', keyOf(chart, mover, latest), { signal });
  if (mover) root.addEventListener('wheel', wheelOf(chart, root, mover), { signal, passive: false });
  if (mover) chart.over.addEventListener('dblclick', () => (mover.all(), mover.rest()), { signal });
  return () => {
    leaving.abort();
    mover?.end();
  };
}
