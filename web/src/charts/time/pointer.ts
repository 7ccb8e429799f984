// Wheel and pointers over a chart.
import type uPlot from 'uplot';

import type { Mover } from './mover.ts';
import type { Window } from './window.ts';

const clickWithin = 5; // pixels that a click may stray
const restAfter = 250; // ms without the wheel that end a move

/// Zooms and moves, once the chart has the focus: until then the page scrolls.
export function wheelOf(chart: uPlot, root: HTMLElement, mover: Mover): (event: WheelEvent) => void {
  return (event) => {
    if (!event.ctrlKey && document.activeElement !== root) return;
    event.preventDefault();
    const width = chart.over.clientWidth;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) mover.pan(event.deltaX / width);
    else mover.zoom(1.0015 ** event.deltaY, (chart.cursor.left ?? width / 2) / width);
    mover.rest(restAfter);
  };
}

interface Grip {
  x: number;
  from: Window;
  moved: boolean;
}

/// Dragging moves, where there is a mover; a click picks the point that it is nearest to.
export function watchPointer(chart: uPlot, mover: Mover | null, pick: (at: number) => void, signal: AbortSignal): void {
  let grip: Grip | null = null;
  const down = (event: PointerEvent) => {
    if (event.button === 0) grip = { x: event.clientX, from: mover?.shown() ?? { from: 0, to: 1 }, moved: false };
  };
  const move = (event: PointerEvent) => {
    if (!grip) return;
    const far = event.clientX - grip.x;
    if (!grip.moved && Math.abs(far) > clickWithin) {
      grip.moved = true;
      if (mover) chart.over.setPointerCapture(event.pointerId);
    }
    if (grip.moved) mover?.pan(-far / chart.over.clientWidth, grip.from);
  };
  const up = () => {
    if (grip?.moved) mover?.rest();
    else if (grip && chart.cursor.idx != null) pick(chart.cursor.idx);
    grip = null;
  };
  chart.over.addEventListener('pointerdown', down, { signal });
  chart.over.addEventListener('pointermove', move, { signal });
  chart.over.addEventListener('pointerup', up, { signal });
  chart.over.addEventListener('pointercancel', () => (grip = null), { signal });
}
