import { useState } from 'preact/hooks';

import * as account from '../../api/account_calls.ts';
import type { User } from '../../api/account_calls.ts';
import type { Role } from '../../api/types.ts';
import { ConfirmButton } from '../../components/confirm.tsx';
import { Icon, icons } from '../../components/icon.tsx';
import { Problem } from '../../components/problem.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSending } from '../../components/use_sending.ts';
import { DatasetChoice } from './dataset_choice.tsx';
import { everyDataset } from './grants.ts';
import { RoleChoice } from './role_choice.tsx';
import { changeOf } from './user_words.ts';
import { UserWays } from './user_ways.tsx';

interface Props {
  user: User;
  isSelf: boolean;
  close: () => void;
  changed: () => void;
}

/// What an admin changes of a user.
export function UserEditor({ user, isSelf, close, changed }: Props) {
  const told = (text: string) => (toast(text), changed());
  return (
    <section class="panel" aria-label={`User ${user.name}`}>
      <header>
        <div>
          <h2>{user.name}</h2>
          {isSelf && <p class="note">This is you: another role ends your session.</p>}
        </div>
        <div class="panel-actions">
          <button class="quiet icon-button" aria-label="Close" onClick={close}>
            <Icon path={icons.close} />
          </button>
        </div>
      </header>
      <div class="editor">
        <Rights key={`${user.role} ${user.datasets.join()}`} user={user} told={told} />
        <UserWays user={user} told={told} />
        <Ending user={user} told={told} removed={() => (toast(`${user.name} was removed.`), close(), changed())} />
      </div>
    </section>
  );
}

function Rights({ user, told }: { user: User; told: (text: string) => void }) {
  const [role, setRole] = useState<Role>(user.role);
  const [isAll, setAll] = useState(user.datasets.includes(everyDataset));
  const [chosen, setChosen] = useState(user.datasets.filter((one) => one !== everyDataset));
  const { problem, send } = useSending();
  const change = changeOf(user, { role, datasets: isAll ? [everyDataset] : chosen });
  const submit = (event: Event) => {
    event.preventDefault();
    void send(account.changeUser(user.name, change), () => told(`${user.name} was changed${change.role ? '; their sessions have ended' : ''}.`));
  };
  return (
    <form class="form" aria-label="Rights" onSubmit={submit}>
      <h3>Rights</h3>
      <RoleChoice role={role} choose={setRole} />
      {role === 'admin' ? <p class="note">An admin sees all data sets.</p> : <DatasetChoice legend="Data sets" all="all, those to come too" isAll={isAll} chosen={chosen} change={(all, names) => (setAll(all), setChosen(names))} />}
      <Problem text={problem} />
      <button class="primary" disabled={Object.keys(change).length === 0}>
        Save
      </button>
    </form>
  );
}

/// What takes somebody's way in, for now or for good.
function Ending({ user, told, removed }: { user: User; told: (text: string) => void; removed: () => void }) {
  return (
    <div class="form" role="group" aria-label="Sessions and account">
      <h3>Sessions and account</h3>
      <ConfirmButton label="Sign out everywhere" title={`End all sessions of ${user.name}?`} act={() => account.signOutUser(user.name)} done={() => told(`All sessions of ${user.name} have ended.`)}>
        They have to sign in again. Tokens go on.
      </ConfirmButton>
      {user.disabled ? (
        <ConfirmButton label="Enable" title={`Let ${user.name} in again?`} act={() => account.changeUser(user.name, { disabled: false })} done={() => told(`${user.name} may sign in again.`)}>
          Their role, data sets and tokens are as they were.
        </ConfirmButton>
      ) : (
        <ConfirmButton label="Disable" title={`Disable ${user.name}?`} act={() => account.changeUser(user.name, { disabled: true })} done={() => told(`${user.name} is disabled.`)}>
          Sessions end and tokens open nothing until somebody enables them again.
        </ConfirmButton>
      )}
      <ConfirmButton label="Remove" title={`Remove ${user.name}?`} act={() => account.removeUser(user.name)} done={removed}>
        {user.tokens > 0 ? `Their ${user.tokens} tokens go too. ` : ''}What they did stays in the audit. This cannot be undone.
      </ConfirmButton>
    </div>
  );
}
