// What parts of the page know of files on their way.
import { useEffect, useState } from 'preact/hooks';

import { onOutdated } from '../../api/fresh.ts';
import { isOpen, isUnsettled } from './following.ts';
import { follow, onChange, sendings, type Sending } from './queue.ts';

// where events do not tell
const everyMs = 3000;
const everyMsAtRest = 60_000;

export function useSendings(dataset: string): Sending[] {
  const [list, set] = useState(sendings());
  useEffect(() => onChange(() => set(sendings())), []);
  return list.filter((one) => one.dataset === dataset);
}

/// Follows the files of a data set while any is on its way, by what happens to it and now and then.
export function useFollowing(dataset: string): void {
  const list = useSendings(dataset);
  const every = list.some(isUnsettled) ? everyMs : list.some(isOpen) ? everyMsAtRest : 0;
  useEffect(() => onOutdated(`sent ${dataset}`, () => void follow(dataset)), [dataset]);
  useEffect(() => {
    if (every === 0) return undefined;
    const timer = setInterval(() => void follow(dataset), every);
    return () => clearInterval(timer);
  }, [dataset, every]);
}
