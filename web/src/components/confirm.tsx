import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import type { ApiError, Result } from '../api/client.ts';
import './dialog.css';
import { Problem, wordsOf } from './problem.tsx';
import { useModal } from './use_modal.ts';

interface Props<T> {
  label: string; ///< of the button, and of the one that confirms
  name?: string; ///< of the button, where many say the same
  title: string; ///< the question
  children: ComponentChildren; ///< what will happen
  act: () => Promise<Result<T>>;
  done?: (value: T) => void;
  class?: string;
}

/// A button whose action is asked about once more; what fails is told in the dialog.
export function ConfirmButton<T>({ label, name, class: kind = '', ...rest }: Props<T>) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class={kind} aria-label={name} onClick={() => setOpen(true)}>
        {label}
      </button>
      {open && <Confirm label={label} {...rest} close={() => setOpen(false)} />}
    </>
  );
}

function Confirm<T>({ label, title, children, act, done, close }: Omit<Props<T>, 'name' | 'class'> & { close: () => void }) {
  const dialog = useModal();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const confirm = async () => {
    setBusy(true);
    const answer = await act();
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    dialog.current?.close(); // gives the focus back
    done?.(answer.value);
  };
  return (
    <dialog ref={dialog} class="dialog" aria-label={title} onClose={close}>
      <h2>{title}</h2>
      <div>{children}</div>
      <Problem text={error ? wordsOf(error) : ''} />
      <div class="dialog-foot">
        <button type="button" autofocus onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button type="button" class="danger" disabled={busy} onClick={() => void confirm()}>
          {label}
        </button>
      </div>
    </dialog>
  );
}
