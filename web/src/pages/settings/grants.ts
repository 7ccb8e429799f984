// Data sets that somebody may see, in words. Pure.
import type { Role } from '../../api/types.ts';

export const everyDataset = '*';

export function grantsText(role: Role, datasets: readonly string[]): string {
  if (role === 'admin') return 'all, as an admin';
  if (datasets.includes(everyDataset)) return 'all';
  return datasets.length === 0 ? 'none' : datasets.join(', ');
}

/// What a token is for: null stands for all that its user sees.
export function scopeText(datasets: readonly string[] | null): string {
  return datasets === null ? 'all that you see' : grantsText('viewer', datasets);
}

/// Names to choose from: those that there are, and those chosen that are not there (yet, or any more).
export function offered(known: readonly string[], chosen: readonly string[]): string[] {
  return [...new Set([...known, ...chosen.filter((one) => one !== everyDataset)])].sort((a, b) => a.localeCompare(b));
}
