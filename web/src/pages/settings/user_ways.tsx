import { useState } from 'preact/hooks';

import * as account from '../../api/account_calls.ts';
import type { User } from '../../api/account_calls.ts';
import { ConfirmButton } from '../../components/confirm.tsx';
import { Problem } from '../../components/problem.tsx';
import { useSending } from '../../components/use_sending.ts';
import { PasswordField } from './password_field.tsx';
import { SubjectFields, subjectIn } from './subject_fields.tsx';

interface Props {
  user: User;
  told: (text: string) => void;
}

/// How a user signs in: password, and provider.
export function UserWays({ user, told }: Props) {
  return (
    <div class="form" role="group" aria-label="Signing in">
      <h3>Signing in</h3>
      <SetPassword user={user} told={told} />
      <Provider user={user} told={told} />
    </div>
  );
}

function SetPassword({ user, told }: Props) {
  const [password, setPassword] = useState('');
  const { problem, send } = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    void send(account.changeUser(user.name, { password }), () => told(`${user.name} has a new password: hand it over. Their sessions have ended.`));
  };
  return (
    <form class="form" aria-label="Password" onSubmit={submit}>
      <PasswordField label={user.has_password ? 'New password' : 'Give a password'} value={password} change={setPassword} required />
      <Problem text={problem} />
      <button disabled={password === ''}>Set the password</button>
    </form>
  );
}

function Provider({ user, told }: Props) {
  const { problem, send } = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    const subject = subjectIn(new FormData(event.currentTarget as HTMLFormElement));
    void send(account.changeUser(user.name, subject), () => told(`${user.name} signs in at ${subject.issuer} from now on.`));
  };
  if (user.issuer !== null) {
    return (
      <>
        <dl class="facts">
          <dt>Provider</dt>
          <dd>{user.issuer}</dd>
          <dt>Subject</dt>
          <dd>{user.subject}</dd>
        </dl>
        <ConfirmButton label="Unlink" title={`Unlink ${user.name} from the provider?`} act={() => account.changeUser(user.name, { subject: null })} done={() => told(`${user.name} is linked to no provider.`)}>
          {user.has_password ? 'The password stays.' : 'No way to sign in is left then.'}
        </ConfirmButton>
      </>
    );
  }
  return (
    <details class="more">
      <summary>Link to a provider</summary>
      <form class="form" aria-label="Provider" onSubmit={submit}>
        <SubjectFields user={user} />
        <Problem text={problem} />
        <button>Link</button>
      </form>
    </details>
  );
}
