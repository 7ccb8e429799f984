import type { Role } from './types.ts';

export const roles: readonly Role[] = ['viewer', 'analyst', 'admin'];

export function reaches(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/// Roles that somebody of a role may give a token.
export function upTo(role: Role): readonly Role[] {
  return roles.filter((one) => reaches(role, one));
}

export const roleWords: Record<Role, string> = {
  viewer: 'looks at the data sets that were granted',
  analyst: 'also uploads, asks for runs, changes settings, sees rejected rows',
  admin: 'also sees all data sets, users and the audit',
};
