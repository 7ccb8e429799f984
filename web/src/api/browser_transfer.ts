// How transfers are made in a browser, whose fetch does not tell how much of a body has gone.
import type { Incoming, Means } from './transfer.ts';

const stalled = 60_000; // ms without a byte before a connection counts as cut

function send(...[request, sent, signal]: Parameters<Means['send']>): Promise<Incoming> {
  return new Promise((resolve) => {
    const call = new XMLHttpRequest();
    let watch: ReturnType<typeof setTimeout> | undefined;
    const alive = () => (clearTimeout(watch), (watch = setTimeout(() => call.abort(), stalled)));
    const abort = () => call.abort();
    const end = (status: number) => {
      clearTimeout(watch);
      signal.removeEventListener('abort', abort);
      resolve({ status, header: (name) => call.getResponseHeader(name), text: call.responseText });
    };
    call.open(request.method, request.where);
    for (const [name, value] of Object.entries(request.headers)) call.setRequestHeader(name, value);
    call.upload.onprogress = (event) => (alive(), sent(event.loaded));
    call.upload.onload = () => clearTimeout(watch); // what the server does with it may take a while
    call.onload = () => end(call.status);
    call.onerror = call.onabort = call.ontimeout = () => end(0);
    signal.addEventListener('abort', abort);
    if (request.body) alive();
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
