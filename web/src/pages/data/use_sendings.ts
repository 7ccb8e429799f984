// What parts of the page know of files on their way.
import { useEffect, useState } from 'preact/hooks';

import { listen } from '../../api/events.ts';
import { isUnsent, isUnsettled } from './following.ts';
import { follow, onChange, sendings, type Sending } from './queue.ts';

const everyMs = 3000; // where events do not tell
const restMs = 1000; // between events and what is asked for because of them

export function useSendings(dataset: string): Sending[] {
  const [list, set] = useState(sendings());
  useEffect(() => onChange(() => set(sendings())), []);
  return list.filter((one) => one.dataset === dataset);
}

/// How far a worker is: a stage and its share.
export interface Live {
  stage: string;
  share: number;
}

/// Follows the files of a data set while any is on its way; `changed` when something has come of work.
export function useFollowing(dataset: string, changed: () => void): Live | null {
  const [live, setLive] = useState<Live | null>(null);
  const list = useSendings(dataset);
  const open = list.some((one) => isUnsettled(one.stage, one.preliminary));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => ((timer = undefined), void follow(dataset), changed());
    const end = listen(dataset, ({ type, data }) => {
      if (type === 'progress') return setLive({ stage: String(data.stage ?? ''), share: Number(data.share ?? 0) });
      if (type === 'alert') return;
      if (type === 'work' && data.kind !== 'began' && data.kind !== 'note') setLive(null);
      timer ??= setTimeout(look, restMs);
    });
    return () => (clearTimeout(timer), end());
  }, [dataset]);
  useEffect(() => {
    if (!open) return undefined;
    const timer = setInterval(() => void follow(dataset), everyMs);
    return () => clearInterval(timer);
  }, [dataset, open]);
  return live;
}

/// Asks before the page is closed while files are being sent.
export function useLeaveGuard(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => sendings().some((one) => isUnsent(one.stage)) && event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
}
