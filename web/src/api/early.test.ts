import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import { askEarly, early } from './early.ts';

let asked = 0;
const server = createServer((request, response) => {
  ++asked;
  response.end(request.url);
});
let origin = '';

before(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => (server.closeAllConnections(), server.close()));

test('an answer that was asked for early is taken once', async () => {
  askEarly(`${origin}/a`);
  askEarly(`${origin}/a`);
  const answer = await early(`${origin}/a`);
  assert.equal(await answer!.text(), '/a');
  assert.equal(early(`${origin}/a`), undefined);
  assert.equal(early(`${origin}/b`), undefined);
  assert.equal(asked, 1);
});

test('a change forgets what was asked before it, a question does not', async () => {
  askEarly(`${origin}/c`);
  early(`${origin}/sales/query`, 'POST');
  assert.ok(await early(`${origin}/c`));
  askEarly(`${origin}/c`);
  early(`${origin}/runs`, 'POST');
  assert.equal(early(`${origin}/c`), undefined);
});

test('a server that does not answer is told to who asks, and to nobody else', async () => {
  askEarly('http://127.0.0.1:1/');
  await assert.rejects(early('http://127.0.0.1:1/')!);
  askEarly('http://127.0.0.1:1/');
  await new Promise((resolve) => setTimeout(resolve, 50)); // an unhandled rejection would end this
});
