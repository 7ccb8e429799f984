import { path } from '../../api/client.ts';

/// A question that a new token may ask, for a shell.
export function curlOf(origin: string, token: { secret?: string; datasets: string[] | null }, dataset: string): string {
  const of = token.datasets?.find((one) => one !== '*') ?? (token.datasets === null ? dataset : '');
  const where = of === '' ? 'datasets' : path('datasets', of);
  return `curl -H "Authorization: Bearer ${token.secret ?? 'fct_...'}" ${quoted(`${origin}/api/v1/${where}`)}`;
}

function quoted(text: string): string {
  return /^[\w:/.%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
