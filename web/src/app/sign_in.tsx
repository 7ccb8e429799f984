import { useEffect, useState } from 'preact/hooks';

import * as calls from '../api/calls.ts';
import type { ApiError } from '../api/client.ts';
import { Icon, icons } from '../components/icon.tsx';
import { keepReturn } from './kept.ts';
import { begin } from './session.ts';
import './sign_in.css';

/// What stands behind "#" of the address: the secret that makes the first admin, or why signing in
/// elsewhere failed. Browsers send it nowhere, and it leaves the address bar at once.
function takeHash(): { firstAdmin: string; error: string } {
  const words = new URLSearchParams(location.hash.slice(1));
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return { firstAdmin: words.get('first-admin') ?? '', error: words.get('error') ?? '' };
}

const hash = takeHash();

const elsewhere = new Map([
  ['provider_away', 'The provider does not answer. Try again in a minute.'],
  ['provider_wrong', 'The provider answers something that cannot be used. Ask who runs it.'],
  ['client_refused', 'The provider does not take this server. Whoever runs it has to see its client id and secret.'],
  ['settings', 'Signing in at the provider is not set up rightly here. Ask who runs this server.'],
  ['not_begun', 'This sign-in was not begun in this browser. Begin it anew.'],
  ['too_late', 'The sign-in began more than ten minutes ago. Begin it anew.'],
  ['denied', 'The provider did not let you in. Ask who runs it.'],
  ['code_refused', 'This sign-in has been used already. Begin it anew.'],
  ['token_refused', 'What the provider says of you does not stand up to the checks. Ask who runs it.'],
  ['no_user', 'The provider knows you, but you are no user here. Ask an admin to add you: the audit names you.'],
  ['disabled', 'Your account here is disabled. Ask an admin.'],
  ['unavailable', 'Signing in is not possible just now. Try again in a minute.'],
  ['internal', 'Something went wrong here. Ask who runs this server.'],
]);
/// Another word of the address is nobody's.
const failure = hash.error && (elsewhere.get(hash.error) ?? 'Signing in did not work. Try again, or ask an admin.');

export function SignIn({ ended }: { ended: boolean }) {
  const [first, setFirst] = useState(hash.firstAdmin);
  const [oidc, setOidc] = useState(false);
  const [byPassword, setByPassword] = useState(true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  useEffect(() => {
    document.title = 'Sign in · forecart';
    if (first) return;
    void calls.ways().then((answer) => {
      if (!answer.ok) return;
      setOidc(answer.value.oidc);
      setByPassword(answer.value.password);
    });
  }, [first]);

  const submit = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const name = String(form.get('name'));
    const password = String(form.get('password'));
    setBusy(true);
    const answer = first ? await calls.becomeAdmin(first, name, password) : await calls.signIn(name, password);
    setBusy(false);
    if (answer.ok) begin(answer.value);
    else setError(answer.error);
  };

  return (
    <main class="sign-in">
      <form class="panel" onSubmit={submit}>
        <h1>
          <img src={new URL('../icon.svg', import.meta.url).href} width="28" height="28" alt="" /> forecart
        </h1>
        {first ? (
          <p>Choose a name and a password of 12 characters or more: you become the first admin.</p>
        ) : (
          <p class="note">{ended ? 'Your session has ended. Sign in to go on where you were.' : 'Sign in to see sales and forecasts.'}</p>
        )}
        {failure && !error && (
          <p class="problem" role="alert">
            {failure}
          </p>
        )}
        {byPassword && (
          <>
            <label>
              Name
              <input name="name" autocomplete="username" required maxLength={64} autofocus />
            </label>
            <label>
              Password
              <input name="password" type="password" autocomplete={first ? 'new-password' : 'current-password'} required minLength={first ? 12 : 1} maxLength={512} />
            </label>
          </>
        )}
        {error && (
          <p class="problem" role="alert">
            <Icon path={icons.warning} size={16} /> {error.message}
            {error.remedy && <>: {error.remedy}</>}
          </p>
        )}
        {byPassword && (
          <button class="primary" disabled={busy}>
            {first ? 'Become admin' : 'Sign in'}
          </button>
        )}
        {oidc && !first && (
          <a class="button" href="/api/v1/session/oidc" onClick={() => keepReturn(location.pathname + location.search)}>
            Sign in with your company's account
          </a>
        )}
        {first && error && (
          <button type="button" class="quiet" onClick={() => (setFirst(''), setError(null))}>
            Sign in instead
          </button>
        )}
      </form>
    </main>
  );
}
