// Wheel, pointers and keys that move the window of a chart.
import type uPlot from 'uplot';

import { panned, zoomed, type Window } from './window.ts';

interface Hands {
  whole: () => Window;
  step: () => number; ///< seconds between values
  settled: (shown: Window) => void; ///< a move has ended
  pick: (at: number) => void;
}

const clickWithin = 5; // pixels that a click may stray
const restAfter = 250; // ms without the wheel that end a move

/// The inverse of it is what it returns.
export function gestures(chart: uPlot, root: HTMLElement, hands: Hands): () => void {
  const shown = (): Window => ({ from: chart.scales.x!.min ?? 0, to: chart.scales.x!.max ?? 1 });
  const show = (next: Window) => chart.setScale('x', { min: next.from, max: next.to });
  const least = () => 6 * hands.step();
  let rest: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(rest);
    rest = setTimeout(() => hands.settled(shown()), restAfter);
  };

  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && document.activeElement !== root) return; // the page scrolls
    event.preventDefault();
    const width = chart.over.clientWidth;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) show(panned(shown(), hands.whole(), event.deltaX / width));
    else show(zoomed(shown(), hands.whole(), 1.0015 ** event.deltaY, (chart.cursor.left ?? width / 2) / width, least()));
    soon();
  };

  let grip: { x: number; from: Window; moved: boolean } | null = null;
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    grip = { x: event.clientX, from: shown(), moved: false };
  };
  const move = (event: PointerEvent) => {
    if (!grip) return;
    const far = event.clientX - grip.x;
    if (!grip.moved && Math.abs(far) > clickWithin) {
      grip.moved = true;
      chart.over.setPointerCapture(event.pointerId);
    }
    if (grip.moved) show(panned(grip.from, hands.whole(), -far / chart.over.clientWidth));
  };
  const up = () => {
    if (!grip) return;
    if (grip.moved) hands.settled(shown());
    else if (chart.cursor.idx != null) hands.pick(chart.cursor.idx);
    grip = null;
  };
  const cancelled = () => void (grip = null);
  const all = () => (show(hands.whole()), soon());

  const key = (event: KeyboardEvent) => {
    const aside = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (aside !== 0 && event.shiftKey) show(panned(shown(), hands.whole(), 0.2 * aside));
    else if (aside !== 0) point(chart, aside);
    else if (event.key === '+' || event.key === '=') show(zoomed(shown(), hands.whole(), 0.7, 0.5, least()));
    else if (event.key === '-') show(zoomed(shown(), hands.whole(), 1 / 0.7, 0.5, least()));
    else if (event.key === '0') show(hands.whole());
    else if (event.key === 'Enter' && chart.cursor.idx != null) hands.pick(chart.cursor.idx);
    else return;
    event.preventDefault();
    if (event.key !== 'Enter' && (aside === 0 || event.shiftKey)) soon();
  };

  chart.over.addEventListener('pointerdown', down);
  chart.over.addEventListener('pointermove', move);
  chart.over.addEventListener('pointerup', up);
  chart.over.addEventListener('pointercancel', cancelled);
  chart.over.addEventListener('dblclick', all);
  root.addEventListener('wheel', wheel, { passive: false });
  root.addEventListener('keydown', key);
  return () => {
    clearTimeout(rest);
    root.removeEventListener('wheel', wheel);
    root.removeEventListener('keydown', key);
  };
}

/// The pointer goes to the value beside the one it is at, or to the last one on show.
function point(chart: uPlot, aside: number): void {
  const times = chart.data[0];
  const last = times.findLastIndex((time) => time <= (chart.scales.x!.max ?? 0));
  const at = chart.cursor.idx == null ? last : Math.min(Math.max(chart.cursor.idx + aside, 0), times.length - 1);
  const left = chart.valToPos(times[at]!, 'x');
  if (left >= 0 && left <= chart.over.clientWidth) chart.setCursor({ left, top: chart.over.clientHeight / 2 });
}
