// The first rows of a file, for a preview: whole lines of a text, all of a file that is compressed.

export const mostText = 1024 * 1024;
export const shortText = 64 * 1024; // where files of the same columns were looked at
const mostBytes = 64 * 1024 * 1024; // the server's limit
const magics = ['1f8b', '28b52ffd', '50415231']; // gzip, Zstandard, Parquet

/// Null for what cannot be cut and is too large to be looked at.
export async function sampleOf(file: Blob, most = mostText): Promise<Blob | null> {
  if (await isPacked(file)) return file.size <= mostBytes ? file : null;
  if (file.size <= most) return file;
  const bytes = new Uint8Array(await file.slice(0, most).arrayBuffer());
  const end = bytes.lastIndexOf(0x0a);
  return file.slice(0, end < 0 ? most : end + 1);
}

/// The first line of a text, by which files are alike; "" for what is compressed.
export async function headOf(file: Blob): Promise<string> {
  if (await isPacked(file)) return '';
  const text = await file.slice(0, 16 * 1024).text();
  return text.split('\n', 1)[0]!.trim();
}

async function isPacked(file: Blob): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return magics.some((magic) => hex.startsWith(magic));
}

/// A number for a file, the same as long as name, size and time are (FNV-1a, 64 bits).
export function printOf(dataset: string, file: { name: string; size: number; lastModified: number }): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode([dataset, file.name, file.size, file.lastModified].join('\n'))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16);
}
