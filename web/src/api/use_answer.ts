import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';

import { isAborted, isPassing, type ApiError, type Result } from './client.ts';
import { onOutdated } from './fresh.ts';

/// What a panel shows: the answer, why there is none, or that it is on its way. While a new one is on
/// its way the old one stays, as `stale`.
export interface Loaded<T> extends Answered<T> {
  retry: () => void;
}

interface Answered<T> {
  value: T | null;
  error: ApiError | null;
  loading: boolean;
}

interface Kept<T> extends Answered<T> {
  of: string | null; ///< the key that the value answers
}

/// The question itself failed, as where a file cannot be read.
const broken: ApiError = { status: 0, code: 'unreadable', message: 'this could not be read', remedy: 'see whether the file is still there, and try again' };

/// Asks whenever `key` changes, and again when something has happened to what its words name, then
/// keeping the old answer while the server is away; leaves the question before alone. A null key asks
/// nothing.
export function useAnswer<T>(key: string | null, question: (signal: AbortSignal) => Promise<Result<T>>): Loaded<T> {
  const [tries, setTries] = useState({ count: 0, quiet: false });
  const [kept, setState] = useState<Kept<T>>({ of: null, value: null, error: null, loading: true });
  // not an effect that waits until this is drawn: the question goes out at once
  useLayoutEffect(() => {
    if (key === null) return undefined;
    const leaving = new AbortController();
    const keeps = (before: Kept<T>, error: ApiError) => tries.quiet && before.of === key && isPassing(error);
    setState((before) => (before.loading ? before : { ...before, loading: true }));
    const asked = question(leaving.signal).catch((): Result<T> => ({ ok: false, error: broken }));
    void asked.then((answer) => {
      if (leaving.signal.aborted) return;
      if (answer.ok) setState({ of: key, value: answer.value, error: null, loading: false });
      else if (!isAborted(answer.error)) setState((before) => (keeps(before, answer.error) ? { ...before, loading: false } : { of: null, value: null, error: answer.error, loading: false }));
    });
    return () => leaving.abort();
  }, [key, tries]);
  const retry = useCallback(() => setTries(({ count }) => ({ count: count + 1, quiet: false })), []);
  useEffect(() => (key === null ? undefined : onOutdated(key, () => setTries(({ count }) => ({ count: count + 1, quiet: true })))), [key]);
  return useMemo(() => ({ value: kept.value, error: kept.error, loading: kept.loading, retry }), [kept, retry]); // the same as long as it says the same
}

/// Several answers as one: ready when all are, failed when one has.
export function both<A, B>(a: Loaded<A>, b: Loaded<B>): Loaded<[A, B]> {
  const error = a.error ?? b.error;
  const value: [A, B] | null = a.value !== null && b.value !== null ? [a.value, b.value] : null;
  return {
    value: error ? null : value,
    error,
    loading: a.loading || b.loading,
    retry: () => (a.retry(), b.retry()),
  };
}
