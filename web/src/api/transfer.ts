// A file to the inbox in pieces (tus 1.0.0): a cut connection costs a piece at most, and is waited for.
import { aborted, address, csrfHeaders, errorOf, path, tellSignedOut, unreachable, type ApiError, type Result } from './client.ts';

export interface Outgoing {
  method: 'POST' | 'PATCH' | 'GET' | 'DELETE';
  where: string;
  headers: Record<string, string>;
  body?: Blob;
}

export interface Incoming {
  status: number; ///< 0: no answer
  header: (name: string) => string | null;
  text: string;
}

/// What a transfer does with the world, for tests.
export interface Means {
  send: (request: Outgoing, sent: (bytes: number) => void, signal: AbortSignal) => Promise<Incoming>;
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface Job {
  dataset: string;
  name: string;
  content: Blob;
  place: string; ///< where one that was begun before goes on; "": begins
}

export interface Told {
  began: (place: string) => void;
  sent: (bytes: number) => void; ///< of the whole file, those on their way too
  cut: () => void; ///< the connection is gone, and waited for
}

/// What lies in the inbox.
export interface Delivered {
  sha256: string;
  known: boolean; ///< that content was there before
}

const pieceBytes = 16 * 1024 * 1024;
const mostFailures = 20; // in a row; with the waits between them a quarter of an hour
const longestWait = 60_000;

/// A folder, or a file that is gone or another by now.
export const unreadable: ApiError = { status: 422, code: 'unreadable', message: 'it cannot be read', remedy: 'see whether it is a file, still there, and the same as when it was chosen' };

/// Milliseconds before the next try: not sooner than the server asks for.
function waitAfter(failures: number, asked: number | null): number {
  return Math.min(1000 * Math.max(asked ?? 0, 2 ** failures), longestWait);
}

interface State {
  place: string;
  offset: number | null; ///< null: to be asked
}

type Step = { to: State; moved?: boolean } | { done: Delivered } | { error: ApiError } | { busy: number | null } | { cut: number | null }; ///< seconds that the server asks for

/// Sends what is not there yet and tells where it lies; goes on over cuts, for a quarter of an hour
/// without any success, until `signal` is aborted. A server that is still at what it has is waited for.
export async function transfer(job: Job, told: Told, signal: AbortSignal, means: Means): Promise<Result<Delivered>> {
  let state: State = { place: job.place, offset: job.place === '' ? 0 : null };
  for (let failures = 0; failures < mostFailures; ) {
    if (signal.aborted) return { ok: false, error: aborted };
    const step = await next(job, state, told, signal, means);
    if ('done' in step) return { ok: true, value: step.done, headers: new Headers() };
    if ('error' in step) return { ok: false, error: step.error };
    if ('to' in step) {
      if (step.moved) failures = 0;
      state = step.to;
      continue;
    }
    if (signal.aborted) return { ok: false, error: aborted };
    if ('busy' in step) {
      await means.wait(waitAfter(0, step.busy), signal);
      continue;
    }
    told.cut();
    state = { ...state, offset: state.place === '' ? 0 : null };
    await means.wait(waitAfter(failures++, step.cut), signal);
  }
  return { ok: false, error: unreachable };
}

/// Gives a transfer up that was begun; a server that is away is told later, for a while.
export async function giveUp(place: string, means: Means): Promise<void> {
  const { signal } = new AbortController();
  for (let failures = 0; failures < mostFailures; ++failures) {
    const answer = await means.send({ method: 'DELETE', where: place, headers: common() }, () => {}, signal);
    if (!passing.has(answer.status)) return;
    await means.wait(waitAfter(failures, secondsAsked(answer)), signal);
  }
}

async function next(job: Job, state: State, told: Told, signal: AbortSignal, means: Means): Promise<Step> {
  if (state.place === '') return begin(job, told, signal, means);
  if (state.offset === null || state.offset === job.content.size) return look(job, state, told, signal, means);
  return piece(job, state.place, state.offset, told, signal, means);
}

const common = () => ({ 'tus-resumable': '1.0.0', accept: 'application/json', ...csrfHeaders() });

async function begin(job: Job, told: Told, signal: AbortSignal, means: Means): Promise<Step> {
  const headers = { ...common(), 'upload-length': String(job.content.size), 'upload-metadata': `filename ${base64(job.name)}` };
  const answer = await means.send({ method: 'POST', where: address(path('datasets', job.dataset, 'transfers')), headers }, () => {}, signal);
  if (answer.status !== 201) return failure(answer);
  const place = answer.header('location') ?? '';
  if (place === '') return { cut: null }; // an answer of something in between
  told.began(place);
  return { to: { place, offset: 0 } };
}

async function piece(job: Job, place: string, offset: number, told: Told, signal: AbortSignal, means: Means): Promise<Step> {
  const body = job.content.slice(offset, offset + pieceBytes);
  const headers = { ...common(), 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) };
  const answer = await means.send({ method: 'PATCH', where: place, headers, body }, (bytes) => told.sent(offset + bytes), signal);
  // a browser tells a file that is gone as it tells a connection that is
  if (answer.status === 0 && !(await canBeRead(body))) return { error: unreadable };
  if (answer.status !== 204) return failure(answer);
  told.sent(offset + body.size);
  return { to: { place, offset: offset + body.size }, moved: true };
}

async function canBeRead(piece: Blob): Promise<boolean> {
  return piece.slice(0, 1).arrayBuffer().then(() => true, () => false);
}

/// How much is there, and whether all of it lies in the inbox.
async function look(job: Job, state: State, told: Told, signal: AbortSignal, means: Means): Promise<Step> {
  const answer = await means.send({ method: 'GET', where: state.place, headers: common() }, () => {}, signal);
  if (answer.status === 404 && state.offset === null) return { to: { place: '', offset: 0 } };
  if (answer.status !== 200) return failure(answer);
  const there = parsed(answer.text) as { offset: number; bytes: number; sha256: string | null; known: boolean | null } | null;
  if (!there) return { cut: null };
  if (there.bytes !== job.content.size) return { to: { place: '', offset: 0 } }; // another file by now
  told.sent(there.offset);
  if (there.offset < there.bytes) return { to: { place: state.place, offset: there.offset } };
  return { done: { sha256: there.sha256 ?? '', known: there.known ?? false } };
}

const passing = new Set([0, 408, 409, 423, 429, 500, 502, 503, 504]);

function failure(answer: Incoming): Step {
  if (answer.status === 401) tellSignedOut();
  if (answer.status === 423) return { busy: secondsAsked(answer) };
  if (!passing.has(answer.status)) return { error: errorOf(answer.status, parsed(answer.text)) };
  return { cut: secondsAsked(answer) };
}

/// That the server asks to be left alone for; null where it does not say.
function secondsAsked(answer: Incoming): number | null {
  const after = Number.parseFloat(answer.header('retry-after') ?? '');
  return Number.isFinite(after) ? after : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/// Of the UTF-8 of a text.
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
