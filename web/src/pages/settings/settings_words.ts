// What is told of a dataset.toml. Pure.
import type { SettingsProblem } from '../../api/settings_calls.ts';

/// "dataset.toml, line 7: key ..." without what the editor shows by itself.
export function problemText(problem: Pick<SettingsProblem, 'message'>): string {
  return problem.message.replace(/^dataset\.toml(, line \d+)?: /, '');
}

/// What is wrong with a text that the server need not be asked about: it takes no empty one.
export function faultOf(text: string): SettingsProblem | null {
  if (text.trim() !== '') return null;
  return { code: 'invalid_value', message: 'There is nothing in it. Undo all changes brings back what lies in the repository.', line: null };
}

/// Whether a currency is told, in either kind of quotes, before any table begins.
export function saysCurrency(text: string): boolean {
  return /^\s*currency\s*=\s*(["'])[A-Z]{3}\1/m.test(headOf(text));
}

/// What stands before the first table.
function headOf(text: string): string {
  const root = text.search(/^\s*\[/m);
  return root < 0 ? text : text.slice(0, root);
}

/// Where a line begins and ends in a text; lines count from 1.
export function lineSpan(text: string, line: number): { from: number; to: number } {
  const lines = text.split('\n');
  const at = Math.min(Math.max(line, 1), lines.length);
  const from = lines.slice(0, at - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return { from, to: from + lines[at - 1]!.length };
}

/// The text with its currency set: in place of that line, or below that of the version.
export function withCurrency(text: string, code: string): string {
  const line = `currency = "${code}"`;
  const head = headOf(text);
  const rest = text.slice(head.length);
  if (/^currency\s*=/m.test(head)) return head.replace(/^currency\s*=.*$/m, line) + rest;
  if (/^version\s*=.*$/m.test(head)) return head.replace(/^version\s*=.*$/m, (version) => `${version}\n${line}`) + rest;
  return `${line}\n${text}`;
}

/// Lines that are in one text and not in the other, as a diff tells them: "- " theirs, "+ " mine.
export function difference(theirs: string, mine: string): string[] {
  const [a, b] = [theirs.split('\n'), mine.split('\n')];
  const common = longestCommon(a, b);
  const lines: string[] = [];
  let [x, y] = [0, 0];
  for (const [i, j] of [...common, [a.length, b.length] as const]) {
    while (x < i) lines.push(`- ${a[x++]}`);
    while (y < j) lines.push(`+ ${b[y++]}`);
    ++x;
    ++y;
  }
  return lines;
}

/// Places of the longest common subsequence; files of settings are short.
function longestCommon(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; --i) {
    for (let j = b.length - 1; j >= 0; --j) {
      length[i]![j] = a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
    }
  }
  const places: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) places.push([i++, j++]);
    else if (length[i + 1]![j]! >= length[i]![j + 1]!) ++i;
    else ++j;
  }
  return places;
}
