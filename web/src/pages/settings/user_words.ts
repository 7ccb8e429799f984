// What is told of a user. Pure.
import type { User, UserChange } from '../../api/account_calls.ts';
import { clockTime } from '../../format/dates.ts';
import { grantsText } from './grants.ts';

export function waysOf(user: Pick<User, 'has_password' | 'issuer'>): string {
  const ways = [user.has_password && 'password', user.issuer !== null && 'provider'].filter(Boolean);
  return ways.length === 0 ? 'no way' : ways.join(', ');
}

export function stateOf(user: User, now = new Date()): { kind: string; text: string } {
  if (user.disabled) return { kind: 'bad', text: 'disabled' };
  if (user.locked_until && new Date(user.locked_until) > now) return { kind: 'warning', text: `locked until ${localClock(user.locked_until)}` };
  if (!user.has_password && user.issuer === null) return { kind: 'warning', text: 'cannot sign in' };
  return { kind: 'good', text: 'active' };
}

/// On the reader's own clock.
function localClock(text: string): string {
  const date = new Date(text);
  return clockTime(new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString());
}

/// Those of whom every word of `find` is told.
export function found(users: readonly User[], find: string): User[] {
  const wanted = find.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (one: User) => [one.name, one.role, grantsText(one.role, one.datasets), waysOf(one), stateOf(one).text].join(' ').toLowerCase();
  return users.filter((one) => wanted.every((word) => text(one).includes(word)));
}

/// What is different, and nothing else: data sets in any order are the same.
export function changeOf(user: User, wanted: Pick<User, 'role' | 'datasets'>): UserChange {
  const change: UserChange = {};
  if (wanted.role !== user.role) change.role = wanted.role;
  if ([...wanted.datasets].sort().join('\n') !== [...user.datasets].sort().join('\n')) change.datasets = wanted.datasets;
  return change;
}

const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'; // none that look alike
const length = 20; // 116 bits

/// A password to hand over, of random bytes.
export function madePassword(random: (bytes: Uint8Array) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  let text = '';
  const fair = 256 - (256 % letters.length);
  while (text.length < length) {
    for (const byte of random(new Uint8Array(length))) if (byte < fair && text.length < length) text += letters[byte % letters.length];
  }
  return text;
}
