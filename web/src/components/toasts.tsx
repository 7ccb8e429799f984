// Short messages about what was done; they leave by themselves, errors stay until they are closed.
import { useEffect, useState } from 'preact/hooks';

import { Icon, icons } from './icon.tsx';
import './toasts.css';

/// What can be done about it; one about the same thing takes the place of the one before.
interface Action {
  about: string;
  label: string;
  act: () => void;
}

interface Toast {
  id: number;
  kind: 'done' | 'error';
  text: string;
  action?: Action;
}

const stays = 5000; // ms
const staysWithAction = 12_000;

let toasts: Toast[] = [];
let draw: (toasts: Toast[]) => void = () => {};
let last = 0;

function set(list: Toast[]): void {
  toasts = list;
  draw(toasts);
}

export function toast(text: string, kind: Toast['kind'] = 'done', action?: Action): void {
  const id = ++last;
  const others = action ? toasts.filter((one) => one.action?.about !== action.about) : toasts;
  set([...others, { id, kind, text, ...(action && { action }) }]);
  if (kind === 'done') setTimeout(() => dismiss(id), action ? staysWithAction : stays);
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
          {one.action && (
            <button class="quiet" onClick={() => (dismiss(one.id), one.action!.act())}>
              {one.action.label}
            </button>
          )}
          <button class="quiet icon-button" aria-label="Close this message" onClick={() => dismiss(one.id)}>
            <Icon path={icons.close} size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
