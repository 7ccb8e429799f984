import assert from 'node:assert/strict';
import { openAsBlob } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { onSignedOut } from './client.ts';
import { base64, giveUp, transfer, type Incoming, type Job, type Means } from './transfer.ts';

const place = '/api/v1/datasets/orders/transfers/0123';

interface Room {
  bytes: Buffer; ///< that are here
  length: number;
  asked: string[]; ///< "POST", "PATCH 0", "GET"
  name: string;
  refuse: (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean; ///< answers in its own way
}

/// A server that takes files as ours does, and a way to it whose waits take no time.
async function room(action: (room: Room, means: Means, waited: number[]) => Promise<void>): Promise<void> {
  const here: Room = { bytes: Buffer.alloc(0), length: 0, asked: [], name: '', refuse: () => false };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(here, request, response, Buffer.concat(parts)));
    request.on('error', () => {});
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waited: number[] = [];
  try {
    await action(here, { send: sending(origin), wait: async (ms) => void waited.push(ms) }, waited);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function answer(here: Room, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const offset = request.headers['upload-offset'];
  here.asked.push(`${request.method}${offset === undefined ? '' : ` ${String(offset)}`}`);
  if (here.refuse(request, response, body)) return;
  if (request.method === 'POST') {
    here.length = Number(request.headers['upload-length']);
    here.name = String(request.headers['upload-metadata']);
    here.bytes = Buffer.alloc(0);
    response.writeHead(201, { location: place }).end();
  } else if (request.method === 'PATCH') {
    if (Number(offset) !== here.bytes.length) return void response.writeHead(409).end();
    here.bytes = Buffer.concat([here.bytes, body]);
    response.writeHead(204).end();
  } else {
    const whole = here.bytes.length === here.length;
    response.writeHead(200).end(JSON.stringify({ offset: here.bytes.length, bytes: here.length, sha256: whole ? 'abc' : null, known: whole ? false : null }));
  }
}

function sending(origin: string): Means['send'] {
  return async ({ method, where, headers, body }, sent, signal): Promise<Incoming> => {
    try {
      const response = await fetch(origin + where, { method, headers, signal, ...(body ? { body } : {}) });
      sent(body?.size ?? 0);
      return { status: response.status, header: (name) => response.headers.get(name), text: await response.text() };
    } catch {
      return { status: 0, header: () => null, text: '' };
    }
  };
}

const untold = { began: () => {}, sent: () => {}, cut: () => {} };
const job = (size: number, at = ''): Job => ({ dataset: 'orders', name: 'mai-größe.csv', content: new Blob([Buffer.alloc(size, 'a')]), place: at });
const going = () => new AbortController().signal;
const piece = 16 * 1024 * 1024;

test('a small file goes in one piece, under its name', async () => {
  await room(async (here, means) => {
    const told = await transfer(job(10), untold, going(), means);
    assert.deepEqual(told.ok && told.value, { sha256: 'abc', known: false });
    assert.deepEqual(here.asked, ['POST', 'PATCH 0', 'GET']);
    assert.equal(here.name, `filename ${Buffer.from('mai-größe.csv').toString('base64')}`);
    assert.equal(here.bytes.toString(), 'aaaaaaaaaa');
  });
});

test('a large one in pieces, and says how far it is', async () => {
  await room(async (here, means) => {
    const sent: number[] = [];
    await transfer(job(2 * piece + 5), { ...untold, sent: (bytes) => sent.push(bytes) }, going(), means);
    assert.deepEqual(here.asked, ['POST', 'PATCH 0', `PATCH ${piece}`, `PATCH ${2 * piece}`, 'GET']);
    assert.equal(here.bytes.length, 2 * piece + 5);
    assert.equal(sent.at(-1), 2 * piece + 5);
    assert.deepEqual([...sent].sort((a, b) => a - b), sent);
  });
});

test('what was cut goes on where it was', async () => {
  await room(async (here, means, waited) => {
    let cuts = 0;
    here.refuse = (request, response, body) => {
      if (request.method !== 'PATCH' || cuts === 2) return false;
      ++cuts;
      here.bytes = Buffer.concat([here.bytes, body.subarray(0, 3)]); // so much of it came
      response.destroy();
      return true;
    };
    let told = 0;
    const answered = await transfer(job(10), { ...untold, cut: () => ++told }, going(), means);
    assert.ok(answered.ok);
    assert.deepEqual(here.asked, ['POST', 'PATCH 0', 'GET', 'PATCH 3', 'GET', 'PATCH 6', 'GET']);
    assert.equal(here.bytes.length, 10);
    assert.equal(told, 2);
    assert.equal(waited.length, 2);
  });
});

test('one that was begun before goes on, one that is gone begins anew', async () => {
  await room(async (here, means) => {
    here.length = 10;
    here.bytes = Buffer.from('aaaa');
    await transfer(job(10, place), untold, going(), means);
    assert.deepEqual(here.asked, ['GET', 'PATCH 4', 'GET']);
    here.asked = [];
    let gone = true;
    here.refuse = (_, response) => gone && (response.writeHead(404).end('{}'), (gone = false), true);
    await transfer(job(10, place), untold, going(), means);
    assert.deepEqual(here.asked, ['GET', 'POST', 'PATCH 0', 'GET']);
  });
});

test('what is whole and not handed over is asked for again when the server says so, however long that takes', async () => {
  await room(async (here, means, waited) => {
    let locked = 100;
    here.refuse = (request, response) => request.method === 'GET' && locked-- > 0 && (response.writeHead(423, { 'retry-after': '5' }).end('{}'), true);
    assert.ok((await transfer(job(10), untold, going(), means)).ok);
    assert.deepEqual(waited, new Array(100).fill(5000));
  });
});

test('a refusal ends it, with the words of the server', async () => {
  await room(async (here, means) => {
    here.refuse = (request, response) => request.method === 'PATCH' && (response.writeHead(422).end('{"error":{"code":"bad_data","message":"no table","remedy":"send one"}}'), true);
    const told = await transfer(job(10), untold, going(), means);
    assert.deepEqual(!told.ok && told.error, { status: 422, code: 'bad_data', message: 'no table', remedy: 'send one' });
    assert.deepEqual(here.asked, ['POST', 'PATCH 0']);
  });
});

test('it is given up after a while, and at once when told to', async () => {
  await room(async (here, means, waited) => {
    here.refuse = (_, response) => (response.destroy(), true);
    const told = await transfer(job(10), untold, going(), means);
    assert.equal(!told.ok && told.error.code, 'unreachable');
    assert.equal(waited.length, 20);
    assert.ok(waited.reduce((sum, ms) => sum + ms) >= 900_000);
    assert.ok(waited.every((ms) => ms >= 1000 && ms <= 60_000));
  });
  await room(async (here, means) => {
    const leaving = new AbortController();
    here.refuse = (request) => request.method === 'PATCH' && (leaving.abort(), true); // hangs
    const told = await transfer(job(10), untold, leaving.signal, means);
    assert.equal(!told.ok && told.error.code, 'aborted');
  });
});

/// A file of the disk, as a browser holds one: it is read when it is sent.
async function onDisk(bytes: number, action: (content: Blob, spoil: () => Promise<void>) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'forecart-transfer-'));
  const path = join(folder, 'orders.csv');
  try {
    await writeFile(path, Buffer.alloc(bytes, 'a'));
    const spoil = async () => {
      const file = await open(path, 'r+');
      await file.truncate(3);
      await file.close();
    };
    await action(await openAsBlob(path), spoil);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a file that can no longer be read is no connection that is cut', async () => {
  await onDisk(piece + 5, (content, spoil) =>
    room(async (here, means, waited) => {
      const told = { ...untold, sent: (bytes: number) => bytes === piece && void spoiling.push(spoil()) };
      const spoiling: Promise<void>[] = [];
      const held: Means = { ...means, send: async (...call) => (await Promise.all(spoiling), means.send(...call)) };
      const answered = await transfer({ ...job(0), content }, told, going(), held);
      assert.deepEqual(here.asked.slice(0, 2), ['POST', 'PATCH 0']);
      assert.equal(!answered.ok && answered.error.code, 'unreadable');
      assert.deepEqual(waited, []);
    }),
  );
});

test('an answer that names no place is waited for, not asked again at once', async () => {
  await room(async (here, means, waited) => {
    let without = 2;
    here.refuse = (request, response) => request.method === 'POST' && without-- > 0 && (response.writeHead(201, { location: '' }).end(), true);
    const places: string[] = [];
    assert.ok((await transfer(job(10), { ...untold, began: (at) => places.push(at) }, going(), means)).ok);
    assert.deepEqual(here.asked, ['POST', 'POST', 'POST', 'PATCH 0', 'GET']);
    assert.deepEqual(waited, [1000, 2000]);
    assert.deepEqual(places, [place]);
  });
});

test('a session that ends on the way is told, and the file goes on after the next sign-in', async () => {
  await room(async (here, means, waited) => {
    let [signedOut, ended] = [0, true];
    onSignedOut(() => ++signedOut);
    here.refuse = (request, response) => ended && request.headers['upload-offset'] === String(piece) && (response.writeHead(401).end('{"error":{"code":"unauthenticated","message":"sign in"}}'), true);
    let began = '';
    const told = await transfer(job(piece + 5), { ...untold, began: (at) => (began = at) }, going(), means);
    assert.equal(!told.ok && told.error.status, 401);
    assert.deepEqual([signedOut, waited, began], [1, [], place]);
    ended = false;
    here.asked = [];
    assert.ok((await transfer(job(piece + 5, began), untold, going(), means)).ok);
    assert.deepEqual(here.asked, ['GET', `PATCH ${piece}`, 'GET']);
    onSignedOut(() => {});
  });
});

test('what is given up is told to a server that was away', async () => {
  await room(async (here, means, waited) => {
    let away = 2;
    here.refuse = (_, response) => (away-- > 0 ? response.destroy() : response.writeHead(204).end(), true);
    await giveUp(place, means);
    assert.deepEqual(here.asked, ['DELETE', 'DELETE', 'DELETE']);
    assert.deepEqual(waited, [1000, 2000]);
    here.refuse = (_, response) => (response.writeHead(404).end('{}'), true); // it is gone already
    here.asked = [];
    await giveUp(place, means);
    assert.deepEqual(here.asked, ['DELETE']);
  });
});

test('names in base64', () => {
  assert.equal(base64('april.csv'), 'YXByaWwuY3N2');
  assert.equal(base64('ü'), 'w7w=');
});
