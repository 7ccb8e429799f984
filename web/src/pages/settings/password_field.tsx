import { PasswordStrength } from '../../components/new_password.tsx';
import { madePassword } from './user_words.ts';

interface Props {
  label: string;
  value: string;
  change: (value: string) => void;
  required?: boolean;
}

/// A password that an admin hands over, so it is shown; one that nobody has to think of can be made.
export function PasswordField({ label, value, change, required = false }: Props) {
  return (
    <label>
      {label}
      <span class="with-button">
        <input name="password" type="text" class="code" autocomplete="off" spellcheck={false} minLength={12} maxLength={512} required={required} value={value} onInput={(event) => change(event.currentTarget.value)} />
        <button type="button" onClick={() => change(madePassword())}>
          Make one
        </button>
      </span>
      {value === '' ? <span class="note">12 characters or more</span> : <PasswordStrength of={value} />}
    </label>
  );
}
