import { zoomed, type Window } from '../../charts/time/window.ts';
import { Segments } from '../../components/segments.tsx';
import type { Woven } from './weave.ts';

const nearHorizons = 6; // as much history as this many horizons is shown at first
const step = 0.6; // of a button

export function nearOf({ times, first }: Woven, horizon: number): Window {
  return { from: times[Math.max(0, first - nearHorizons * horizon)] ?? 0, to: times.at(-1) ?? 1 };
}

interface Props {
  whole: Window;
  shown: Window;
  near: Window;
  look: (next: Window) => void;
}

const spans = [
  { value: 'near', label: 'Near' },
  { value: 'all', label: 'All' },
];

/// How much time is on show.
export function Zoom({ whole, shown, near, look }: Props) {
  const scale = (factor: number) => look(zoomed(shown, whole, factor, 1, (whole.to - whole.from) / 200));
  const is = (one: Window) => Math.abs(one.from - shown.from) < 1 && Math.abs(one.to - shown.to) < 1;
  return (
    <>
      <button class="quiet icon-button" aria-label="Show less time" title="Show less time (+)" onClick={() => scale(step)}>
        +
      </button>
      <button class="quiet icon-button" aria-label="Show more time" title="Show more time (-)" onClick={() => scale(1 / step)}>
        −
      </button>
      <Segments label="Time on show" of={spans} chosen={is(whole) ? 'all' : is(near) ? 'near' : null} choose={(one) => look(one === 'all' ? whole : near)} />
    </>
  );
}
