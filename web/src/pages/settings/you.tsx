import { useState } from 'preact/hooks';

import * as account from '../../api/account_calls.ts';
import * as calls from '../../api/calls.ts';
import type { OwnSession } from '../../api/account_calls.ts';
import { roleWords } from '../../api/roles.ts';
import type { Session } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { begin } from '../../app/session.ts';
import { ConfirmButton } from '../../components/confirm.tsx';
import { NewPassword } from '../../components/new_password.tsx';
import { Panel } from '../../components/panel.tsx';
import { Problem, wordsOf } from '../../components/problem.tsx';
import { RowTable, type Cell } from '../../components/row_table.tsx';
import { toast } from '../../components/toasts.tsx';
import { ago, instant } from '../../format/dates.ts';
import { grantsText } from './grants.ts';
import type { PageProps } from '../pages.ts';

export function You({ session }: PageProps) {
  return (
    <div class="grid">
      <Who session={session} />
      <Ways session={session} />
      <Sessions />
    </div>
  );
}

function Who({ session }: { session: Session }) {
  return (
    <section class="panel half">
      <header>
        <h2>You</h2>
      </header>
      <dl class="facts">
        <dt>Name</dt>
        <dd>{session.user}</dd>
        <dt>Role</dt>
        <dd>
          {session.role} <span class="note">{roleWords[session.role]}</span>
        </dd>
        <dt>Data sets</dt>
        <dd>{grantsText(session.role, session.datasets)}</dd>
      </dl>
    </section>
  );
}

/// How one signs in, and the password where there is one.
function Ways({ session }: { session: Session }) {
  const ways = useAnswer('ways', calls.ways);
  return (
    <Panel title="Signing in" class="half" of={ways} height={120}>
      {(allowed) => (
        <>
          <dl class="facts">
            <dt>Password</dt>
            <dd>{!session.has_password ? 'none' : allowed.password ? 'set' : 'set, but signing in by password is switched off here'}</dd>
            <dt>Provider</dt>
            <dd>{session.issuer ?? (allowed.oidc ? 'not linked; an admin can link you, in Users' : 'none is set up here')}</dd>
          </dl>
          {session.has_password && allowed.password && <Password session={session} />}
        </>
      )}
    </Panel>
  );
}

function Password({ session }: { session: Session }) {
  const [problem, setProblem] = useState('');
  const [changes, setChanges] = useState(0); // each begins with an empty field
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const answer = await calls.changePassword(String(data.get('old')), String(data.get('new')));
    setProblem(answer.ok ? '' : answer.error.status === 401 ? 'The present password is not right.' : wordsOf(answer.error));
    if (!answer.ok) return;
    begin(answer.value);
    form.reset();
    setChanges(changes + 1);
    toast('Your password was changed; your other sessions have ended.');
  };
  return (
    <details class="more">
      <summary>Change the password</summary>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <input name="name" autocomplete="username" value={session.user} hidden readOnly />
        <label>
          Present password
          <input name="old" type="password" autocomplete="current-password" required maxLength={512} />
        </label>
        <NewPassword key={changes} label="New password, 12 characters or more" name="new" />
        <Problem text={problem} />
        <button class="primary">Change it</button>
      </form>
    </details>
  );
}

function Sessions() {
  const of = useAnswer('sessions', account.sessions);
  const ended = (text: string) => (toast(text), of.retry());
  const others = (of.value?.sessions.length ?? 1) - 1;
  const cells: Cell<OwnSession>[] = [
    { label: 'From', show: (one) => <span>{one.from} {one.this && <span class="badge good">this one</span>}</span> },
    { label: 'Since', show: (one) => instant(one.created) },
    { label: 'Last used', show: (one) => ago(one.last_used) },
    { label: 'Ends', show: (one) => instant(one.expires) },
    {
      label: '',
      show: (one) =>
        !one.this && (
          <ConfirmButton label="End" name={`End the session from ${one.from}`} title="End this session?" act={() => account.endSession(one.id)} done={() => ended('The session has ended.')}>
            Whoever uses it, from {one.from}, has to sign in again.
          </ConfirmButton>
        ),
    },
  ];
  const all = others > 0 && (
    <ConfirmButton label="End all others" title="End all other sessions?" act={account.endOtherSessions} done={({ ended: count }) => ended(`${count} ${count === 1 ? 'session has' : 'sessions have'} ended.`)}>
      You stay signed in here; all other browsers have to sign in again.
    </ConfirmButton>
  );
  return (
    <Panel title="Your sessions" note="A session ends after half an hour without use, and after 12 hours at the latest." of={of} height={90} actions={all}>
      {(v) => <RowTable label="Your sessions" cells={cells} rows={v.sessions} keyOf={(one) => one.id} />}
    </Panel>
  );
}
