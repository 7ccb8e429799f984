import type { Session } from '../api/types.ts';

let session: Session | null = null;

/// Who is signed in, for parts that only name them; null in a report, where nobody is.
export function who(): Session | null {
  return session;
}

export function setWho(next: Session | null): void {
  session = next;
}
