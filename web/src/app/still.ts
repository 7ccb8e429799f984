// Whether what is shown stands still: in a report, which holds what it shows and knows no more.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export const Still = createContext(false);

export function useStill(): boolean {
  return useContext(Still);
}
