// What was taken in, the newest first, as far back as was asked for.
import { useState } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { Uploads } from '../../api/calls.ts';
import type { Result } from '../../api/client.ts';
import { useAnswer, type Loaded } from '../../api/use_answer.ts';

const atOnce = 200;

export interface UploadsBack {
  of: Loaded<Uploads>;
  further: () => void; ///< as many again
}

export function useUploads(dataset: string): UploadsBack {
  const [pages, setPages] = useState(1);
  const of = useAnswer(`uploads ${dataset} ${pages}`, (signal) => uploadsBack(dataset, pages, signal));
  return { of, further: () => setPages(pages + 1) };
}

/// So many pages as one, fewer where there are no more; `next` as that of the last.
export async function uploadsBack(dataset: string, pages: number, signal?: AbortSignal): Promise<Result<Uploads>> {
  const first = await calls.uploads(dataset, { limit: atOnce }, signal);
  let all = first;
  for (let page = 1; all.ok && page < pages && all.value.next !== null; ++page) {
    const older = await calls.uploads(dataset, { limit: atOnce, before: all.value.next }, signal);
    all = older.ok ? { ...older, value: { ...older.value, uploads: [...all.value.uploads, ...older.value.uploads] } } : older;
  }
  return all;
}
