import { useEffect } from 'preact/hooks';

/// Closes what is open when something else is touched.
export function useOutside(root: { current: HTMLElement | null }, isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const outside = (event: Event) => !root.current?.contains(event.target as Node) && close();
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [isOpen]);
}
