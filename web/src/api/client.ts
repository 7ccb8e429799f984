// Asks the API. What comes back is a success or an error, never an exception.
import { early } from './early.ts';

export interface ApiError {
  status: number; ///< of HTTP; 0: no answer
  code: string;
  message: string;
  remedy: string;
}

export type Result<T> = { ok: true; value: T; headers: Headers } | { ok: false; error: ApiError };

export type Query = Record<string, string | number | readonly string[] | undefined>;

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Query;
  body?: unknown; ///< becomes JSON
  raw?: { content: Blob | string; type: string }; ///< a body that goes as it is
  headers?: Record<string, string>;
  as?: 'json' | 'text'; ///< what comes back
  signal?: AbortSignal;
}

/// What the client does with the world, for tests.
export interface Means {
  fetch: typeof fetch;
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

const mostTries = 4;
const longestWait = 10;

let csrf = '';
let signedOut: () => void = () => {};

/// Changes show this token; it belongs to the session.
export function setCsrf(token: string): void {
  csrf = token;
}

/// What a change shows, for requests that are not made here.
export function csrfHeaders(): Record<string, string> {
  return csrf === '' ? {} : { 'x-csrf-token': csrf };
}

/// Called when the server no longer knows who asks.
export function onSignedOut(action: () => void): void {
  signedOut = action;
}

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return `/api/v1/${path}${text === '' ? '' : `?${text}`}`;
}

/// Parts of a path: path('datasets', name, 'runs').
export function path(...parts: string[]): string {
  return parts.map(encodeURIComponent).join('/');
}

export function isAborted(error: ApiError): boolean {
  return error.code === 'aborted';
}

/// A server that is away or busy: what it said before still counts.
export function isPassing(error: ApiError): boolean {
  return error.status === 0 || error.status >= 500;
}

const browser: Means = {
  fetch: (where, request) => early(String(where), request?.method) ?? fetch(where, request),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      const done = () => (clearTimeout(timer), resolve());
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

let asked = browser;

/// Who answers from now on, where no server does: a report holds its answers.
export function answerBy(means: Means): void {
  asked = means;
}

/// JSON from a path below /api/v1/. A server that is busy (503 with Retry-After) is asked again.
export async function ask<T>(where: string, options: Ask = {}, means: Means = asked): Promise<Result<T>> {
  for (let tries = 1; ; ++tries) {
    const answer = await once<T>(where, options, means);
    if (answer.ok || answer.retryAfter === null || tries === mostTries) return answer;
    await means.wait(Math.min(answer.retryAfter, longestWait) * 1000, options.signal);
    if (options.signal?.aborted) return failed(aborted);
  }
}

export const aborted: ApiError = { status: 0, code: 'aborted', message: 'the page was left', remedy: '' };
export const unreachable: ApiError = {
  status: 0,
  code: 'unreachable',
  message: 'the server does not answer',
  remedy: 'see whether it runs, and try again',
};

function failed(error: ApiError): { ok: false; error: ApiError; retryAfter: number | null } {
  return { ok: false, error, retryAfter: null };
}

function requestOf(options: Ask): RequestInit {
  const method = options.method ?? 'GET';
  const headers: Record<string, string> = { accept: options.as === 'text' ? '*/*' : 'application/json', ...options.headers };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.raw) headers['content-type'] = options.raw.type;
  if (method !== 'GET') Object.assign(headers, csrfHeaders());
  const request: RequestInit = { method, headers, credentials: 'same-origin' };
  if (options.body !== undefined) request.body = JSON.stringify(options.body);
  if (options.raw) request.body = options.raw.content;
  if (options.signal) request.signal = options.signal;
  return request;
}

type Once<T> = { ok: true; value: T; headers: Headers } | { ok: false; error: ApiError; retryAfter: number | null };

async function once<T>(where: string, options: Ask, means: Means): Promise<Once<T>> {
  try {
    const response = await means.fetch(address(where, options.query), requestOf(options));
    if (!response.ok) return refused(response, where);
    const value = response.status === 204 ? undefined : options.as === 'text' ? await response.text() : await response.json();
    return { ok: true, value: value as T, headers: response.headers };
  } catch {
    return failed(options.signal?.aborted ? aborted : unreachable);
  }
}

/// The error of an answer, from its status and the JSON of its body.
export function errorOf(status: number, body: unknown): ApiError {
  const told = (body as { error?: Partial<ApiError> } | null)?.error;
  return { status, code: told?.code ?? 'internal', message: told?.message ?? `the server answered ${status}`, remedy: told?.remedy ?? '' };
}

/// The session has ended.
export function tellSignedOut(): void {
  signedOut();
}

/// There 401 says that a password is wrong, or that nobody has signed in yet.
const asksForPassword = ['session', 'session/password', 'first-admin'];

async function refused(response: Response, where: string): Promise<{ ok: false; error: ApiError; retryAfter: number | null }> {
  const error = errorOf(response.status, await response.json().catch(() => null));
  if (response.status === 401 && !asksForPassword.includes(where)) signedOut();
  const after = response.status === 503 ? Number.parseFloat(response.headers.get('retry-after') ?? '') : NaN;
  return { ok: false, error, retryAfter: Number.isFinite(after) ? after : null };
}
