// What the program wrote into the report: answers of the API, by their questions.
import type { Means } from '../api/client.ts';

export interface About {
  dataset: string;
  run: string;
  version: string; ///< of the program
  time_zone: string;
  series: Record<string, string[]>; ///< ids by panel: the total first, then the largest
}

export interface Question {
  method: string;
  path: string; ///< below /api/v1/, encoded
  query: Record<string, string | number>;
  body?: unknown;
}

export interface Block {
  about: About;
  lists: string[][]; ///< that many answers have, such as times
  answers: { question: Question; answer: unknown }[];
}

/// The same for the same question, whatever the order of its words.
export function keyOf({ method, path, query, body }: Question): string {
  const words = Object.entries(query).map(([name, value]) => [name, String(value)]);
  return JSON.stringify([method, path, words.sort(), ordered(body ?? null)]);
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => [name, ordered(of)]);
}

/// Undoes what src/server/report_packing.cpp did to make the report smaller.
export function unpacked(value: unknown, lists: readonly string[][]): unknown {
  if (Array.isArray(value)) return value.map((one) => unpacked(one, lists));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (typeof fields.$list === 'number') return lists[fields.$list]!.slice(Number(fields.from ?? 0), fields.to as number | undefined);
  if (fields.$rows !== undefined) return rowsOf(fields.$rows as Record<string, unknown>, lists);
  return Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, unpacked(of, lists)]));
}

function rowsOf(columns: Record<string, unknown>, lists: readonly string[][]): Record<string, unknown>[] {
  const known = Object.entries(columns).map(([name, values]) => [name, unpacked(values, lists) as unknown[]] as const);
  const count = known[0]?.[1].length ?? 0;
  return Array.from({ length: count }, (_, at) => Object.fromEntries(known.map(([name, values]) => [name, values[at]])));
}

const missing = {
  error: { code: 'not_found', message: 'this report does not hold that', remedy: 'look at the dashboard (forecart serve), or make a report with more series' },
};

/// Answers the client in place of a server.
export function meansOf(block: Block): Means {
  const known = new Map(block.answers.map(({ question, answer }) => [keyOf(question), answer]));
  return {
    wait: async () => {},
    fetch: async (where, request) => {
      const answer = known.get(keyOf(questionOf(String(where), request)));
      const told = answer === undefined ? missing : unpacked(answer, block.lists);
      return new Response(JSON.stringify(told), { status: answer === undefined ? 404 : 200 });
    },
  };
}

function questionOf(where: string, request: RequestInit = {}): Question {
  const [path = '', search = ''] = where.split(/\?(.*)/s);
  const body = typeof request.body === 'string' ? (JSON.parse(request.body) as unknown) : undefined;
  return { method: request.method ?? 'GET', path: path.replace('/api/v1/', ''), query: Object.fromEntries(new URLSearchParams(search)), body };
}
