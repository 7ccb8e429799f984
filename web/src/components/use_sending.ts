// What a form is sent with: the button rests meanwhile, and what was refused is told.
import { useState } from 'preact/hooks';

import type { Result } from '../api/client.ts';
import { wordsOf } from './problem.tsx';

export interface Sending {
  busy: boolean;
  problem: string;
  send: <T>(answer: Promise<Result<T>>, done: (value: T) => void) => Promise<void>;
  refuse: (problem: string) => void; ///< before it is sent
}

export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [problem, refuse] = useState('');
  const send = async <T>(coming: Promise<Result<T>>, done: (value: T) => void) => {
    setBusy(true);
    const answer = await coming;
    setBusy(false);
    if (!answer.ok) return refuse(wordsOf(answer.error));
    refuse('');
    done(answer.value);
  };
  return { busy, problem, send, refuse };
}
