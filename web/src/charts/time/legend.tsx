import type { Key } from '../../format/legend.ts';
import { plainWriting, type Band, type Content, type Line } from './content.ts';
import { keyOfBand, keyOfLine } from './keys_of.ts';
import { timeLabel } from './summary.ts';

/// What lines and bands are called, and their values at the time that is pointed at.
export function Legend({ content, at }: { content: Content; at: number | null }) {
  const { times, lines, bands = [], grain, writing = plainWriting } = content;
  const show = writing.exact;
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
      <Sign of={keyOfLine(line)} />
      {line.label} {at !== null && <strong>{show(value)}</strong>}
    </span>
  );
}

function OfBand({ band, at, show }: OfOne & { band: Band }) {
  const [low, high] = [valueAt(band.low, at), valueAt(band.high, at)];
  return (
    <span hidden={at !== null && low === null}>
      <Sign of={keyOfBand(band)} />
      {band.label} {at !== null && `${show(low)} to ${show(high)}`}
    </span>
  );
}

function Sign({ of }: { of: Key }) {
  return <i class={of.mark} style={{ color: of.colour }} />;
}
