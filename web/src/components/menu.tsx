import { useEffect, useRef, useState } from 'preact/hooks';

import { Icon, icons } from './icon.tsx';
import './menu.css';
import { useOutside } from './use_outside.ts';

export interface MenuItem {
  label: string;
  act: () => void;
}

/// A button that opens a list of actions; arrows move, Escape closes.
export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useOutside(root, open, () => setOpen(false));
  useEffect(() => {
    if (open) entriesOf(root)[0]?.focus();
  }, [open]);
  const close = () => (setOpen(false), button.current?.focus());
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (event.key === 'Escape') {
      close();
      event.stopPropagation();
    } else if (step !== undefined) {
      event.preventDefault();
      focusBeside(entriesOf(root), step);
    }
  };
  return (
    <div class="menu" ref={root} onKeyDown={onKey}>
      <button ref={button} class="quiet icon-button" aria-haspopup="menu" aria-expanded={open} aria-label={label} onClick={() => setOpen(!open)}>
        <Icon path={icons.more} />
      </button>
      {open && <Entries label={label} items={items} close={close} />}
    </div>
  );
}

function Entries({ label, items, close }: { label: string; items: MenuItem[]; close: () => void }) {
  return (
    <div class="menu-list" role="menu" aria-label={label}>
      {items.map((item) => (
        <button key={item.label} role="menuitem" onClick={() => (close(), item.act())}>
          {item.label}
        </button>
      ))}
    </div>
  );
}

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

function entriesOf(root: { current: HTMLElement | null }): HTMLElement[] {
  return [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
}

function focusBeside(all: HTMLElement[], step: number): void {
  all[(all.indexOf(document.activeElement as HTMLElement) + step + all.length) % all.length]?.focus();
}
