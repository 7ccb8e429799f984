// Who is signed in.
import { useEffect, useState } from 'preact/hooks';

import * as calls from '../api/calls.ts';
import { onSignedOut, setCsrf } from '../api/client.ts';
import type { Session } from '../api/types.ts';
import { toast } from '../components/toasts.tsx';
import { forgetTransfers, keepSignedIn } from './kept.ts';
import { letGo, wouldLose } from './leaving.ts';
import { chosenTheme, setTheme } from './theme.ts';
import { setWho } from './who.ts';

/// null: nobody; undefined: not known yet; `ended` where there was somebody.
export interface Known {
  session: Session | null | undefined;
  ended: boolean;
  unreachable: boolean;
}

let last = ''; // who was signed in here
let known: Known = { session: undefined, ended: false, unreachable: false };
const listeners = new Set<() => void>();

function set(next: Known): void {
  if (next.session && last !== '' && next.session.user !== last) return forget();
  last = next.session?.user ?? last;
  known = next;
  setWho(next.session ?? null);
  setCsrf(next.session?.csrf_token ?? '');
  if (!next.unreachable) keepSignedIn(next.session !== null);
  for (const listener of [...listeners]) listener();
}

/// Files on their way, drafts, answers: what the page holds in memory is nobody else's.
function forget(): void {
  forgetTransfers();
  letGo();
  location.reload();
}

onSignedOut(() => {
  if (known.session) set({ session: null, ended: true, unreachable: false });
});

export async function recallSession(): Promise<void> {
  const answer = await calls.session();
  if (answer.ok) set({ session: answer.value, ended: false, unreachable: false });
  else set({ session: null, ended: false, unreachable: answer.error.status !== 401 });
}

export function begin(session: Session): void {
  set({ session, ended: false, unreachable: false });
}

const losing = 'Files are still being sent, or settings are not saved yet: they are given up. Sign out all the same?';

export async function end(): Promise<void> {
  if (wouldLose() && !confirm(losing)) return;
  const theme = chosenTheme();
  const answer = await calls.signOut(); // takes what the page keeps along
  if (!answer.ok && answer.error.status !== 401) return toast(`You are still signed in: ${answer.error.message}`, 'error');
  setTheme(theme);
  forget();
}

export function useSession(): Known {
  const [value, setValue] = useState(known);
  useEffect(() => {
    const listener = () => setValue(known);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return value;
}
