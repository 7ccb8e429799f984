// What holds of the data set on show, for all pages: its status, and how its money is written.
import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';

import * as calls from '../api/calls.ts';
import type { DatasetStatus } from '../api/types.ts';
import { useAnswer, type Loaded } from '../api/use_answer.ts';
import { writingOf, type Writing } from '../format/measures.ts';

export const Shop = createContext<Loaded<DatasetStatus>>({ value: null, error: null, loading: true, retry: () => {} });

/// For the frame; asked anew on each page, so that none goes by an old one. `dataset` "": none yet.
export function useShopOf(dataset: string, page: string): Loaded<DatasetStatus> {
  const status = useAnswer(dataset === '' ? null : `status ${dataset} ${page}`, (signal) => calls.status(dataset, signal));
  return useMemo(() => (status.value?.dataset === dataset ? status : { ...status, value: null }), [status, dataset]);
}

export function useStatus(): Loaded<DatasetStatus> {
  return useContext(Shop);
}

/// "" where it is not known, or not yet.
export function useCurrency(): string {
  return useContext(Shop).value?.currency ?? '';
}

export function useWriting(measure: string | null): Writing {
  const currency = useCurrency();
  return useMemo(() => writingOf(measure, currency), [measure, currency]);
}
