import { useState } from 'preact/hooks';

import * as account from '../../api/account_calls.ts';
import type { Token } from '../../api/account_calls.ts';
import { upTo } from '../../api/roles.ts';
import type { Role, Session } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { ConfirmButton } from '../../components/confirm.tsx';
import { CopyField } from '../../components/copy_field.tsx';
import { Panel } from '../../components/panel.tsx';
import { Problem } from '../../components/problem.tsx';
import { RowTable, type Cell } from '../../components/row_table.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSending } from '../../components/use_sending.ts';
import { ago, instant } from '../../format/dates.ts';
import type { PageProps } from '../pages.ts';
import { curlOf } from './curl.ts';
import { DatasetChoice } from './dataset_choice.tsx';
import { scopeText } from './grants.ts';
import { RoleChoice } from './role_choice.tsx';

export function Tokens({ session, dataset }: PageProps) {
  const of = useAnswer('tokens', account.tokens);
  const [made, setMade] = useState<Token | null>(null);
  return (
    <div class="grid">
      {made ? <Secret token={made} dataset={dataset} close={() => setMade(null)} /> : <NewToken session={session} made={(token) => (setMade(token), of.retry())} />}
      <Panel title="Your tokens" note="A token is what a program shows instead of a password. It does no more than its role, and no more than yours." of={of} height={90} empty={(v) => v.tokens.length === 0 && 'You have no token yet.'}>
        {(v) => <RowTable label="Your tokens" cells={cellsOf(of.retry)} rows={v.tokens} keyOf={(one) => one.id} />}
      </Panel>
    </div>
  );
}

function cellsOf(again: () => void): Cell<Token>[] {
  const past = (one: Token) => new Date(one.expires).getTime() < Date.now();
  return [
    { label: 'Name', show: (one) => <strong>{one.name}</strong> },
    { label: 'Role', show: (one) => one.role },
    { label: 'Data sets', show: (one) => scopeText(one.datasets) },
    { label: 'Last used', show: (one) => (one.last_used ? ago(one.last_used) : 'never') },
    { label: 'Ends', show: (one) => (past(one) ? <span class="badge bad">ended {ago(one.expires)}</span> : <span title={instant(one.expires)}>{ago(one.expires)}</span>) },
    {
      label: '',
      show: (one) => (
        <ConfirmButton label="Revoke" name={`Revoke the token ${one.name}`} title={`Revoke the token ${one.name}?`} act={() => account.revokeToken(one.id)} done={() => (toast(`The token ${one.name} opens nothing any more.`), again())}>
          Programs that show it are refused within seconds. This cannot be undone.
        </ConfirmButton>
      ),
    },
  ];
}

const spans = [7, 30, 90, 180, 366];

function NewToken({ session, made }: { session: Session; made: (token: Token) => void }) {
  const [role, setRole] = useState<Role>('viewer');
  const [isAll, setAll] = useState(true);
  const [chosen, setChosen] = useState<string[]>([]);
  const { problem, busy, send, refuse } = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isAll && chosen.length === 0) return refuse('Choose a data set at least, or all that you see.');
    const data = new FormData(event.currentTarget as HTMLFormElement);
    void send(account.addToken({ name: String(data.get('name')), role, days: Number(data.get('days')), ...(!isAll && { datasets: chosen }) }), made);
  };
  return (
    <section class="panel" aria-label="Make a token">
      <header>
        <h2>Make a token</h2>
      </header>
      <form class="form columns" onSubmit={submit}>
        <label>
          Name
          <input name="name" required maxLength={64} placeholder="nightly report" autocomplete="off" />
        </label>
        <RoleChoice role={role} choose={setRole} of={upTo(session.role)} />
        <EndChoice />
        <DatasetChoice legend="Data sets" all="all that you see" isAll={isAll} chosen={chosen} change={(all, names) => (setAll(all), setChosen(names))} />
        <Problem text={problem} />
        <button class="primary" disabled={busy}>Make the token</button>
      </form>
    </section>
  );
}

function EndChoice() {
  return (
    <label>
      Ends after
      <select name="days" defaultValue="90">
        {spans.map((days) => (
          <option key={days} value={days} selected={days === 90}>
            {days} days
          </option>
        ))}
      </select>
    </label>
  );
}

/// The secret, this once.
function Secret({ token, dataset, close }: { token: Token; dataset: string; close: () => void }) {
  return (
    <section class="panel secret" aria-label="The new token">
      <header>
        <div>
          <h2>{token.name} is made</h2>
          <p class="note">Copy it now: it is shown this once, and kept nowhere.</p>
        </div>
      </header>
      <CopyField label="Secret of the token" text={token.secret ?? ''} />
      <h3>Try it</h3>
      <CopyField label="Example for the command line" text={curlOf(location.origin, token, dataset)} />
      <button class="primary" onClick={close}>
        I have copied it
      </button>
    </section>
  );
}
