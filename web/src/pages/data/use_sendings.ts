// What parts of the page know of files on their way.
import { useEffect, useState } from 'preact/hooks';

import { onOutdated } from '../../api/fresh.ts';
import { isUnsettled } from './following.ts';
import { follow, onChange, sendings, type Sending } from './queue.ts';

const everyMs = 3000; // where events do not tell

export function useSendings(dataset: string): Sending[] {
  const [list, set] = useState(sendings());
  useEffect(() => onChange(() => set(sendings())), []);
  return list.filter((one) => one.dataset === dataset);
}

/// Follows the files of a data set while any is on its way, by what happens to it and now and then.
export function useFollowing(dataset: string): void {
  const list = useSendings(dataset);
  const open = list.some((one) => isUnsettled(one.stage, one.preliminary));
  useEffect(() => onOutdated(`sent ${dataset}`, () => void follow(dataset)), [dataset]);
  useEffect(() => {
    if (!open) return undefined;
    const timer = setInterval(() => void follow(dataset), everyMs);
    return () => clearInterval(timer);
  }, [dataset, open]);
}
