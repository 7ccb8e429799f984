// What would be lost by closing the window, whichever page is on show.

const losses = new Set<() => boolean>();

function ask(event: Event): void {
  if (wouldLose()) event.preventDefault();
}

/// Has the browser ask before the window is closed, from now on, while `isLoss` says so.
export function guard(isLoss: () => boolean): void {
  if (losses.size === 0) addEventListener('beforeunload', ask);
  losses.add(isLoss);
}

export function wouldLose(): boolean {
  return [...losses].some((isLoss) => isLoss());
}

/// The window is about to forget all, and nobody is asked.
export function letGo(): void {
  losses.clear();
  removeEventListener('beforeunload', ask);
}
