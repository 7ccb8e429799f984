// What a chart over time shows. Pure data.
import { writingOf, type Writing } from '../../format/measures.ts';

export interface Line {
  label: string;
  colour: string; ///< "#1f5fbf"
  values: (number | null)[];
  width?: number;
  dashed?: boolean;
  dots?: boolean; ///< a point at each value, no line
}

/// What lies between two lines; said in the legend with `label`, where it is not ''.
export interface Band {
  label: string;
  colour: string;
  opacity: number;
  low: (number | null)[];
  high: (number | null)[];
}

/// Something that stands out: an outlier at its value, or a level that moved at a time.
export interface Mark {
  at: number; ///< index of the time
  kind: 'outlier' | 'level';
  value: number;
  colour: string;
}

export interface Content {
  times: number[]; ///< seconds, civil times as if they were UTC, rising
  lines: Line[];
  bands?: Band[];
  marks?: readonly Mark[];
  now?: number; ///< where what is known ends
  grain: string; ///< how times are written
  writing?: Writing; ///< how values are
}

export const plainWriting = writingOf(null, '');
