// Which answers have grown old. The key of an answer is words; what happens to a data set makes those
// old that have its name among them, wherever they stand.

type Listener = (word: string | null) => void;
const listeners = new Set<Listener>();

/// Has answers asked for again: those about a word, or all.
export function outdate(word: string | null): void {
  for (const listener of [...listeners]) listener(word);
}

export function isAbout(key: string, word: string | null): boolean {
  return word === null || key.split(' ').includes(word);
}

export function onOutdated(key: string, again: () => void): () => void {
  const listener: Listener = (word) => isAbout(key, word) && again();
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
