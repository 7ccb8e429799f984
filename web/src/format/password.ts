// How long a password withstands guessing, as far as a page can tell. Pure: the server decides.

export interface Strength {
  level: 0 | 1 | 2 | 3 | 4;
  text: string;
}

const words = ['too short', 'easily guessed', 'weak', 'good', 'strong'] as const;
const least = 12; // characters, as the server asks
const bounds = [30, 45, 65] as const; // bits from which it is weak, good, strong

/// Bits of a guess at every character by itself; one that repeats the one before, or follows it in the alphabet or
/// the digits, adds one bit.
export function guessBits(password: string): number {
  const each = Math.log2(kinds(password));
  let bits = 0;
  let before: number | undefined;
  for (const character of password) {
    const code = character.toLowerCase().codePointAt(0)!;
    bits += before !== undefined && Math.abs(code - before) <= 1 ? 1 : each;
    before = code;
  }
  return Math.min(bits, new Set(password.toLowerCase()).size * 2 * each);
}

export function strengthOf(password: string): Strength {
  const level = [...password].length < least ? 0 : 1 + bounds.filter((bound) => guessBits(password) >= bound).length;
  return { level: level as Strength['level'], text: words[level]! };
}

/// How many different characters one of its kinds may be.
function kinds(password: string): number {
  const sizes: [RegExp, number][] = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[ -/:-@[-`{-~]/, 33], [/[^ -~]/, 100]];
  return Math.max(2, sizes.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 0));
}
