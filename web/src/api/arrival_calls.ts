// What waits to be taken in, and what was given up.
import { ask, path } from './client.ts';

export interface Dead {
  key: string; ///< "dead/DATASET/SHA256/NAME" of a file, else of a request
  code: string;
  message: string;
  at: string;
}

export interface Arrivals {
  waiting: { key: string; bytes: number; since: string }[];
  asked: number;
  dead: Dead[];
}

export const arrivals = (dataset: string, signal?: AbortSignal) => ask<Arrivals>(path('datasets', dataset, 'arrivals'), signal ? { signal } : {});
export const retryArrivals = (dataset: string) => ask<{ retried: string[] }>(path('datasets', dataset, 'arrivals', 'retry'), { method: 'POST' });
