// Stands for app/kept.ts: a document looks the same for everybody, on paper too, and keeps nothing.
import type { Theme } from '../app/kept.ts';

export type { Theme };

export function keptTheme(): Theme {
  return 'light';
}

export function keepTheme(_theme: Theme): void {}

export function keptSignedIn(): boolean {
  return false;
}

export function keepSignedIn(_is: boolean): void {}

export function keepReturn(_address: string): void {}

export function takeReturn(): string | null {
  return null;
}

export function keepTransfer(_print: string, _place: string): void {}

export function keptTransfer(_print: string): string {
  return '';
}

export function forgetTransfers(): void {}
