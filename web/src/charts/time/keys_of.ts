import type { Key } from '../../format/legend.ts';
import { faded } from '../palette.ts';
import type { Band, Content, Line } from './content.ts';

export function keyOfLine({ label, colour, dashed, dots }: Line): Key {
  return { label, colour, mark: dashed ? 'dashed' : dots ? 'dot' : 'line' };
}

/// Stronger than the band itself, which is drawn over nothing else in a legend.
export function keyOfBand({ label, colour, opacity }: Band): Key {
  return { label, colour: faded(colour, Math.min(1, opacity * 2.2)), mark: 'area' };
}

export function keysOf({ lines, bands = [] }: Content): Key[] {
  return [...lines.map(keyOfLine), ...bands.filter((band) => band.label !== '').map(keyOfBand)];
}
