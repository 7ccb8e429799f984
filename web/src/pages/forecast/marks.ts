// What a run found to stand out in a series.
import type { Row } from '../../api/types.ts';
import type { Mark } from '../../charts/time/content.ts';
import type { Woven } from './weave.ts';

/// Where in the chart; amber for a value, the accent for a level.
export function marksOf(woven: Woven, disturbances: readonly Row[], colours: { warning: string; accent: string }): Mark[] {
  const place = new Map(woven.ds.map((label, at) => [label, at]));
  return disturbances.flatMap((row): Mark[] => {
    const at = place.get(String(row.ds));
    if (at === undefined) return [];
    if (row.kind === 'outlier') return [{ at, kind: 'outlier', value: Number(row.value), colour: colours.warning }];
    return [{ at, kind: 'level', value: Number(row.value), colour: colours.accent }];
  });
}
