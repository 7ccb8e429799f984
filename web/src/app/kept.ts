// The only place that keeps anything in the browser: how the page looks, that somebody has signed in,
// and where a reader wanted to go before signing in elsewhere. Never a name, a token or data.

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

function read(action: () => string | null): string | null {
  try {
    return action();
  } catch {
    return null; // storage may be switched off
  }
}
