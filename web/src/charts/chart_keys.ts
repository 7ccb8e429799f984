// Arrow keys in charts of bars and cells. Pure.

/// What the keys go through.
export interface Keys {
  count: number;
  across?: number; ///< cells of a row; without it all lie in one line
  tell: (at: number) => string; ///< of one, for who does not see it
}

/// Where a key leads from `at` (null: nowhere yet); null for a key that leads nowhere.
export function moved(at: number | null, key: string, { count, across }: Keys): number | null {
  if (count === 0) return null;
  const last = count - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const line = across ?? 1;
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: line, ArrowUp: -line };
  const step = steps[key];
  if (step === undefined) return null;
  if (at === null) return 0;
  const next = at + step;
  if (across !== undefined && Math.abs(step) === 1 && Math.floor(next / across) !== Math.floor(at / across)) return at;
  return next < 0 || next > last ? at : next;
}
