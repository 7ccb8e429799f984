// What the page of settings asks: sessions, tokens, users, the audit, the settings of a data set.
import { ask, path, type Result } from './client.ts';
import type { Role } from './types.ts';

export interface OwnSession {
  id: string;
  created: string;
  last_used: string;
  from: string; ///< address
  expires: string;
  this: boolean;
}

export interface Token {
  id: string;
  name: string;
  role: Role;
  datasets: string[] | null; ///< null: all that its user sees
  created: string;
  expires: string;
  last_used: string | null;
  secret?: string; ///< once, when it is made
}

export interface NewToken {
  name: string;
  role: Role;
  days: number;
  datasets?: string[];
}

export interface User {
  name: string;
  role: Role;
  datasets: string[];
  disabled: boolean;
  has_password: boolean;
  issuer: string | null;
  subject: string | null;
  created: string;
  locked_until: string | null;
  tokens: number;
}

export interface NewUser {
  name: string;
  role: Role;
  datasets: string[];
  password?: string;
  issuer?: string;
  subject?: string;
}

export interface UserChange {
  role?: Role;
  datasets?: string[];
  disabled?: boolean;
  password?: string;
  issuer?: string | null;
  subject?: string | null;
}

export interface AuditEntry {
  at: string;
  who: string;
  from: string;
  what: string;
  on: string;
  outcome: string;
  detail: Record<string, unknown> | null;
  stamp: string;
}

export interface AuditPage {
  entries: AuditEntry[];
  next: string | null;
}

export const sessions = (signal: AbortSignal) => get<{ sessions: OwnSession[] }>('sessions', signal);
export const endSession = (id: string) => ask<void>(path('sessions', id), { method: 'DELETE' });
export const endOtherSessions = () => ask<{ ended: number }>('sessions', { method: 'DELETE' });

export const tokens = (signal: AbortSignal) => get<{ tokens: Token[] }>('tokens', signal);
export const addToken = (body: NewToken) => ask<Token>('tokens', { method: 'POST', body });
export const revokeToken = (id: string) => ask<void>(path('tokens', id), { method: 'DELETE' });

export const users = (signal: AbortSignal) => get<{ users: User[] }>('users', signal);
export const addUser = (body: NewUser) => ask<User>('users', { method: 'POST', body });
export const changeUser = (name: string, body: UserChange) => ask<User>(path('users', name), { method: 'PATCH', body });
export const removeUser = (name: string) => ask<void>(path('users', name), { method: 'DELETE' });
export const signOutUser = (name: string) => ask<void>(path('users', name, 'sessions'), { method: 'DELETE' });

export const audit = (query: { from?: string; to?: string; before?: string; limit: number }, signal?: AbortSignal) =>
  ask<AuditPage>('audit', signal ? { query, signal } : { query });

/// Of the document only what tells the version.
export const document = (signal: AbortSignal) => get<{ info: { title: string; version: string } }>('openapi.json', signal);

function get<T>(where: string, signal: AbortSignal): Promise<Result<T>> {
  return ask<T>(where, { signal });
}
