// Keys of what arrived: "inbox/DATASET/HASH/NAME", "dead/DATASET/SHA256/NAME", "dead/DATASET/ask-STAMP". Pure.

/// As its sender called it; a request for a run has no name of its own.
export function nameOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return name.startsWith('ask-') ? 'A request for a run' : name;
}

/// Of a file that was given up; "" for others.
export function shaOf(key: string): string {
  return /^dead\/[^/]+\/([0-9a-f]{64})\//.exec(key)?.[1] ?? '';
}

/// A file as its sender called it, without the hash that the inbox puts in front.
export function plainName(file: string): string {
  return file.replace(/^[0-9a-f]{16}\//, '');
}
