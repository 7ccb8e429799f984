// The only place that keeps anything in the browser: how the page looks, that somebody has signed in,
// and, as long as its window is open, where a reader wanted to go before signing in elsewhere and where
// files go on that were being sent. Never a name, a token or data.

export type Theme = 'system' | 'light' | 'dark';

export function keptTheme(): Theme {
  const theme = read(() => localStorage.getItem('forecart-theme'));
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function keepTheme(theme: Theme): void {
  read(() => (localStorage.setItem('forecart-theme', theme), null));
}

/// Whether somebody was signed in when this browser was last here, so that data may be asked for before
/// the server has said so.
export function keptSignedIn(): boolean {
  return read(() => localStorage.getItem('forecart-signed-in')) !== null;
}

export function keepSignedIn(is: boolean): void {
  read(() => (is ? localStorage.setItem('forecart-signed-in', '1') : localStorage.removeItem('forecart-signed-in'), null));
}

export function keepReturn(address: string): void {
  read(() => (sessionStorage.setItem('forecart-return', address), null));
}

/// Once: the address of a page of ours, or nothing.
export function takeReturn(): string | null {
  const address = read(() => sessionStorage.getItem('forecart-return'));
  read(() => (sessionStorage.removeItem('forecart-return'), null));
  return address !== null && /^\/(?!\/)/.test(address) ? address : null;
}

const transfers = 'forecart-transfers';

/// Where a file that is being sent goes on, after the page was loaded anew too; by a number that its
/// name, size and time give.
export function keepTransfer(print: string, place: string): void {
  const all = keptTransfers();
  if (place === '') delete all[print];
  else all[print] = place;
  read(() => (sessionStorage.setItem(transfers, JSON.stringify(all)), null));
}

export function keptTransfer(print: string): string {
  const place = keptTransfers()[print];
  return typeof place === 'string' && /^\/api\/v1\/datasets\/[\w-]+\/transfers\/[0-9a-f]+$/.test(place) ? place : '';
}

/// They are of somebody else.
export function forgetTransfers(): void {
  read(() => (sessionStorage.removeItem(transfers), null));
}

function keptTransfers(): Record<string, string> {
  const text = read(() => sessionStorage.getItem(transfers));
  try {
    return (JSON.parse(text ?? '{}') ?? {}) as Record<string, string>;
  } catch {
    return {};
  }
}

function read(action: () => string | null): string | null {
  try {
    return action();
  } catch {
    return null; // storage may be switched off
  }
}
