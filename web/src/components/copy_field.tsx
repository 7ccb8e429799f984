import { useRef, useState } from 'preact/hooks';

import './copy_field.css';

/// A text to take along. Where the browser lets no page copy (plain http), it is marked, and Ctrl C
/// takes it.
export function CopyField({ label, text }: { label: string; text: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState('');
  const copy = async () => {
    field.current?.select();
    const copied = await (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
      () => true,
      () => false,
    );
    setTold(copied ? 'Copied' : 'Marked: press Ctrl C');
  };
  return (
    <div class="copy-field">
      <input ref={field} class="code" readOnly aria-label={label} value={text} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <span class="note" role="status">
        {told}
      </span>
    </div>
  );
}
