import * as account from '../../api/account_calls.ts';
import type { User } from '../../api/account_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { follow } from '../../app/router.ts';
import { encodeView, type View } from '../../app/view.ts';
import { Panel } from '../../components/panel.tsx';
import { RowTable, type Cell } from '../../components/row_table.tsx';
import { instant } from '../../format/dates.ts';
import { number } from '../../format/numbers.ts';
import type { PageProps } from '../pages.ts';
import { AddUser } from './add_user.tsx';
import { grantsText } from './grants.ts';
import { changeMore } from './settings.tsx';
import { found, stateOf, waysOf } from './user_words.ts';
import { UserEditor } from './user_editor.tsx';

/// In place of a name in the address: somebody new. No name begins so.
const somebodyNew = '+';
const fewUsers = 8; // are seen at a glance

export function Users({ view, session }: PageProps) {
  const of = useAnswer('users', account.users);
  const { user: open = '', find = '' } = view.more;
  const close = () => changeMore(view, { user: '' });
  const user = of.value?.users.find((one) => one.name === open);
  const add = (
    <button class="primary" onClick={() => changeMore(view, { user: somebodyNew })}>
      Add a user
    </button>
  );
  return (
    <div class="grid">
      {open === somebodyNew && <AddUser close={close} added={of.retry} />}
      {user && <UserEditor key={user.name} user={user} isSelf={user.name === session.user} close={close} changed={of.retry} />}
      {open !== '' && open !== somebodyNew && of.value && !user && <p class="empty">There is no user {open} any more.</p>}
      <Panel title="Users" note={of.value && `${number(of.value.users.length)} people and services may sign in here.`} of={of} height={120} actions={open !== somebodyNew && add}>
        {(v) => (
          <>
            {v.users.length > fewUsers && <Find view={view} />}
            <RowTable label="Users" cells={cellsOf(view)} rows={found(v.users, find)} keyOf={(one) => one.name} chosen={(one) => one.name === open} />
            {found(v.users, find).length === 0 && <p class="empty">Nobody is like that.</p>}
          </>
        )}
      </Panel>
    </div>
  );
}

function Find({ view }: { view: View }) {
  return (
    <div class="bar">
      <input type="search" class="find" aria-label="Find" placeholder="Name, role, data set, state" value={view.more.find ?? ''} onInput={(event) => changeMore(view, { find: event.currentTarget.value }, 'replace')} />
    </div>
  );
}

function cellsOf(view: View): Cell<User>[] {
  return [
    { label: 'Name', show: (one) => <UserLink view={view} name={one.name} /> },
    { label: 'Role', show: (one) => one.role },
    { label: 'Data sets', show: (one) => <span class="cut" title={grantsText(one.role, one.datasets)}>{grantsText(one.role, one.datasets)}</span> },
    { label: 'Signs in by', show: (one) => waysOf(one) },
    { label: 'State', show: (one) => <State user={one} /> },
    { label: 'Tokens', number: true, show: (one) => number(one.tokens) },
    { label: 'Since', show: (one) => instant(one.created) },
  ];
}

function UserLink({ view, name }: { view: View; name: string }) {
  const there = { ...view, more: { ...view.more, user: name } };
  return (
    <a class="plain" href={encodeView(there)} onClick={follow(there)}>
      {name}
    </a>
  );
}

export function State({ user }: { user: User }) {
  const state = stateOf(user);
  return <span class={`badge ${state.kind}`}>{state.text}</span>;
}
