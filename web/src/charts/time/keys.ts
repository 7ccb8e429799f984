// Keys of a chart that has the focus.
import type uPlot from 'uplot';

import type { Mover } from './mover.ts';
import { takeSpan, type Standing } from './options.ts';

const zoomStep = 0.7;
const panStep = 0.2;
const restAfter = 250; // ms without a key that end a move

export interface Keyed extends Standing {
  onPick?: (at: number) => void;
}

/// Said to who does not see the chart, before they try.
export function keysHelp({ onPick, onSpan }: Keyed, moves: boolean): string {
  const parts = ['Arrow keys go from value to value'];
  if (onPick) parts.push('Enter explains one');
  if (moves) parts.push('Shift and arrows move, plus and minus zoom, 0 shows all');
  if (onSpan) parts.push('Shift and arrows mark a span, Enter looks into it');
  return `${parts.join(', ')}.`;
}

export function keyOf(chart: uPlot, mover: Mover | null, latest: { current: Keyed }): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actionOf(event, chart, mover, latest.current);
    if (!act) return;
    event.preventDefault();
    act();
  };
}

type Action = () => void;

function actionOf(event: KeyboardEvent, chart: uPlot, mover: Mover | null, keyed: Keyed): Action | null {
  const aside = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
  if (aside !== 0 && event.shiftKey && keyed.onSpan) return () => widen(chart, aside);
  if (aside !== 0 && !event.shiftKey) return () => (unmark(chart), step(chart, mover, aside));
  if (event.key === 'Enter') return () => enter(chart, keyed);
  return mover && moveOf(event.key, aside, mover);
}

function moveOf(key: string, aside: number, mover: Mover): Action | null {
  const moves: Record<string, Action> = {
    '+': () => mover.zoom(zoomStep, 0.5),
    '=': () => mover.zoom(zoomStep, 0.5),
    '-': () => mover.zoom(1 / zoomStep, 0.5),
    '0': () => mover.all(),
  };
  const move = aside !== 0 ? () => mover.pan(panStep * aside) : moves[key];
  return move ? () => (move(), mover.rest(restAfter)) : null;
}

function enter(chart: uPlot, keyed: Keyed): void {
  const at = chart.cursor.idx;
  if (chart.select.width > 0) takeSpan(chart, keyed);
  else if (at != null && keyed.onPick) keyed.onPick(at);
  else if (at != null) keyed.onSpan?.(chart.data[0][at]!, chart.data[0][at]!);
}

/// The pointer goes to the value beside the one it is at, or to the last one on show.
function step(chart: uPlot, mover: Mover | null, aside: number): void {
  const times = chart.data[0];
  const { min, max } = chart.scales.x!;
  const last = times.findLastIndex((time) => time <= (max ?? 0));
  const at = chart.cursor.idx == null ? last : Math.min(Math.max(chart.cursor.idx + aside, 0), times.length - 1);
  const hidden = times[at]! < (min ?? 0) || times[at]! > (max ?? 0);
  if (hidden && !mover) return;
  if (hidden) moveOf('', aside, mover!)!();
  queueMicrotask(() => point(chart, at)); // after uPlot has moved
}

function point(chart: uPlot, at: number): void {
  chart.setCursor({ left: chart.valToPos(chart.data[0][at]!, 'x'), top: chart.over.clientHeight / 2 });
}

/// The span that is marked grows or shrinks by a value at the side where the pointer is.
function widen(chart: uPlot, aside: number): void {
  const before = chart.cursor.left ?? -1;
  const { left, width } = chart.select;
  const anchor = width === 0 ? before : before > left + width / 2 ? left : left + width;
  step(chart, null, aside);
  queueMicrotask(() => {
    const here = chart.cursor.left ?? -1;
    if (before >= 0 && here >= 0) mark(chart, Math.min(anchor, here), Math.abs(anchor - here));
  });
}

function mark(chart: uPlot, left: number, width: number): void {
  chart.setSelect({ left, width, top: 0, height: chart.over.clientHeight }, false);
}

function unmark(chart: uPlot): void {
  if (chart.select.width > 0) mark(chart, 0, 0);
}
