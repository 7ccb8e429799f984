import { figure } from '../../format/numbers.ts';
import { faded } from '../palette.ts';
import type { Band, Content, Line } from './content.ts';
import { timeLabel } from './summary.ts';

/// What lines and bands are called, and their values at the time that is pointed at.
export function Legend({ content, at }: { content: Content; at: number | null }) {
  const { times, lines, bands = [], grain, show = figure } = content;
  return (
    <p class="legend" aria-hidden="true">
      {at !== null && times[at] !== undefined && <span class="when">{timeLabel(times[at], grain)}</span>}
      {lines.map((line) => (
        <OfLine key={line.label} line={line} at={at} show={show} />
      ))}
      {bands.map((band) => band.label !== '' && <OfBand key={band.label} band={band} at={at} show={show} />)}
    </p>
  );
}

interface OfOne {
  at: number | null;
  show: (value: number | null) => string;
}

function valueAt(values: (number | null)[], at: number | null): number | null {
  return at === null ? null : (values[at] ?? null);
}

function OfLine({ line, at, show }: OfOne & { line: Line }) {
  const value = valueAt(line.values, at);
  return (
    <span hidden={at !== null && value === null}>
      <i class={line.dashed ? 'dashed' : line.dots ? 'dot' : ''} style={{ color: line.colour }} />
      {line.label} {at !== null && <strong>{show(value)}</strong>}
    </span>
  );
}

function OfBand({ band, at, show }: OfOne & { band: Band }) {
  const [low, high] = [valueAt(band.low, at), valueAt(band.high, at)];
  return (
    <span hidden={at !== null && low === null}>
      <i class="area" style={{ color: faded(band.colour, Math.min(1, band.opacity * 2.2)) }} />
      {band.label} {at !== null && `${show(low)} to ${show(high)}`}
    </span>
  );
}
