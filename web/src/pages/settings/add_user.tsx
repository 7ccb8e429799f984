import { useState } from 'preact/hooks';

import * as account from '../../api/account_calls.ts';
import type { User } from '../../api/account_calls.ts';
import type { Role } from '../../api/types.ts';
import { CopyField } from '../../components/copy_field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useSending } from '../../components/use_sending.ts';
import { DatasetChoice } from './dataset_choice.tsx';
import { everyDataset } from './grants.ts';
import { PasswordField } from './password_field.tsx';
import { RoleChoice } from './role_choice.tsx';
import { SubjectFields, subjectIn } from './subject_fields.tsx';

interface Props {
  close: () => void;
  added: () => void;
}

type Way = 'password' | 'provider';

/// Somebody new, with a password to hand over or by the provider.
export function AddUser({ close, added }: Props) {
  const [password, setPassword] = useState('');
  const [made, setMade] = useState<User | null>(null);
  if (made) return <Added user={made} password={password} close={close} />;
  const done = (user: User, theirs: string) => {
    setPassword(theirs);
    setMade(user);
    added();
  };
  return (
    <section class="panel" aria-label="Add a user">
      <header>
        <h2>Add a user</h2>
      </header>
      <Form done={done} close={close} />
    </section>
  );
}

/// Tells who was added, and their password, '' where the provider has it.
function Form({ done, close }: { done: (user: User, password: string) => void; close: () => void }) {
  const [role, setRole] = useState<Role>('viewer');
  const [isAll, setAll] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const [way, setWay] = useState<Way>('password');
  const [password, setPassword] = useState('');
  const { problem, busy, send } = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const body = { name: String(data.get('name')), role, datasets: isAll ? [everyDataset] : chosen, ...(way === 'password' ? { password } : subjectIn(data)) };
    void send(account.addUser(body), (user) => done(user, way === 'password' ? password : ''));
  };
  return (
    <form class="form columns" onSubmit={submit}>
      <label>
        Name
        <input name="name" required maxLength={64} autocomplete="off" autofocus />
      </label>
      <RoleChoice role={role} choose={setRole} />
      <WayChoice way={way} choose={setWay} />
      {way === 'password' ? <PasswordField label="Password to hand over" value={password} change={setPassword} required /> : <SubjectFields />}
      {role !== 'admin' && <DatasetChoice legend="Data sets" all="all, those to come too" isAll={isAll} chosen={chosen} change={(all, names) => (setAll(all), setChosen(names))} />}
      <Problem text={problem} />
      <div class="form-foot">
        <button class="primary" disabled={busy}>Add</button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function WayChoice({ way, choose }: { way: Way; choose: (way: Way) => void }) {
  return (
    <label>
      Signs in by
      <select value={way} onChange={(event) => choose(event.currentTarget.value as Way)}>
        <option value="password">password</option>
        <option value="provider">provider (OpenID Connect)</option>
      </select>
    </label>
  );
}

function Added({ user, password, close }: { user: User; password: string; close: () => void }) {
  const words = password === '' ? `${location.origin} knows you as ${user.name}: sign in with your company's account.` : `${location.origin}, name ${user.name}, password ${password} (change it in Settings, You)`;
  return (
    <section class="panel secret" aria-label="The new user">
      <header>
        <div>
          <h2>{user.name} is added</h2>
          <p class="note">Hand this over; the password is not shown again.</p>
        </div>
      </header>
      <CopyField label="To hand over" text={words} />
      <button class="primary" onClick={close}>
        Done
      </button>
    </section>
  );
}
