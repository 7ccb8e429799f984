import { useState } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { Session } from '../../api/types.ts';
import { begin } from '../../app/session.ts';
import { setTheme, useTheme } from '../../app/theme.ts';
import { toast } from '../../components/toasts.tsx';
import type { PageProps } from '../pages.ts';

export default function Settings({ session }: PageProps) {
  return (
    <div class="grid">
      <section class="panel half">
        <header>
          <h2>You</h2>
        </header>
        <dl class="facts">
          <dt>Name</dt>
          <dd>{session.user}</dd>
          <dt>Role</dt>
          <dd>{session.role}</dd>
          <dt>Data sets</dt>
          <dd>{session.role === 'admin' ? 'all' : session.datasets.join(', ') || 'none'}</dd>
        </dl>
      </section>
      <Colours />
      <Password session={session} />
      <section class="panel half">
        <header>
          <h2>For programs</h2>
        </header>
        <p>
          The API is told by its <a href="/api/v1/openapi.json">OpenAPI document</a>. Tokens are made by <code>forecart user token add</code>.
        </p>
      </section>
    </div>
  );
}

function Colours() {
  const { chosen } = useTheme();
  return (
    <section class="panel half">
      <header>
        <h2>Colours</h2>
      </header>
      <div class="segments" role="group" aria-label="Colours">
        {(['light', 'dark', 'system'] as const).map((theme) => (
          <button key={theme} aria-pressed={chosen === theme} onClick={() => setTheme(theme)}>
            {theme === 'system' ? 'As the system' : theme === 'light' ? 'Light' : 'Dark'}
          </button>
        ))}
      </div>
    </section>
  );
}

function Password({ session }: { session: Session }) {
  const [problem, setProblem] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const answer = await calls.changePassword(String(data.get('old')), String(data.get('new')));
    setProblem(answer.ok ? '' : `${answer.error.message}: ${answer.error.remedy}`);
    if (!answer.ok) return;
    begin(answer.value);
    form.reset();
    toast('Your password was changed; your other sessions have ended.');
  };
  return (
    <section class="panel half">
      <header>
        <h2>Password</h2>
      </header>
      <form class="form" onSubmit={submit}>
        <input name="name" autocomplete="username" value={session.user} hidden readOnly />
        <label>
          Present password
          <input name="old" type="password" autocomplete="current-password" required maxLength={512} />
        </label>
        <label>
          New password, 12 characters or more
          <input name="new" type="password" autocomplete="new-password" required minLength={12} maxLength={512} />
        </label>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button>Change the password</button>
      </form>
    </section>
  );
}
