import type { ComponentChildren } from 'preact';

import './segments.css';

export interface Segment<T> {
  value: T;
  label: ComponentChildren;
  name?: string; ///< where the label is no text
  title?: string;
}

interface Props<T> {
  label: string; ///< what is chosen, for who does not see it
  of: readonly Segment<T>[];
  chosen: T | null;
  choose: (value: T) => void;
}

/// One of a few, side by side.
export function Segments<T extends string | number>({ label, of, chosen, choose }: Props<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {of.map(({ value, label: words, name, title }) => (
        <button key={value} type="button" aria-pressed={value === chosen} aria-label={name} title={title} onClick={() => choose(value)}>
          {words}
        </button>
      ))}
    </div>
  );
}
