// How transfers are made in a browser, whose fetch does not tell how much of a body has gone.
import type { Incoming, Means } from './transfer.ts';

// ms after which a connection counts as cut
const stalled = 60_000; // without a byte of a piece
const unanswered = 30_000; // that a question without a body may take
const unfinished = 300_000; // that the server may take for a piece that it has: the last one goes to the inbox

function send(...[request, sent, signal]: Parameters<Means['send']>): Promise<Incoming> {
  return new Promise((resolve) => {
    const call = new XMLHttpRequest();
    let watch: ReturnType<typeof setTimeout> | undefined;
    const abort = () => call.abort();
    const within = (ms: number) => (clearTimeout(watch), (watch = setTimeout(abort, ms)));
    const end = (status: number) => {
      clearTimeout(watch);
      signal.removeEventListener('abort', abort);
      resolve({ status, header: (name) => call.getResponseHeader(name), text: call.responseText });
    };
    call.open(request.method, request.where);
    for (const [name, value] of Object.entries(request.headers)) call.setRequestHeader(name, value);
    call.upload.onprogress = (event) => (within(stalled), sent(event.loaded));
    call.upload.onload = () => within(unfinished);
    call.onload = () => end(call.status);
    call.onerror = call.onabort = call.ontimeout = () => end(0);
    signal.addEventListener('abort', abort);
    within(request.body ? stalled : unanswered);
    call.send(request.body ?? null);
  });
}

/// Ends early when the connection is back.
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}

export const browser: Means = { send, wait };
