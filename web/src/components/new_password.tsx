import { useState } from 'preact/hooks';
import { strengthOf } from '../format/password.ts';

/// How strong a password is that somebody types; nothing while there is none.
export function PasswordStrength({ of }: { of: string }) {
  if (of === '') return null;
  const { level, text } = strengthOf(of);
  return (
    <span class="note" role="status">
      <meter min={0} max={4} low={2} high={3} optimum={4} value={level} aria-label="Strength of the password" /> {text}
    </span>
  );
}

/// A field for a new password of one's own.
export function NewPassword({ label, name }: { label: string; name: string }) {
  const [value, setValue] = useState('');
  return (
    <label>
      {label}
      <input name={name} type="password" autocomplete="new-password" required minLength={12} maxLength={512} onInput={(event) => setValue(event.currentTarget.value)} />
      <PasswordStrength of={value} />
    </label>
  );
}
