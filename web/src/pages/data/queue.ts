// Files on their way to the server. They live beside the pages, so that going to another page does not
// stop them.
import { isAborted, type ApiError } from '../../api/client.ts';
import { browser } from '../../api/browser_transfer.ts';
import * as data from '../../api/data_calls.ts';
import { giveUp, transfer, unreadable } from '../../api/transfer.ts';
import { keepTransfer, keptTransfer } from '../../app/kept.ts';
import { guard } from '../../app/leaving.ts';
import { number } from '../../format/numbers.ts';
import { facts } from './facts.ts';
import { followed, isOpen, isUnsent, isUnsettled, type Followed, type Stage } from './following.ts';
import { headOf, mostText, printOf, sampleOf, shortText } from './sample.ts';
import { speedOf, withSample, type Sample } from './speed.ts';

export interface Sending extends Followed {
  id: number;
  dataset: string;
  file: File;
  sent: number; ///< bytes
  speed: number | null; ///< bytes a second
  error: ApiError | null; ///< why it is held or failed
  sha256: string;
  known: boolean; ///< its content was there before
}

interface Work {
  leaving: AbortController;
  place: string; ///< of the transfer; "" before it has begun
  samples: Sample[];
}

const mostSending = 2;
const mostLooked = 3;

let list: Sending[] = [];
let last = 0;
const works = new Map<number, Work>();
const listeners = new Set<() => void>();
const seen = new Set<string>(); // data set and first line of files that were looked at

guard(() => list.some((one) => isUnsent(one.stage) || one.stage === 'held')); // only this page has them

export function sendings(): Sending[] {
  return list;
}

export function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function set(next: Sending[]): void {
  list = next;
  for (const listener of [...listeners]) listener();
}

function change(id: number, parts: Partial<Sending>): void {
  set(list.map((one) => (one.id === id ? { ...one, ...parts } : one)));
}

/// Begins to send files; `sure` where what they hold need not be looked at first.
export function send(dataset: string, files: readonly File[], sure = false): void {
  const stage: Stage = sure ? 'queued' : 'checking';
  const added = files.map((file): Sending => ({ id: ++last, dataset, file, stage, sent: 0, speed: null, error: null, sha256: '', known: false, counts: null, run: '', preliminary: false, rest: null, problem: null }));
  for (const one of added) works.set(one.id, { leaving: new AbortController(), place: keptTransfer(printOf(dataset, one.file)), samples: [] });
  set([...list, ...added]);
  pump();
}

/// Takes a file out of the list; what of it is at the server and not whole is given up.
export function drop(id: number): void {
  const one = list.find((each) => each.id === id);
  const work = works.get(id);
  work?.leaving.abort();
  if (one && work && work.place !== '' && isUnsent(one.stage)) {
    void giveUp(work.place, browser);
    keepTransfer(printOf(one.dataset, one.file), '');
  }
  works.delete(id);
  set(list.filter((each) => each.id !== id));
  pump();
}

/// Takes all out that nothing more happens to.
export function clear(dataset: string): void {
  set(list.filter((one) => one.dataset !== dataset || isUnsent(one.stage) || one.stage === 'held' || isUnsettled(one)));
}

/// Sends one that is held or has failed all the same.
export function sendAnyway(id: number): void {
  change(id, { stage: 'queued', error: null });
  pump();
}

/// Looks again at those that were not understood: the settings are others.
export function checkAgain(dataset: string): void {
  seen.clear();
  set(list.map((one) => (one.dataset === dataset && one.stage === 'held' ? { ...one, stage: 'checking', error: null } : one)));
  pump();
}

/// Asks the server what became of those that it has.
export async function follow(dataset: string): Promise<void> {
  const mine = (one: Sending) => one.dataset === dataset && one.sha256 !== '' && isOpen(one);
  if (!list.some(mine)) return;
  const told = await facts(dataset);
  if (told) set(list.map((one) => (mine(one) ? { ...one, ...followed(one.sha256, told) } : one)));
}

function pump(): void {
  const count = (...stages: Stage[]) => list.filter((one) => stages.includes(one.stage)).length;
  for (const one of list.filter((each) => each.stage === 'checking' && !looked.has(each.id)).slice(0, mostLooked - looked.size)) void check(one);
  for (let free = mostSending - count('sending', 'cut'); free > 0; --free) {
    const next = list.find((one) => one.stage === 'queued');
    if (!next) break;
    change(next.id, { stage: 'sending' });
    void push(next);
  }
}

const looked = new Set<number>(); // at, just now

async function check(one: Sending): Promise<void> {
  looked.add(one.id);
  const fault = await faultOf(one).catch(() => unreadable);
  looked.delete(one.id);
  if (list.some((each) => each.id === one.id)) change(one.id, fault ? { stage: fault.status === 0 ? 'held' : 'failed', error: fault } : { stage: 'queued' });
  pump();
}

/// Why the settings do not fit a file, with status 0, or the server's refusal of it; null where they
/// fit, or nobody can tell. Of files with the same first line the others are looked at by fewer rows.
async function faultOf({ dataset, file }: Sending): Promise<ApiError | null> {
  const like = `${dataset}\n${await headOf(file)}`;
  const sample = await sampleOf(file, seen.has(like) ? shortText : mostText);
  if (!sample) return null;
  const answer = await data.preview(dataset, { sample, name: file.name }, {});
  if (!answer.ok) return answer.error.status === 422 ? answer.error : null;
  seen.add(like);
  return problemOf(answer.value);
}

function problemOf({ problem, counts }: data.Preview): ApiError | null {
  const remedy = 'look at its columns and say which is which';
  if (problem) return { status: 0, code: problem.code, message: problem.message, remedy };
  if (!counts || counts.rows_accepted > 0) return null;
  return { status: 0, code: 'bad_data', message: `none of the first ${number(counts.rows_read)} rows can be taken in`, remedy };
}

async function push({ id, dataset, file }: Sending): Promise<void> {
  const work = works.get(id);
  if (!work) return;
  const print = printOf(dataset, file);
  const told = {
    began: (place: string) => (keepTransfer(print, place), void (work.place = place)),
    sent: (bytes: number) => {
      work.samples = withSample(work.samples, { at: performance.now(), bytes });
      change(id, { sent: bytes, speed: speedOf(work.samples), stage: 'sending' });
    },
    cut: () => change(id, { stage: 'cut', speed: null }),
  };
  const job = { dataset, name: file.name, content: file, place: work.place };
  const answer = await transfer(job, told, work.leaving.signal, browser).catch(() => ({ ok: false as const, error: unreadable }));
  if (answer.ok || isFinal(answer.error)) keepTransfer(print, '');
  if (answer.ok) change(id, { ...answer.value, stage: 'waiting', sent: file.size, speed: null });
  else if (!isAborted(answer.error)) change(id, { stage: 'failed', error: answer.error, speed: null });
  // who has to sign in again finds the others waiting, and goes on with this one by "try again"
  if (answer.ok || answer.error.status !== 401) pump();
  if (answer.ok) void follow(dataset);
}

/// Nothing of it can be gone on with.
function isFinal({ status }: ApiError): boolean {
  return status >= 400 && status < 500 && status !== 401;
}
