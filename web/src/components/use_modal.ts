import { useEffect, useRef } from 'preact/hooks';

/// A dialog that is open, above all else, for as long as it is there.
export function useModal(): { current: HTMLDialogElement | null } {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return dialog;
}
