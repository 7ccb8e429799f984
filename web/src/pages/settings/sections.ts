// The sections of the settings: each has its own address, settings?section=NAME.
import { reaches } from '../../api/roles.ts';
import type { Role } from '../../api/types.ts';

export interface Section {
  name: string;
  title: string;
  least: Role; ///< who may see it
}

export const sections: readonly Section[] = [
  { name: 'you', title: 'You', least: 'viewer' },
  { name: 'look', title: 'Look', least: 'viewer' },
  { name: 'tokens', title: 'Tokens', least: 'viewer' },
  { name: 'dataset', title: 'Data set', least: 'analyst' },
  { name: 'users', title: 'Users', least: 'admin' },
  { name: 'audit', title: 'Audit', least: 'admin' },
  { name: 'about', title: 'About', least: 'viewer' },
];

/// The first where the address names none that there is.
export function sectionOf(name: string | undefined): Section {
  return sections.find((one) => one.name === name) ?? sections[0]!;
}

export function sectionsOf(role: Role): readonly Section[] {
  return sections.filter((one) => reaches(role, one.least));
}
