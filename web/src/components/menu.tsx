import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { Icon, icons } from './icon.tsx';
import './menu.css';

export interface MenuItem {
  label: string;
  act: () => void;
}

/// A button that opens a list of actions; arrows move, Escape closes.
export function Menu({ label, items, children }: { label: string; items: MenuItem[]; children?: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const outside = (event: Event) => !root.current?.contains(event.target as Node) && setOpen(false);
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setOpen(false);
      button.current?.focus();
      event.stopPropagation();
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const all = [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    all[(all.indexOf(document.activeElement as HTMLElement) + step + all.length) % all.length]?.focus();
  };
  return (
    <div class="menu" ref={root} onKeyDown={onKey}>
      <button ref={button} class="quiet icon-button" aria-haspopup="menu" aria-expanded={open} aria-label={label} onClick={() => setOpen(!open)}>
        {children ?? <Icon path={icons.more} />}
      </button>
      {open && (
        <div class="menu-list" role="menu" aria-label={label}>
          {items.map((item) => (
            <button key={item.label} role="menuitem" onClick={() => (setOpen(false), button.current?.focus(), item.act())}>
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
