import { useEffect, useState } from 'preact/hooks';

import * as calls from '../api/calls.ts';
import type { ApiError } from '../api/client.ts';
import { NewPassword } from '../components/new_password.tsx';
import { Problem, wordsOf } from '../components/problem.tsx';
import { keepReturn } from './kept.ts';
import { providerWords } from './provider_words.ts';
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

const failure = providerWords(hash.error);

export function SignIn({ ended }: { ended: boolean }) {
  const [first, setFirst] = useState(hash.firstAdmin);
  const ways = useWays(first !== '');
  const { busy, error, forget, submit } = useEntering(first);
  useEffect(() => void (document.title = 'Sign in · forecart'), [first]);
  return (
    <main class="sign-in">
      <form class="panel" onSubmit={(event) => void submit(event)}>
        <h1>
          <img src={new URL('../icon.svg', import.meta.url).href} width="28" height="28" alt="" /> forecart
        </h1>
        <Greeting first={first !== ''} ended={ended} />
        {!error && <Problem text={failure} />}
        {ways.password && <Fields first={first !== ''} />}
        {error && <Problem text={wordsOf(error)} />}
        {ways.password && (
          <button class="primary" disabled={busy}>
            {first ? 'Become admin' : 'Sign in'}
          </button>
        )}
        {ways.oidc && !first && <ProviderLink />}
        {first && error && (
          <button type="button" class="quiet" onClick={() => (setFirst(''), forget())}>
            Sign in instead
          </button>
        )}
      </form>
    </main>
  );
}

/// To the provider, which leads back to the view that was asked for.
function ProviderLink() {
  return (
    <a class="button" href="/api/v1/session/oidc" onClick={() => keepReturn(location.pathname + location.search)}>
      Sign in with your company's account
    </a>
  );
}

/// How one may sign in here; who becomes the first admin does by a password.
function useWays(isFirst: boolean): { oidc: boolean; password: boolean } {
  const [ways, setWays] = useState({ oidc: false, password: true });
  useEffect(() => {
    if (!isFirst) void calls.ways().then((answer) => answer.ok && setWays(answer.value));
  }, [isFirst]);
  return ways;
}

/// Signs in by name and password, or makes the first admin by the secret.
function useEntering(first: string) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
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
  return { busy, error, forget: () => setError(null), submit };
}

function Greeting({ first, ended }: { first: boolean; ended: boolean }) {
  if (first) return <p>Choose a name and a password of 12 characters or more: you become the first admin.</p>;
  return <p class="note">{ended ? 'Your session has ended. Sign in to go on where you were.' : 'Sign in to see sales and forecasts.'}</p>;
}

function Fields({ first }: { first: boolean }) {
  return (
    <>
      <label>
        Name
        <input name="name" autocomplete="username" required maxLength={64} autofocus />
      </label>
      {first ? (
        <NewPassword label="Password" name="password" />
      ) : (
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required minLength={1} maxLength={512} />
        </label>
      )}
    </>
  );
}
