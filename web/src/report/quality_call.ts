// How whole the data of a run are.
import { ask, path } from '../api/client.ts';

export interface PanelQuality {
  panel: string;
  series: number;
  buckets: number;
  masked: number;
  empty_share: number | null;
  outliers: number;
  level_shifts: number;
}

export const quality = (dataset: string, signal: AbortSignal) => ask<{ run: string; panels: PanelQuality[] }>(path('datasets', dataset, 'quality'), { signal });
