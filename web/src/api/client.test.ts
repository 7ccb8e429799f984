import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { address, ask, isAborted, onSignedOut, path, setCsrf, type Means } from './client.ts';

/// A server of HTTP that answers as told, and what it was asked.
async function serving(listener: RequestListener, action: (means: Means, waited: number[]) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waited: number[] = [];
  const means: Means = {
    fetch: (where, request) => fetch(origin + String(where), request),
    wait: async (milliseconds) => void waited.push(milliseconds),
  };
  try {
    await action(means, waited);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const json = { 'content-type': 'application/json' };

test('addresses', () => {
  assert.equal(address('datasets', {}), '/api/v1/datasets');
  assert.equal(address(path('datasets', 'a/b', 'series'), { search: 'x y', limit: 5, after: '', model: ['A', 'B'] }), '/api/v1/datasets/a%2Fb/series?search=x+y&limit=5&model=A&model=B');
});

test('an answer is a success with its value', async () => {
  await serving((_, response) => response.writeHead(200, { ...json, 'x-total': '7' }).end('{"a":1}'), async (means) => {
    const answer = await ask<{ a: number }>('x', {}, means);
    assert.ok(answer.ok);
    assert.deepEqual(answer.value, { a: 1 });
    assert.equal(answer.headers.get('x-total'), '7');
  });
});

test('changes show the token of the session, questions do not', async () => {
  const asked: IncomingMessage[] = [];
  await serving(
    (request, response) => {
      asked.push(request);
      response.writeHead(204).end();
    },
    async (means) => {
      setCsrf('token');
      await ask('x', { method: 'DELETE' }, means);
      await ask('x', {}, means);
      assert.equal(asked[0]!.headers['x-csrf-token'], 'token');
      assert.equal(asked[1]!.headers['x-csrf-token'], undefined);
    },
  );
});

test('errors have the words of the server', async () => {
  const body = '{"error":{"code":"invalid_value","message":"no such grain","remedy":"use month"}}';
  await serving((_, response) => response.writeHead(400, json).end(body), async (means) => {
    const answer = await ask('x', {}, means);
    assert.deepEqual(answer.ok ? null : answer.error, { status: 400, code: 'invalid_value', message: 'no such grain', remedy: 'use month' });
  });
});

test('an answer of a proxy that is no JSON is an error too', async () => {
  await serving((_, response) => response.writeHead(502).end('<html>'), async (means) => {
    const answer = await ask('x', {}, means);
    assert.equal(answer.ok ? 0 : answer.error.status, 502);
  });
});

test('a busy server is asked again when it said so, and not for ever', async () => {
  let asked = 0;
  const busyFor = (times: number): RequestListener => (_, response) => {
    if (++asked <= times) response.writeHead(503, { ...json, 'retry-after': '2' }).end('{}');
    else response.writeHead(200, json).end('1');
  };
  await serving(busyFor(2), async (means, waited) => {
    const answer = await ask<number>('x', {}, means);
    assert.equal(answer.ok && answer.value, 1);
    assert.deepEqual(waited, [2000, 2000]);
  });
  asked = 0;
  await serving(busyFor(99), async (means) => {
    const answer = await ask('x', {}, means);
    assert.equal(answer.ok ? 0 : answer.error.status, 503);
    assert.equal(asked, 4);
  });
});

test('who is left alone is told so, and no server is an error', async () => {
  await serving(() => {}, async (means) => {
    const leaving = new AbortController();
    const answer = ask('x', { signal: leaving.signal }, means);
    leaving.abort();
    const told = await answer;
    assert.ok(!told.ok && isAborted(told.error));
  });
  const nowhere: Means = { fetch: () => fetch('http://127.0.0.1:1/'), wait: async () => {} };
  const answer = await ask('x', {}, nowhere);
  assert.equal(answer.ok ? '' : answer.error.code, 'unreachable');
});

test('a session that has ended is told, a wrong password is not', async () => {
  let ended = 0;
  onSignedOut(() => ++ended);
  await serving((_, response) => response.writeHead(401, json).end('{}'), async (means) => {
    await ask('session', { method: 'POST', body: {} }, means);
    assert.equal(ended, 0);
    await ask('datasets', {}, means);
    assert.equal(ended, 1);
  });
});
