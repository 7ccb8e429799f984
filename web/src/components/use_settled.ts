import { useEffect, useState } from 'preact/hooks';

/// A text as it is once nothing was typed for so many milliseconds.
export function useSettled(text: string, rest: number): string {
  const [settled, set] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => set(text), rest);
    return () => clearTimeout(timer);
  }, [text, rest]);
  return settled;
}
