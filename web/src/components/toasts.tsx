// Short messages about what was done; they leave by themselves, errors stay until they are closed.
import { useEffect, useState } from 'preact/hooks';

import { Icon, icons } from './icon.tsx';

interface Toast {
  id: number;
  kind: 'done' | 'error';
  text: string;
}

let toasts: Toast[] = [];
let draw: (toasts: Toast[]) => void = () => {};
let last = 0;

function set(list: Toast[]): void {
  toasts = list;
  draw(toasts);
}

export function toast(text: string, kind: Toast['kind'] = 'done'): void {
  const id = ++last;
  set([...toasts, { id, kind, text }]);
  if (kind === 'done') setTimeout(() => dismiss(id), 5000);
}

function dismiss(id: number): void {
  set(toasts.filter((one) => one.id !== id));
}

export function Toasts() {
  const [list, setList] = useState(toasts);
  useEffect(() => {
    draw = setList;
    return () => void (draw = () => {});
  }, []);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {list.map((one) => (
        <div class={`toast ${one.kind}`} key={one.id}>
          <span>{one.text}</span>
          <button class="quiet icon-button" aria-label="Close this message" onClick={() => dismiss(one.id)}>
            <Icon path={icons.close} size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
